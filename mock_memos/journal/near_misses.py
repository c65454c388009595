"""Finds the exchange that comes closest to a filter, and compares it field by field."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mock_memos.core.clock import to_iso
from mock_memos.core.errors import UsageError
from mock_memos.journal.journal import Exchange, ExchangeFilter


class FieldComparison(NamedTuple):
    """One field of a comparison: the expected value, and why the actual one does not match."""

    field: str
    expected: str
    mismatch: str | None

    def __str__(self) -> str:
        if self.mismatch is None:
            return f"    {self.field} {self.expected}: matches"
        return f"  ! {self.mismatch}"


class NearMiss(NamedTuple):
    """An exchange that matches a filter in some fields."""

    exchange: Exchange
    fields: tuple[FieldComparison, ...]

    @property
    def score(self) -> int:
        """The number of matching fields; the operation counts as much as all others."""
        matching = [field.field for field in self.fields if field.mismatch is None]
        return sum(len(self.fields) if name == "operation" else 1 for name in matching)

    def __str__(self) -> str:
        return "\n".join([format_line(self.exchange), *map(str, self.fields)])


def find_near_miss(expected: ExchangeFilter, exchanges: Iterable[Exchange]) -> NearMiss | None:
    """Returns the exchange that matches in most fields, the newest of equals, or None."""
    filters = list(_single_field_filters(expected))
    best: NearMiss | None = None
    for exchange in exchanges:
        miss = NearMiss(exchange, tuple(_compare(*part, exchange) for part in filters))
        if best is None or miss.score >= best.score:
            best = miss
    return best


def describe(expected: ExchangeFilter) -> str:
    """Returns a filter in words: `search/memory with user_id 'ana'`."""
    fields = [f"{name} {value!r}" for name, value in _fields(expected) if name != "operation"]
    operation = expected.operation or "any call"
    return f"{operation} with {', '.join(fields)}" if fields else operation


def format_line(exchange: Exchange) -> str:
    """Returns an exchange as one line, without its bodies."""
    target = exchange.operation or exchange.path
    answer = f"{exchange.status}, code {exchange.code}" if exchange.status else "no reply"
    hint = f": {exchange.hint}" if exchange.hint and exchange.code else ""
    fault = f", fault {exchange.fault}" if exchange.fault else ""
    time = to_iso(exchange.time_ms)[11:-1] if exchange.time_ms else "no world"
    return f"#{exchange.number} {time} {exchange.method} {target} -> {answer}{fault}{hint}"


def _single_field_filters(expected: ExchangeFilter) -> Iterator[tuple[str, str, ExchangeFilter]]:
    """Yields name, value as text and filter of each field."""
    for name, value in _fields(expected):
        is_key = name in ExchangeFilter.__struct_fields__
        key: dict[str, Any] = {name: value} if is_key else {"fields": {name: value}}
        yield name, repr(value), ExchangeFilter(**key)


def _fields(expected: ExchangeFilter) -> Iterator[tuple[str, Any]]:
    for name in ExchangeFilter.__struct_fields__:
        value = getattr(expected, name)
        if name == "fields":
            yield from value.items()
        elif value is not None:
            yield name, value


def _compare(
    name: str, value: str, expected: ExchangeFilter, exchange: Exchange
) -> FieldComparison:
    try:
        return FieldComparison(name, value, expected.exchange_mismatch(exchange))
    except UsageError as error:
        return FieldComparison(name, value, str(error))
