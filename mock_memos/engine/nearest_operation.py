"""Nearest operation."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

from mock_memos.core.suggestions import did_you_mean
from mock_memos.core.text import shorten

MAX_SHOWN_LENGTH: Final = 200
"""Maximum length of a path or name that is compared and shown."""


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
    end = path.strip("/")[-MAX_SHOWN_LENGTH:].split("/")
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


def _begins(whole: str, part: str) -> bool:
    return whole.startswith(f"{part}/")


def differences(method: str, body: dict[str, Any], offer: Offer) -> list[str]:
    """Where a call is not like an operation, besides its path: method and fields."""
    found = [] if method == offer.method else [f"method is {method}, not {offer.method}"]
    strange = [name for name in body if name not in offer.fields]
    found += [
        f"{shorten(name, MAX_SHOWN_LENGTH)} is no field of it{did_you_mean(name, offer.fields)}"
        for name in strange[:_MANY]
    ]
    if len(strange) > _MANY:
        found.append(f"{len(strange) - _MANY} more fields are none of it")
    missing = [name for name in offer.required if not body.get(name)]
    if missing:
        found.append(f"{' and '.join(missing)} missing")
    return found
