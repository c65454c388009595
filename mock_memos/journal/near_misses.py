"""The nearest miss: what came closest to what was meant, field by field, in the user's words."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mock_memos.core.clock import to_iso
from mock_memos.core.errors import UsageError
from mock_memos.journal.journal import Exchange, ExchangeFilter


class FieldComparison(NamedTuple):
    """One field of a comparison: what was wanted of it, and why it does not fit, if so."""

    field: str
    expected: str
    mismatch: str | None

    def __str__(self) -> str:
        if self.mismatch is None:
            return f"    {self.field} {self.expected}: fits"
        return f"  ! {self.mismatch}"


class NearMiss(NamedTuple):
    """An exchange that is nearly what was wanted."""

    exchange: Exchange
    fields: tuple[FieldComparison, ...]

    @property
    def score(self) -> int:
        """How many fields fit; the operation counts as much as all others."""
        fits = [line for line in self.fields if line.mismatch is None]
        return sum(len(self.fields) if line.field == "operation" else 1 for line in fits)

    def __str__(self) -> str:
        return "\n".join([format_line(self.exchange), *map(str, self.fields)])


def find_near_miss(wanted: ExchangeFilter, exchanges: Iterable[Exchange]) -> NearMiss | None:
    """The exchange that fits in most fields, the newest of equals; None when there is none."""
    parts = list(_parts(wanted))
    best: NearMiss | None = None
    for exchange in exchanges:
        miss = NearMiss(exchange, tuple(_line(part, exchange) for part in parts))
        if best is None or miss.score >= best.score:
            best = miss
    return best


def describe(wanted: ExchangeFilter) -> str:
    """What is wanted, in words: `search/memory with user_id 'ana'`."""
    *others, operation = [
        *(f"{field} {value!r}" for field, value in _fields(wanted) if field != "operation"),
        wanted.operation or "any call",
    ]
    return f"{operation} with {', '.join(others)}" if others else operation


def format_line(exchange: Exchange) -> str:
    """An exchange in a line, without its bodies."""
    what = exchange.operation or exchange.path
    answer = f"{exchange.status}, code {exchange.code}" if exchange.status else "no reply"
    told = f": {exchange.hint}" if exchange.hint and exchange.code else ""
    fault = f", fault {exchange.fault}" if exchange.fault else ""
    when = to_iso(exchange.time_ms)[11:-1] if exchange.time_ms else "no world"
    return f"#{exchange.number} {when} {exchange.method} {what} -> {answer}{fault}{told}"


def _parts(wanted: ExchangeFilter) -> Iterator[tuple[str, str, ExchangeFilter]]:
    """Each key alone, with its name and how it is shown."""
    for field, value in _fields(wanted):
        one: dict[str, Any] = (
            {field: value}
            if field in ExchangeFilter.__struct_fields__
            else {"fields": {field: value}}
        )
        yield field, repr(value), ExchangeFilter(**one)


def _fields(wanted: ExchangeFilter) -> Iterator[tuple[str, Any]]:
    for field in ExchangeFilter.__struct_fields__:
        value = getattr(wanted, field)
        if field == "fields":
            yield from value.items()
        elif value is not None:
            yield field, value


def _line(part: tuple[str, str, ExchangeFilter], exchange: Exchange) -> FieldComparison:
    field, shown, alone = part
    try:
        return FieldComparison(field, shown, alone.mismatch_of(exchange))
    except UsageError as problem:
        return FieldComparison(field, shown, str(problem))


# --- calls that reach no operation ---
