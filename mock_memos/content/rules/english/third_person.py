"""English from first to third person: `I've lost my key`, `The user has lost their key`."""

import re
from typing import NamedTuple

_ADVERBS = (
    "also|always|usually|often|never|just|still|actually|currently|recently|already|only|really"
    "|sometimes|now|then|generally|probably|definitely|mostly|finally|rarely|simply|soon|both"
    "|ever|even|once|normally|typically|absolutely|truly|totally|kind\\ of|sort\\ of|personally"
    "|almost|nearly|hardly|barely|seldom|frequently|regularly|no\\ longer|lately|not|so"
)
_PERSON = re.compile(
    rf"(?<![-./@#])\b(?=[imowuy])(?:(?:my|our)\ (?P<other>\w+(?:\ \w+)?)\ and\ I\b"
    rf"|(?P<subject>(?<!ype\ )(?<!art\ )(?<!hase\ )(?<!War\ )I|we)(?:'(?P<short>m|re|ve|ll|d)\b)?"
    rf"(?P<adverbs>(?:\ (?:{_ADVERBS}))*)(?:\ (?P<verb>[a-z]+(?:'t)?)\b)?"
    r"|(?P<possessive>(?:my|our)(?![-.@]\w))|(?P<object>(?-i:[mM]e|us)(?!@))|(?P<reflexive>myself|ourselves|mine|ours)"
    r"|(?P<you>you(?:'re|'ve|'ll|'d)?|your|yours|yourself))\b",
    re.IGNORECASE | re.VERBOSE,
)
_GERUND_WITH = {"wanna": "want to", "gonna": "going to", "gotta": "got to"}
_SLANG = re.compile(r"\b(?:wanna|gonna|gotta)\b", re.IGNORECASE)

_THIRD = {
    "am": "is", "are": "is", "were": "was", "have": "has", "do": "does", "go": "goes",
    "don't": "doesn't", "haven't": "hasn't", "aren't": "isn't", "weren't": "wasn't",
    "dont": "doesn't", "ain't": "isn't", "is": "is", "has": "has", "does": "does",
}  # fmt: skip
_THEY = {"am": "are", "was": "were", "wasn't": "weren't", "dont": "don't", "m": "re"}
_SHORT = {"m": "is", "re": "is", "ve": "has", "ll": "will"}
_YOU = {
    "you": "the assistant", "your": "the assistant's", "yours": "the assistant's",
    "yourself": "the assistant", "you're": "the assistant is", "you've": "the assistant has",
    "you'll": "the assistant will", "you'd": "the assistant would",
}  # fmt: skip
_REFLEXIVE = {"myself": "themselves", "ourselves": "themselves", "mine": "theirs", "ours": "theirs"}

PAST = frozenset(
    """
    was were went had did got made took came saw said bought met flew ate drank drove wrote gave
    found thought brought taught caught chose sold told paid sent spent built kept slept felt knew
    grew ran swam sang began won broke spoke wore held stood understood became forgot rode rose
    meant dealt dreamt learnt burnt lent bent sought swore tore hid rang sank stole struck swung
    shone shook froze hung dug fed fled
    heard left lost fell drew threw fought led sat lay slid woke hurt quit
    """.split()
)
FUTURE = frozenset("will won't shall".split())
_UNCHANGED = (
    PAST
    | FUTURE
    | frozenset("would could should must might may can cannot used ought better needn't".split())
)
_PARTICIPLES = frozenset("been better gone done seen had met got made taken known".split())
_AND = re.compile(
    rf"\ (?P<joint>and|but|or)(?P<adverbs>(?:\ (?:{_ADVERBS}))*)\ "
    r"(?P<verb>am|are|have|don't|do|live|work|like|love|enjoy|prefer|hate|want|need|study|speak"
    r"|play|use|drive|own|eat|drink|go|run|teach|make|take|get|come|travel|cook|read|write|watch"
    r"|weigh|sleep|walk|visit|lead|build|sell|volunteer)"
    r"(?=\ (?:a|an|the|my|their|as|at|in|for|to|with|on|it|them|from|no|any|not|two|three|every"
    r"|about|around|\d+|[A-Z]\w*)\b)",
    re.VERBOSE,
)
_INFINITIVE = re.compile(r"\bto [a-z]+")


class ThirdPersonSentence(NamedTuple):
    """A sentence in the third person, and the tense of its first verb about the person."""

    text: str
    tense: str
    verb: str


def to_third_person(clause: str, subject: str = "The user") -> ThirdPersonSentence:
    """Tell a clause of somebody in the third person."""
    clause = clause.replace("\u2019", "'")
    if "nna" in clause or "otta" in clause:
        clause = _SLANG.sub(lambda found: _GERUND_WITH[found[0].lower()], clause)
    telling = _PersonReplacer(subject)
    text = _PERSON.sub(telling, clause)
    if telling.tense == "present" and telling.conjugated and (" and " in text or " but " in text):
        text = _joined(text, text.find(telling.verb))
    return ThirdPersonSentence(text[:1].upper() + text[1:] + ".", telling.tense, telling.verb)


class _PersonReplacer:
    """What stands for each word about the person; the first mention names the subject."""

    __slots__ = ("conjugated", "mentioned", "subject", "tense", "verb")

    def __init__(self, subject: str) -> None:
        self.subject = "the user" if subject == "The user" else subject
        self.mentioned = False
        self.conjugated = False
        self.tense = ""
        self.verb = ""

    def __call__(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        if you := found["you"]:
            return _YOU[you.lower()]
        first, self.mentioned = not self.mentioned, True
        if found["subject"]:
            return self._subject(found, first=first)
        if other := found["other"]:
            return f"{self.subject if first else 'they'} and their {other}"
        if kind == "possessive":
            return f"{self.subject}'s" if first else "their"
        if kind == "object":
            return self.subject if first else "them"
        return _REFLEXIVE[found[0].lower()]

    def _subject(self, found: re.Match[str], *, first: bool) -> str:
        short, adverbs, verb = found["short"] or "", found["adverbs"], found["verb"] or ""
        short, said, verb = short.lower(), verb, verb.lower()
        if not self.tense:
            self.tense, self.verb = _tense(short, verb), verb
        if not first:
            return self._they(short, adverbs, verb)
        if short:
            had = short == "d" and (verb in _PARTICIPLES or verb.endswith("ed"))
            helper = _SHORT.get(short) or ("had" if had else "would")
            self.conjugated = self.conjugated or short in ("m", "re")
            return f"{self.subject} {helper}{adverbs}{' ' if said else ''}{said}"
        if not verb:
            return self.subject + adverbs
        third = _conjugated(verb)
        if self.verb == verb:
            self.verb = third
        self.conjugated = self.conjugated or third != verb
        return f"{self.subject}{adverbs} {third}"

    def _they(self, short: str, adverbs: str, verb: str) -> str:
        helper = f"'{_THEY.get(short, short)}" if short else ""
        return f"they{helper}{adverbs}{' ' if verb else ''}{_THEY.get(verb, verb)}"


def _tense(short: str, verb: str) -> str:
    if short == "ll" or verb in FUTURE:
        return "future"
    if short == "ve":
        return "past"
    if short in ("m", "re"):
        return "progressive" if verb.endswith("ing") else "present"
    if short == "d":
        return "past" if verb in _PARTICIPLES else "wish"
    if verb in PAST or (verb.endswith("ed") and not verb.endswith("eed")) or verb == "didn't":
        return "past"
    return "present"


def _conjugated(verb: str) -> str:
    if (third := _THIRD.get(verb)) is not None:
        return third
    if verb in _UNCHANGED or verb.endswith("n't") or not verb.isalpha():
        return verb
    if verb.endswith("ed") and not verb.endswith("eed"):
        return verb
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in ("a", "e", "i", "o", "u"):
        return verb[:-1] + "ies"
    return verb + "s"


def _joined(text: str, start: int) -> str:
    """Conjugate the verbs that follow the first one after `and`, unless an infinitive precedes."""

    def third(found: re.Match[str]) -> str:
        if _INFINITIVE.search(text, max(start, 0), found.start()):
            return found[0]
        return f" {found['joint']}{found['adverbs']} {_conjugated(found['verb'])}"

    return _AND.sub(third, text)
