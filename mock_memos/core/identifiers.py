"""Generates all identifiers, deterministically from a seed."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import count
from typing import Any, Literal, Self

IdKind = Literal[
    "conversation", "event", "file", "knowledgebase", "memory", "message",
    "profile", "rerank", "run", "task", "template",
]  # fmt: skip

_VARIANTS = {digit: "89ab"[number & 3] for number, digit in enumerate("0123456789abcdef")}


class Ids:
    """Generates identifiers. The n-th of a kind depends only on seed, namespace, kind and n."""

    __slots__ = ("_counts", "_hashes", "_prefix")

    def __init__(self, seed: int, namespace: str) -> None:
        self._prefix = f"{seed}\0{namespace}\0"
        self._counts: dict[str, int] = {}
        self._hashes: dict[str, Any] = {}
        """The hash of everything before n, by kind."""

    @property
    def counts(self) -> dict[str, int]:
        """How many identifiers of each kind were generated."""
        return self._counts.copy()

    def resume(self, counts: Mapping[str, int]) -> None:
        """Continues after these counts."""
        self._counts = dict(counts)

    def next(self, kind: IdKind) -> str:
        """Returns a new identifier in the format of the service.

        Formats (observed): UUIDs for tasks, memories and messages; `base` and a UUID for knowledge
        bases; 32 hex digits for files; `rerank-` and 32 hex digits; `tpl_` and 12 hex digits. The
        format of `run` is ours: 10 hex digits.
        """
        digits = self._digits(kind)
        match kind:
            case "file":
                return digits
            case "run":
                return digits[:10]
            case "rerank":
                return f"rerank-{digits}"
            case "template":
                return f"tpl_{digits[:12]}"
            case "knowledgebase":
                return f"base{_uuid(digits)}"
        return _uuid(digits)

    def profile_field(self, template_id: str) -> str:
        """Returns the id of a profile field in search results (format observed)."""
        digits = self._digits("profile")
        suffix = self._digits("profile")[:12]
        return f"memos{digits}_{template_id}_{suffix}"

    def for_task(self, task_id: str, stage: str) -> Iterator[str]:
        """Yields identifiers for the memories of one stage of a task.

        They depend only on the task and the stage, so they can be generated at any time.
        """
        stage_hash = self._hash_before("memory of")
        stage_hash.update(f"{task_id}\0{stage}\0".encode(errors="surrogatepass"))
        for n in count():
            full_hash = stage_hash.copy()
            full_hash.update(b"%d" % n)
            yield _uuid(full_hash.hexdigest())

    def random_fraction(self) -> float:
        """Returns the next pseudo-random number, 0 <= x < 1."""
        return int(self._digits("chance")[:13], 16) / 2**52

    def fork(self) -> Self:
        """Returns a copy that counts independently."""
        fork = object.__new__(type(self))
        fork._prefix = self._prefix
        fork._counts, fork._hashes = self._counts.copy(), self._hashes
        return fork

    def _digits(self, kind: str) -> str:
        n = self._counts.get(kind, 0)
        self._counts[kind] = n + 1
        full_hash = self._hash_before(kind)
        full_hash.update(b"%d" % n)
        digits: str = full_hash.hexdigest()
        return digits

    def _hash_before(self, kind: str) -> Any:
        """Returns a copy of the hash of seed, namespace and kind."""
        kind_hash = self._hashes.get(kind)
        if kind_hash is None:
            text = f"{self._prefix}{kind}\0".encode(errors="surrogatepass")
            kind_hash = self._hashes[kind] = blake2b(text, digest_size=16)
        return kind_hash.copy()


def _uuid(digits: str) -> str:
    """Returns 32 hex digits as a valid version 4 UUID."""
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
