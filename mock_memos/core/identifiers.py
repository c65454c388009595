"""The n-th identifier of a kind, from a seed. Nothing else in the project makes identifiers."""

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
    """Counts per kind; the n-th identifier depends on seed, realm, kind and n alone."""

    __slots__ = ("_begun", "_counts", "_prefix")

    def __init__(self, seed: int, realm: str) -> None:
        self._prefix = f"{seed}\0{realm}\0"
        self._counts: dict[str, int] = {}
        self._begun: dict[str, Any] = {}
        """The hash of everything before n, by kind."""

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind were made."""
        return self._counts.copy()

    def resume(self, counts: Mapping[str, int]) -> None:
        """Go on from where so many of each kind were made."""
        self._counts = dict(counts)

    def next(self, kind: IdKind) -> str:
        """A fresh identifier in the shape the service uses for this kind.

        Shapes (observed): UUIDs for tasks, memories and messages; `base` and a UUID for knowledge
        bases; 32 hex digits for files; `rerank-` and 32 hex digits; `tpl_` and 12 hex digits. The
        name of a run of checks is our own: 10 hex digits.
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
        """The id under which search shows one field of a profile (shape observed)."""
        digits = self._digits("profile")
        other = self._digits("profile")
        return f"memos{digits}_{template_id}_{other[:12]}"

    def for_task(self, task_id: str, stage: str) -> Iterator[str]:
        """Identifiers for the memories that a stage of a task makes.

        They follow from the task, not from what else was made: it may be made at any time.
        """
        begun = self._begun_with("memory of")
        begun.update(f"{task_id}\0{stage}\0".encode(errors="surrogatepass"))
        for n in count():
            whole = begun.copy()
            whole.update(b"%d" % n)
            yield _uuid(whole.hexdigest())

    def random_fraction(self) -> float:
        """The next number of this world's chance, 0 <= x < 1."""
        return int(self._digits("chance")[:13], 16) / 2**52

    def fork(self) -> Self:
        """An equal counter that goes on by itself from here."""
        twin = object.__new__(type(self))
        twin._prefix = self._prefix
        twin._counts, twin._begun = self._counts.copy(), self._begun
        return twin

    def _digits(self, kind: str) -> str:
        n = self._counts.get(kind, 0)
        self._counts[kind] = n + 1
        whole = self._begun_with(kind)
        whole.update(b"%d" % n)
        digits: str = whole.hexdigest()
        return digits

    def _begun_with(self, kind: str) -> Any:
        """A hash of everything before what tells the identifiers of a kind apart."""
        begun = self._begun.get(kind)
        if begun is None:
            text = f"{self._prefix}{kind}\0".encode(errors="surrogatepass")
            begun = self._begun[kind] = blake2b(text, digest_size=16)
        return begun.copy()


def _uuid(digits: str) -> str:
    """32 hex digits as a version 4 UUID: every identifier is well-formed for strict parsers."""
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
