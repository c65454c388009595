"""Finds personal attributes in English clauses."""

import re

_NAME = r"(?-i:(?P<{}>[A-Z][\w'-]*(?:\ (?:de\ |van\ |von\ |bin\ )?[A-Z][\w'-]*)" + r"{{0,2}}))"
_PLACE = r"(?P<{}>[^,.;:!?()]+)"
_TRADE = (
    "nurse|doctor|teacher|engineer|developer|programmer|designer|manager|lawyer|student|writer"
    "|artist|chef|cook|driver|pilot|scientist|researcher|architect|accountant|consultant|analyst"
    "|journalist|photographer|musician|actor|actress|waiter|waitress|farmer|carpenter|plumber"
    "|electrician|dentist|pharmacist|therapist|psychologist|professor|librarian|translator|editor"
    "|salesperson|marketer|entrepreneur|founder|mechanic|firefighter|soldier|veterinarian|vet"
    "|paramedic|surgeon|physicist|chemist|biologist|mathematician|economist|tester|freelancer"
    "|baker|barista|tailor|hairdresser|secretary|assistant|director|ceo|cto|intern|retiree|pianist"
)
_I_ATTRIBUTE = re.compile(
    r"(?:i|we)(?:'m|'ve|\ am|\ are|\ have)?(?:\ (?:now|currently|actually|also|just|recently"
    r"|still|already|really))*\ (?:"
    rf"(?:called|named)\ {_NAME.format('name')}"
    r"|(?:just\ )?(?P<age>\d{1,3})(?:\ (?:years?\ old|yo)\b|$|(?=,|\ (?:and|now|since)\b))"
    r"|turned\ (?P<age_2>\d{1,3})\b"
    rf"|(?:live|living|reside|residing|based|settled)\ (?:in|at"
    rf"|near)\ {_PLACE.format('city')}"
    rf"|(?:moved|relocated)\ (?:back\ )?to\ {_PLACE.format('city_2')}"
    rf"|(?:work|working)\ as\ (?:an?\ |the\ )?{_PLACE.format('job')}"
    rf"|(?:work|working)\ (?:at|for)\ {_PLACE.format('company')}"
    rf"|(?<!have\ )(?<!'ve\ )an?\ (?P<job_2>(?:[\w-]+\ ){{0,3}}(?:{_TRADE})s?)\b"
    r"(?!\ (?:appointment|visit|bill|friend)|')"
    rf"|(?:was\ |were\ )?born\ (?:on|in)\ (?P<birthday>(?:the\ )?[\w ,]*\d[\w ,]*)"
    rf"|(?:got\ )?(?P<marital>married|single|divorced|engaged|widowed|separated)\b"
    rf"|(?<=m\ )(?-i:{_NAME.format('name_2')})$)",
    re.IGNORECASE | re.VERBOSE,
)
_MY_ATTRIBUTE = re.compile(
    r"(?:(?:my|our)\ (?:"
    rf"(?:full\ |first\ |real\ )?name(?:\ is|'s)\ {_NAME.format('name')}"
    r"|age\ is\ (?P<age>\d{1,3})"
    rf"|(?:home(?:\ ?town|\ city)?|city|address)\ is\ (?:in\ |at\ )?{_PLACE.format('city')}"
    rf"|(?:job|profession|occupation)\ is\ (?:an?\ )?{_PLACE.format('job')}"
    rf"|(?:company|employer)\ is\ (?:called\ )?{_PLACE.format('company')}"
    r"|(?:\w+\ )?e-?mail(?:\ address)?\ is\ (?P<email>[^\s@,;]+@[^\s@,;]+\w)"
    r"|(?:\w+\ )?(?:phone|mobile|cell"
    r"|telephone)(?:\ ?phone)?(?:\ number)?\ is\ (?P<phone>\+?[\d][\d\ ()-]{3,})"
    r"|birthday(?:\ is|'s)\ (?:on\ )?(?P<birthday>[^.;!?]+)"
    r"|favou?rite\ (?P<favourite>[\w -]{1,40}?)(?:\ (?:is|are|was|has)|'s)\ )"
    rf"|call\ me\ {_NAME.format('name_2')})",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_NAMES = frozenset(
    """
    german french english spanish italian chinese japanese korean american british canadian
    australian indian russian dutch polish portuguese swedish danish norwegian finnish greek turkish
    irish scottish welsh brazilian mexican swiss austrian belgian christian muslim jewish catholic
    buddhist hindu vegan happy sad tired hungry late busy free ok okay
    """.split()
)
_TAIL = re.compile(
    r"\s+(?:now|since|because|with|and|but|for|these days|anymore|at the moment|currently|right"
    r"|this|last|from|next|where|so|near|together|as|who|that|when|while|in\s+the\s+\w+$)\b.*$",
    re.IGNORECASE,
)
_CITY = re.compile(r"\bin ((?:[A-Z][\w'-]*)(?: [A-Z][\w'-]*)*)")
_NO_PLACE_STARTS = frozenset("a an the my our this".split())


def find_attribute(clause: str, start: int) -> tuple[str, str] | None:
    """Returns the name and value of the attribute that a clause states, or None.

    `start` is the index of the subject. A favourite has the name `favourite` and its category as
    the value: `colour`.
    """
    pattern = _I_ATTRIBUTE if clause[start] in "iIwW" else _MY_ATTRIBUTE
    match = pattern.match(clause, start)
    if match is None:
        return None
    group = match.lastgroup or ""
    name, value = group.partition("_")[0], match[group].strip()
    if name in ("favourite", "birthday"):
        return name, value
    value = _TAIL.sub("", value).strip()
    if name == "city":
        value = _place_name(value)
    elif name == "name" and value.lower() in _NOT_NAMES:
        return None
    return (name, value) if value else None


def _place_name(text: str) -> str:
    """Returns the place in `a small flat in Lyon`; an empty string without a name."""
    if text[:1].islower() and (city := _CITY.search(text)):
        return city[1]
    return "" if text.split(" ", 1)[0] in _NO_PLACE_STARTS else text
