"""Splits an English sentence into the clauses that can state something about the speaker."""

import re
from collections.abc import Iterator

from mock_memos.content.rules.sentences import Sentence

_LEAD = re.compile(
    r"(?:(?:please |kindly )?(?:remember|note|keep in mind|don't forget|be aware)(?: that)?[,:]? "
    r"|(?:fyi|just so you know|for the record|by the way|btw|in fact|for your information"
    r"|hello(?: there)?|hi(?: there)?|hey(?: there)?|thanks|thank you|yes|yeah|yep|no|nope|ok|okay"
    r"|oh|ah|well|so|and|but|also|oops|whoops|wait(?:,? no)?|scratch that|my bad|hm+|ugh|ha(?:ha)*"
    r"|oh (?:great|no|well|wow|yes|yeah|god|dear)|update|correction"
    r"|correct|important|reminder|heads up|one (?:more )?thing|ps"
    r"|actually|anyway|great|perfect|sure|right|wow|cool|now|plus|honestly|sorry|then"
    r"|good (?:morning|afternoon|evening)|to be honest|as i said"
    r"|that(?:'s| is)(?: not)? (?:true|right|wrong|correct|great|good|fine|nice|helpful))\b"
    r"(?:[,.:!-]+ ?| [-\u2013\u2014] | (?=(?:i|i'\w+|my|we|our|the|it)\b)))",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:what|where|who|whom|whose|which|how|why|is|are|am|was|were|do|does|did|can|could|would"
    r"|will"
    r"|should|shall|may|might|has|any|anything|isn't|aren't|don't you|doesn't|right$|when (?:is"
    r"|are|do|does|did"
    r"|will|can|was|were|should)|have (?:you|i|we)|if so|or (?:should|do|is|are|can))\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?<![-./@#])(?<!ype )(?<!art )(?<!hase )(?<!War )"
    r"\b(?:(?:I|i|[Ww]e|[Mm]y|[Oo]ur|[Cc]all me)\b(?!')|(?:I|i|[Ww]e)(?='))"
)
_JOINTS = re.compile(
    r"(?:[,;]|\ -)?\ (?:and|but)\ (?:also\ )?(?=(?:I|i|we|my)\b(?!\ and))"
    r"|[,;]\ (?:so\ )?(?=(?:I|i|we|my)\b)",
    re.VERBOSE,
)
_SUPPOSED = re.compile(
    r"(?:let's (?:say|assume|suppose|pretend|imagine)|suppos(?:e|ing)|assum(?:e|ing)|imagine"
    r"|pretend|say(?: that)?,? (?:I|we)\b|what if|hypothetically|if only"
    r"|if (?:I|we) (?:had|were|was|could|won|lived)\b)",
    re.IGNORECASE,
)
_DICTATED = re.compile(
    r"(?:write|say|tell|reply|answer|translate|summari[sz]e|let's|pretend|imagine|act|play|act as"
    r"|i say|you say|example|e\.g|for example|quote|title|subject)\b[^:]{0,80}: ",
    re.IGNORECASE,
)
"""Introduces a text to work on, or a game; not a statement."""
_COMPLETE = re.compile(r"\b(?:I|i|[Ww]e)(?:'| \w)| (?:is|are|was|were|has|have|had) |(?: \S+){3}")
_SUBORDINATE = re.compile(
    r"(?:when|whenever|if|because|although|though|while|since|after|before|as|once|until|unless|for"
    r"|in|on|at|last|next|during|like)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r",? (?:and|but) (?:also |really )?(?=(?:work (?:as|at|for)|live in|moved to|like|love|hate"
    r"|prefer|enjoy|dislike|don't like|can't stand) )"
)
_SHORTENED = re.compile(
    r"\b(?:(?P<i>[Ii])(?P<am>m|ve)|(?P<helper>do|does|did|is|was|are|were|have|has|had|would|should"
    r"|could|ca|wo)nt)\b"
)
_ASIDES = re.compile(r"(?:,? (?:lol|lmao|ha(?:ha)+|btw|tbh|imo|xd|[:;]-?[()DP]))+$", re.IGNORECASE)
_BREAKS = re.compile(r"(?:[,;:]| [-\u2013\u2014]) ")
_TRAILING_REQUEST = re.compile(
    r"(?:[,;:]| [-\u2013\u2014]) (?:and |so |but )?(?:please|(?:can|could|would|will) you|help me"
    r"|tell me|recommend|suggest|give me|show me|let me know|what|which|how)\b.*$",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Returns whether a text begins like a question."""
    return _ASKING.match(text) is not None


def find_subject(clause: str) -> int:
    """Returns the index of the first mention of the speaker, or -1. Prefers the main clause."""
    if (mention := _SUBJECT.search(clause)) is None:
        return -1
    if _SUBORDINATE.match(clause):
        mention = _SUBJECT.search(clause, clause.find(", ") + 1) or mention
    return mention.start()


def split_clauses(sentence: Sentence) -> Iterator[str]:
    """Yields the statements of a sentence, one subject each. Skips what it asks."""
    text = _strip_lead(_correct_spelling(sentence.text))
    if _SUPPOSED.match(text) or (":" in text and _DICTATED.match(text)):
        return
    if sentence.is_question:
        text = _before_question(text)
    elif _ASKING.match(text):
        return
    else:
        text = _TRAILING_REQUEST.sub("", text)
    for clause in _split_joints(text):
        if clause[:1] in "Ii" and clause[1:2] in " '" and " to " not in clause:
            first, *others = _MORE.split(clause)
            yield first
            for other in others:
                yield f"I {other}"
        else:
            yield clause


def _correct_spelling(text: str) -> str:
    """Returns a text with apostrophes in short forms, without capitals and laughter."""
    text = _SHORTENED.sub(_add_apostrophe, _ASIDES.sub("", text.replace("\u2019", "'")))
    return text.capitalize() if text.isupper() and " " in text else text


def _add_apostrophe(match: re.Match[str]) -> str:
    return f"{match['i']}'{match['am']}" if match["i"] else f"{match['helper']}n't"


def _split_joints(text: str) -> Iterator[str]:
    """Splits `I live in Lyon and I work in Paris`, if both parts are complete."""
    has_joint = " and " in text or " but " in text or "," in text or ";" in text
    if not has_joint or _SUBORDINATE.match(text) or not _JOINTS.search(text):
        yield text
        return
    start = 0
    for joint in _JOINTS.finditer(text):
        if _COMPLETE.search(text, start, joint.start()):
            yield _strip_lead(text[start : joint.start()])
            start = joint.end()
    if _COMPLETE.search(text, start):
        yield _strip_lead(text[start:])


def _before_question(text: str) -> str:
    """Returns the statement before a question: `I fly in May, which airline is good`."""
    stated = []
    for part in _BREAKS.split(text)[:-1]:
        if _ASKING.match(_strip_lead(part)):
            break
        stated.append(part)
    return ", ".join(stated)


def _strip_lead(text: str) -> str:
    while (lead := _LEAD.match(text)) and lead.end() < len(text):
        text = text[lead.end() :]
    return text
