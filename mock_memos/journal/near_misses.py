"""The nearest miss: what came closest to what was meant, field by field, in the user's words."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mock_memos.core.clock import iso
from mock_memos.core.errors import UsageError
from mock_memos.journal.journal import Exchange, Wanted


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
