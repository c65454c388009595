"""The nearest miss: what came closest to what was meant, field by field, in the user's words."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from mock_memos.clock import iso
from mock_memos.errors import UsageError, nearest
from mock_memos.journal import Exchange, Wanted


class Line(NamedTuple):
    """One field of a comparison: what was wanted of it, and why it does not fit, if so."""

    field: str
    wanted: str
    why_not: str | None

    def __str__(self) -> str:
        if self.why_not is None:
            return f"    {self.field} {self.wanted}: fits"
        return f"  ! {self.why_not}"


class Miss(NamedTuple):
    """An exchange that is nearly what was wanted."""

    exchange: Exchange
    lines: tuple[Line, ...]

    @property
    def fitting(self) -> int:
        """How many fields fit; the operation counts as much as all others."""
        fits = [line for line in self.lines if line.why_not is None]
        return sum(len(self.lines) if line.field == "operation" else 1 for line in fits)

    def __str__(self) -> str:
        return "\n".join([short(self.exchange), *map(str, self.lines)])


def nearest_miss(wanted: Wanted, exchanges: Iterable[Exchange]) -> Miss | None:
    """The exchange that fits in most fields, the newest of equals; None when there is none."""
    parts = list(_parts(wanted))
    best: Miss | None = None
    for exchange in exchanges:
        miss = Miss(exchange, tuple(_line(part, exchange) for part in parts))
        if best is None or miss.fitting >= best.fitting:
            best = miss
    return best


def said(wanted: Wanted) -> str:
    """What is wanted, in words: `search/memory with user_id 'ana'`."""
    *others, operation = [
        *(f"{field} {value!r}" for field, value in _fields(wanted) if field != "operation"),
        wanted.operation or "any call",
    ]
    return f"{operation} with {', '.join(others)}" if others else operation


def short(exchange: Exchange) -> str:
    """An exchange in a line, without its bodies."""
    what = exchange.operation or exchange.path
    answer = f"{exchange.status}, code {exchange.code}" if exchange.status else "no reply"
    told = f": {exchange.hint}" if exchange.hint and exchange.code else ""
    fault = f", fault {exchange.fault}" if exchange.fault else ""
    when = iso(exchange.time)[11:-1] if exchange.time else "no world"
    return f"#{exchange.number} {when} {exchange.method} {what} -> {answer}{fault}{told}"


def _parts(wanted: Wanted) -> Iterator[tuple[str, str, Wanted]]:
    """Each key alone, with its name and how it is shown."""
    for field, value in _fields(wanted):
        one: dict[str, Any] = (
            {field: value} if field in Wanted.__struct_fields__ else {"fields": {field: value}}
        )
        yield field, repr(value), Wanted(**one)


def _fields(wanted: Wanted) -> Iterator[tuple[str, Any]]:
    for field in Wanted.__struct_fields__:
        value = getattr(wanted, field)
        if field == "fields":
            yield from value.items()
        elif value is not None:
            yield field, value


def _line(part: tuple[str, str, Wanted], exchange: Exchange) -> Line:
    field, shown, alone = part
    try:
        return Line(field, shown, alone.why_not_this(exchange))
    except UsageError as problem:
        return Line(field, shown, str(problem))


# --- calls that reach no operation ---


_LONGEST: Final = 200
"""So much of what came is looked at, and shown."""
_MANY: Final = 5


class Offer(NamedTuple):
    """An operation as a lost call is compared with it. `path` is relative to the base path."""

    method: str
    path: str
    fields: Collection[str]
    required: Sequence[str]


def nearest_offer(
    method: str, path: str, body: dict[str, Any], offers: Iterable[Offer]
) -> Offer | None:
    """The operation that is likest by its path and by the fields that came, if one is like it."""
    from difflib import SequenceMatcher  # slow to import, and needed only to explain

    likest, best = 0.0, None
    end = path.strip("/")[-_LONGEST:].split("/")
    tails = ["/".join(end[-length:]).lower() for length in (1, 2, 3)]
    for offer in offers:
        plain = offer.path.partition("{")[0].rstrip("/")
        like = max(SequenceMatcher(None, tail, plain).ratio() for tail in tails)
        if any(_begins(tail, plain) or _begins(plain, tail) for tail in tails):
            like += 0.5
        if plain in tails:
            like += 1
        like += 0.1 * (method == offer.method)
        if body:
            like += 0.3 * sum(name in offer.fields for name in body) / len(body)
        if like > likest:
            likest, best = like, offer
    return best if likest >= 0.6 else None


def brief(text: str) -> str:
    """A text that fits into a line."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _begins(whole: str, part: str) -> bool:
    return whole.startswith(f"{part}/")


def differences(method: str, body: dict[str, Any], offer: Offer) -> list[str]:
    """Where a call is not like an operation, besides its path: method and fields."""
    found = [] if method == offer.method else [f"method is {method}, not {offer.method}"]
    strange = [name for name in body if name not in offer.fields]
    found += [
        f"{brief(name)} is no field of it{nearest(name, offer.fields)}" for name in strange[:_MANY]
    ]
    if len(strange) > _MANY:
        found.append(f"{len(strange) - _MANY} more fields are none of it")
    missing = [name for name in offer.required if not body.get(name)]
    if missing:
        found.append(f"{' and '.join(missing)} missing")
    return found
