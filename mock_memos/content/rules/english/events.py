"""Finds events in English clauses: something done or planned at a stated time."""

import re

from mock_memos.core.records import Event

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PART = r"(?:\ (?:in\ the\ )?(?:morning|afternoon|evening|night))"
_CLOCK = r"(?:\d{1,2}(?::\d\d)?\ ?[ap]\.?m\b|\d{1,2}:\d\d|noon|midnight|\d{1,2}\ o'clock)"
_COUNT = r"(?:\d{1,3}|an?|two|three|four|five|six|seven|eight|nine|ten|a\ few|several)"
_TIME = re.compile(
    rf"(?<!\w)(?:(?:on|in|at)\ )?(?P<time>(?:"
    rf"the\ day\ (?:before\ yesterday|after\ tomorrow)"
    rf"|yesterday{_PART}?|today|tonight|tomorrow{_PART}?"
    rf"|(?:last|next|this)\ (?:{_DAY}{_PART}?|night|morning|afternoon|evening|week(?:end)?|month"
    rf"|year|spring|summer|autumn|fall|winter|{_MONTH})"
    rf"|(?:(?<=on\ )|(?<=to\ )|(?<=from\ )|(?<=by\ )|(?<=until\ )){_DAY}{_PART}?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\ of)?\ {_MONTH}(?:,?\ \d{{4}})?"
    rf"|{_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ \d{{4}})?(?!\d)"
    rf"|(?<=in\ ){_MONTH}(?:\ \d{{4}})?|(?<=in\ )(?:19|20)\d\d|\d{{4}}-\d\d-\d\d"
    rf"|{_COUNT}\ (?:minute|hour|day|week|month|year)s?\ (?:ago|from\ now)"
    rf"|(?<=in\ ){_COUNT}\ (?:minute|hour|day|week|month|year)s?(?=\W|$)|(?<=at\ ){_CLOCK})"
    rf"(?:\ at\ {_CLOCK})?)(?!\w)",
    re.IGNORECASE | re.VERBOSE,
)
_MAY_HAVE_TIME = re.compile(
    r"day|night|\d|ago\b|week|month|year|tomorrow|morning|evening|noon|o'clock| now"
    r"|[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]u[nl]|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec"
    r"|spring|summer|autumn|fall|winter"
)
_OCCASION = re.compile(
    r"\b(?:meeting|appointment|party|wedding|conference|interview|concert|trip|flight|dinner|lunch"
    r"|exam|call|ceremony|event|workshop|match|game|birthday|holiday|vacation|visit|date|deadline"
    r"|talk|review|lesson|class|train|born|meet|fly|travel|leave|arrive|going|visiting|flying"
    r"|moving)\b",
    re.IGNORECASE,
)
_STATES = frozenset("was were been had is".split())
_NAMES = r"(?:(?:Dr|Mr|Mrs|Ms)\.? )?[A-Z][\w'-]*(?: [A-Z][\w'-]*)?"
_WITH = re.compile(
    rf"\b(?:with|met|saw|visited|called|meet|and) ({_NAMES}(?:(?:, | and |, and ){_NAMES})*)"
)
_FAMILY = re.compile(
    r"\b(?:with|met|saw|visited|called|meet) my ((?:[a-z]+ )?(?:wife|husband|mother|father|mom|dad"
    r"|sister"
    r"|brother|son|daughter|friends?|boss|manager|colleagues?|team|parents|family|partner|boyfriend"
    r"|girlfriend|doctor|dentist|client|teacher|kids|children|cousin|uncle|aunt|grandmother))\b"
)
_PLACE = re.compile(
    r"\b(?:in|at|to|near) (the [a-z]+(?: [a-z]+)?(?= (?:on|at|with|last|next|yesterday|tomorrow)\b"
    r"|$)|(?:the )?[A-Z][\w'-]*(?: (?:of )?[A-Z][\w'-]*)*)"
)
_NO_PLACE = re.compile(
    rf"(?:{_MONTH}|{_DAY})\b|the (?:morning|afternoon|evening|end|start|beginning|future|past"
    rf"|moment)\b"
    r"|I\b",
    re.IGNORECASE,
)
_AND = re.compile(r", and | and |, ")


def find_event(clause: str, tense: str, verb: str, subject: str) -> Event | None:
    """Returns the event of a clause that names an action and its time, or None.

    `tense` and `verb` are those of the speaker's first action.
    """
    if not _MAY_HAVE_TIME.search(clause):
        return None
    times = tuple(dict.fromkeys(match["time"] for match in _TIME.finditer(clause)))
    if not times:
        return None
    is_action = tense in ("past", "future") and verb not in _STATES
    if not is_action and not _OCCASION.search(clause):
        return None
    places = (place for place in _PLACE.findall(clause) if not _NO_PLACE.match(place))
    location = tuple(dict.fromkeys(places))
    return Event(time=times, location=location, roles=_roles(clause, subject))


def _roles(clause: str, subject: str) -> tuple[str, ...]:
    people = [subject if subject != "The user" else "user"]
    for names in _WITH.findall(clause):
        people += [name for name in _AND.split(names) if name != "I"]
    people += _FAMILY.findall(clause)
    return tuple(dict.fromkeys(people))
