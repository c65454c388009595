"""Finds the operation that a request to an unknown path probably meant, and what differs."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

from mock_memos.core.suggestions import did_you_mean
from mock_memos.core.text import shorten

MAX_LENGTH: Final = 200
"""Longer paths and names are shortened before they are compared and shown."""
_MAX_UNKNOWN_FIELDS: Final = 5
_MIN_SIMILARITY: Final = 0.6


class OperationSignature(NamedTuple):
    """What a request to an operation looks like. `path` is relative to the base path."""

    method: str
    path: str
    fields: Collection[str]
    required: Sequence[str]


def nearest_operation(
    method: str, path: str, body: dict[str, Any], operations: Iterable[OperationSignature]
) -> OperationSignature | None:
    """Returns the most similar operation by path and fields, or None if none is similar."""
    from difflib import SequenceMatcher  # slow to import, and only errors need it

    best_similarity, best = 0.0, None
    segments = path.strip("/")[-MAX_LENGTH:].split("/")
    tails = ["/".join(segments[-length:]).lower() for length in (1, 2, 3)]
    for operation in operations:
        known = operation.path.partition("{")[0].rstrip("/")
        similarity = max(SequenceMatcher(None, tail, known).ratio() for tail in tails)
        if any(tail.startswith(f"{known}/") or known.startswith(f"{tail}/") for tail in tails):
            similarity += 0.5
        if known in tails:
            similarity += 1
        similarity += 0.1 * (method == operation.method)
        if body:
            similarity += 0.3 * sum(name in operation.fields for name in body) / len(body)
        if similarity > best_similarity:
            best_similarity, best = similarity, operation
    return best if best_similarity >= _MIN_SIMILARITY else None


def differences(method: str, body: dict[str, Any], operation: OperationSignature) -> list[str]:
    """Returns how method and fields of a request differ from those of an operation."""
    texts = [] if method == operation.method else [f"method is {method}, not {operation.method}"]
    unknown = [name for name in body if name not in operation.fields]
    for name in unknown[:_MAX_UNKNOWN_FIELDS]:
        short_name = shorten(name, MAX_LENGTH)
        texts.append(f"unknown field {short_name}{did_you_mean(name, operation.fields)}")
    if len(unknown) > _MAX_UNKNOWN_FIELDS:
        texts.append(f"{len(unknown) - _MAX_UNKNOWN_FIELDS} more unknown fields")
    missing = [name for name in operation.required if not body.get(name)]
    if missing:
        texts.append(f"{' and '.join(missing)} missing")
    return texts
