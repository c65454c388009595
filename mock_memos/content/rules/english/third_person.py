"""Converts English from the first to the third person."""

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
_SLANG_WORDS = {"wanna": "want to", "gonna": "going to", "gotta": "got to"}
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
    """A sentence in the third person, and tense and verb of its first action."""

    text: str
    tense: str
    verb: str


def to_third_person(clause: str, subject: str = "The user") -> ThirdPersonSentence:
    """Converts a clause: `I've lost my key` becomes `The user has lost their key`."""
    clause = clause.replace("\u2019", "'")
    if "nna" in clause or "otta" in clause:
        clause = _SLANG.sub(lambda match: _SLANG_WORDS[match[0].lower()], clause)
    replacer = _PersonReplacer(subject)
    text = _PERSON.sub(replacer, clause)
    is_present = replacer.tense == "present" and replacer.conjugated
    if is_present and (" and " in text or " but " in text):
        text = _conjugate_joined_verbs(text, text.find(replacer.verb))
    return ThirdPersonSentence(text[:1].upper() + text[1:] + ".", replacer.tense, replacer.verb)


class _PersonReplacer:
    """Replaces the words for the speaker. The first mention becomes the subject."""

    __slots__ = ("conjugated", "mentioned", "subject", "tense", "verb")

    def __init__(self, subject: str) -> None:
        self.subject = "the user" if subject == "The user" else subject
        self.mentioned = False
        self.conjugated = False
        self.tense = ""
        self.verb = ""

    def __call__(self, match: re.Match[str]) -> str:
        if you := match["you"]:
            return _YOU[you.lower()]
        is_first, self.mentioned = not self.mentioned, True
        if match["subject"]:
            return self._replace_subject(match, is_first=is_first)
        if other := match["other"]:
            return f"{self.subject if is_first else 'they'} and their {other}"
        if match.lastgroup == "possessive":
            return f"{self.subject}'s" if is_first else "their"
        if match.lastgroup == "object":
            return self.subject if is_first else "them"
        return _REFLEXIVE[match[0].lower()]

    def _replace_subject(self, match: re.Match[str], *, is_first: bool) -> str:
        helper, adverbs = (match["short"] or "").lower(), match["adverbs"]
        written_verb = match["verb"] or ""
        verb = written_verb.lower()
        if not self.tense:
            self.tense, self.verb = _tense(helper, verb), verb
        if not is_first:
            helper = f"'{_THEY.get(helper, helper)}" if helper else ""
            return f"they{helper}{adverbs}{' ' if verb else ''}{_THEY.get(verb, verb)}"
        if helper:
            is_had = helper == "d" and (verb in _PARTICIPLES or verb.endswith("ed"))
            self.conjugated = self.conjugated or helper in ("m", "re")
            helper = _SHORT.get(helper) or ("had" if is_had else "would")
            return f"{self.subject} {helper}{adverbs}{' ' if verb else ''}{written_verb}"
        if not verb:
            return self.subject + adverbs
        third = _conjugate(verb)
        if self.verb == verb:
            self.verb = third
        self.conjugated = self.conjugated or third != verb
        return f"{self.subject}{adverbs} {third}"


def _tense(helper: str, verb: str) -> str:
    """Returns the tense of a verb after a short helper: `ll` of `I'll`, or an empty string."""
    if helper == "ll" or verb in FUTURE:
        return "future"
    if helper == "ve":
        return "past"
    if helper in ("m", "re"):
        return "progressive" if verb.endswith("ing") else "present"
    if helper == "d":
        return "past" if verb in _PARTICIPLES else "wish"
    if verb in PAST or (verb.endswith("ed") and not verb.endswith("eed")) or verb == "didn't":
        return "past"
    return "present"


def _conjugate(verb: str) -> str:
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


def _conjugate_joined_verbs(text: str, start: int) -> str:
    """Conjugates verbs that follow the first one after `and`, unless an infinitive precedes."""

    def replace(match: re.Match[str]) -> str:
        if _INFINITIVE.search(text, max(start, 0), match.start()):
            return match[0]
        return f" {match['joint']}{match['adverbs']} {_conjugate(match['verb'])}"

    return _AND.sub(replace, text)
