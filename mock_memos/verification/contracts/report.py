"""Consumer contracts: the calls of an application's own tests, made again at a target.

What is compared is what the application can rely on: status and code, which fields there are, of
which types, and the stable values. Stable are enumerations and booleans outside of lists. Texts,
numbers, times and ids are not, nor is how far a task was when it was asked while it ran.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from mock_memos.verification.comparison.differences import Difference, Three, grave
from mock_memos.verification.comparison.formatting import many
from mock_memos.verification.comparison.our_models import EVENTS, declared
from mock_memos.verification.comparison.replies import as_wholes, name_of, out_of_order, values
from mock_memos.verification.comparison.reply_shapes import (
    ITEM,
    NOTHING,
    Known,
    Path,
    plain_words,
    shapes_of,
)
from mock_memos.verification.contracts.journal_file import Diary, Recorded, meant
from mock_memos.verification.contracts.replay import Playback, Remade
from mock_memos.verification.created_resources import Trace, named
from mock_memos.verification.defaults import PATIENCE
from mock_memos.verification.selection import is_meant
from mock_memos.verification.service import Answer, Target

_POLLED: Final = ("get/status", "get/knowledgebase-file")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the application, and how the target's answer differs from the double's."""

    place: str
    """The test and the number of the call in it."""
    operation: str
    why_not: str = ""
    """Why the call was not made, if it was not."""
    excused: bool = False
    differences: tuple[Difference, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the application may rely on this call."""
        if self.why_not:
            return self.excused
        return all(one.severity != "breaking" for one in self.differences)


class Contracts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of every call of a journal."""

    calls: list[Checked]
    left: list[Trace]
    """What could not be taken away from the target."""

    @property
    def broken(self) -> bool:
        """Whether the target breaks what the application relies on, or it could not be seen."""
        return not all(call.holds for call in self.calls)


def contracts(
    target: Target,
    diaries: Sequence[Diary],
    run: str,
    *,
    only: Sequence[str] = (),
    patience: float = PATIENCE,
    tell: Callable[[str], None] = lambda text: None,
) -> Contracts:
    """Make the calls of every test again, and compare. `run` makes the names fresh.

    `only` are patterns of tests and operations to report on; a test is played whole, if any of
    its calls is meant. What an interrupted run left is told before it ends.
    """
    calls: list[Checked] = []
    left: list[Trace] = []
    for number, diary in enumerate(meant(diaries, only), 1):
        tell(f"{diary.name}: {many(len(diary.calls), 'call')}")
        playback = Playback(target, diary, f"{run}-{number}", patience=patience)
        remade = playback.remake()
        try:
            calls += [_checked(one) for one in remade if is_meant(only, *one.call.names)]
        except KeyboardInterrupt:
            remade.close()
            for line in named(playback.left):
                tell(line)
            raise
        left += playback.left
    return Contracts(calls=calls, left=left)


def _checked(remade: Remade) -> Checked:
    call, answer = remade.call, remade.answer
    found = () if answer is None else tuple(compared(call, answer))
    return Checked(
        place=call.place,
        operation=call.operation,
        why_not=remade.why,
        excused=remade.excused,
        differences=tuple(sorted(found, key=lambda one: one.order)),
    )


def compared(call: Recorded, answer: Answer) -> Iterator[Difference]:
    """What an application may notice of another answer to its call."""
    mock = recorded_answer(call)
    yield from as_wholes(call.operation, call.operation, answer, mock)
    name = name_of(call.operation, mock)
    if name != name_of(call.operation, answer) or not values(answer):
        return  # one was refused, or streamed, and the other was not
    said = declared()[name]
    theirs, ours = values(answer), values(mock)
    three = Three(
        operation=call.operation,
        target=shapes_of(theirs, said),
        mock=shapes_of(ours, said),
        said=said,
    )
    yield from (one for one in three.differences() if one.kind not in ("extra", "unseen"))
    yield from _emptiness(three)
    yield from out_of_order(call.operation, [answer])
    if name != EVENTS:
        yield from _stable(three, theirs[0], ours[0])


def recorded_answer(call: Recorded) -> Answer:
    """What the double answered, as if it came from a target."""
    streamed = isinstance(call.response_body, str)
    body = call.response_body.encode() if streamed else msgspec.json.encode(call.response_body)
    kind = "text/event-stream" if streamed else "application/json"
    return Answer(
        method=call.method, operation=call.operation, request=call.request_body, status=call.status,
        headers={"content-type": kind}, body=body,
    )  # fmt: skip


def _emptiness(three: Three) -> Iterator[Difference]:
    """Lists of which one is empty and the other is not."""
    for path in three.places():
        theirs, ours = three.target.get(path, NOTHING), three.mock.get(path, NOTHING)
        lists = {"array"} == theirs.types == ours.types
        if ITEM not in path and lists and bool(theirs.items) != bool(ours.items):
            told = ("a list with elements", "an empty list")
            came, here = told if theirs.items else reversed(told)
            yield three.tell(path, "empty", "notable" if ours.items else "note", came, here)


def _stable(three: Three, theirs: Any, ours: Any) -> Iterator[Difference]:
    """Stable values that differ."""
    for path, known in three.said.items():
        if ITEM in path or not _is_stable(known):
            continue
        their, our = _at(theirs, path), _at(ours, path)
        if type(their) is not type(our) or their == our:
            continue
        waiting = three.operation in _POLLED and our == "running" and their == "completed"
        if not waiting and _is_known(their, known):
            yield three.tell(path, "value", grave(known.evidence), _word(their), _word(our))


def _is_stable(known: Known) -> bool:
    return bool(known.words) or known.types == {"boolean"}


def _is_known(value: Any, known: Known) -> bool:
    """Anything else is a difference in the enumeration, and told as such."""
    return isinstance(value, bool) or value in known.words


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else plain_words([value])


def _at(value: Any, path: Path) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
