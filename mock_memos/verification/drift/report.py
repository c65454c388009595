"""The drift report: one tour of the API at a target and at the double, compared by field.

Three are asked how each reply looks: the response models of the official client that is installed
here, the target, and the double. Nothing of what stands in the replies is kept or told.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from mock_memos.testing.in_process import MockMemos
from mock_memos.verification.comparison.differences import Difference, Three
from mock_memos.verification.comparison.our_models import declared
from mock_memos.verification.comparison.replies import as_wholes, name_of, out_of_order, values
from mock_memos.verification.comparison.reply_shapes import shapes_of
from mock_memos.verification.created_resources import Trace, named
from mock_memos.verification.defaults import PATIENCE
from mock_memos.verification.drift.client_models import client_models
from mock_memos.verification.drift.steps import Step
from mock_memos.verification.drift.tour import Tour
from mock_memos.verification.selection import is_meant
from mock_memos.verification.service import Answer, Target


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """What one tour found."""

    client: str
    """The release of the official client that is installed here; empty where there is none."""
    replies: dict[str, int]
    """How many replies of the target were compared, by what they are compared as."""
    differences: list[Difference]
    left: list[Trace]
    """What could not be taken away from the target."""

    @property
    def broken(self) -> bool:
        """Whether something breaking differs."""
        return any(one.severity == "breaking" for one in self.differences)


def drift(
    target: Target,
    run: str,
    *,
    only: Sequence[str] = (),
    patience: float = PATIENCE,
    tell: Callable[[str], None] = lambda title: None,
) -> Drift:
    """Take the tour at a target and at the double, and compare what came.

    `run` makes the names fresh under which the target is written to; `only` are patterns
    of operations to report on. What an interrupted tour left is told before it ends.
    """
    theirs = Tour(target, run, patience=patience, tell=tell)
    try:
        theirs.take()
    except KeyboardInterrupt:
        for line in named(theirs.left):
            tell(line)
        raise
    ours = at_the_double(run)
    replies = _by_name(theirs.steps)
    found = [*_wholes(theirs.steps, ours), *_fields(replies, _by_name(ours))]
    found = [one for one in found if is_meant(only, one.operation)]
    known = client_models()
    return Drift(
        client=known.release if known else "",
        replies={name: len(replies.get(name, [])) for name in declared() if is_meant(only, name)},
        differences=sorted(found, key=_place),
        left=theirs.left,
    )


def at_the_double(run: str) -> list[Step]:
    """The same tour in this process. Its pauses move the double's clock and take no time."""
    memos = MockMemos(clock="step")

    def pause(seconds: float) -> None:
        memos.clock.advance(seconds)

    transport = memos.transport()
    with Target(memos.base_url, memos.api_key, transport=transport, pause=pause) as target:
        return Tour(target, run).take()


def _place(difference: Difference) -> tuple[int, tuple[int, str, str]]:
    return list(declared()).index(difference.operation), difference.order


def _by_name(steps: list[Step]) -> dict[str, list[Answer]]:
    """The answers, by the name under which they are compared."""
    found: dict[str, list[Answer]] = {}
    for step in steps:
        found.setdefault(name_of(step.operation, step.answer), []).append(step.answer)
    return found


def _wholes(theirs: list[Step], ours: list[Step]) -> Iterator[Difference]:
    """Title by title: what the last reply under it was. A poll counts by its end."""
    last = {step.title: step for step in theirs}
    for step in {step.title: step for step in ours}.values():
        if step.title in last:
            came = last[step.title].answer
            yield from as_wholes(step.operation, step.title, came, step.answer)
        else:
            yield Difference(
                operation=step.operation, field=step.title, kind="unseen", severity="note",
                target="the call could not be made", mock=f"code {step.answer.code}", evidence="",
            )  # fmt: skip


def _fields(theirs: dict[str, list[Answer]], ours: dict[str, list[Answer]]) -> Iterator[Difference]:
    known = client_models()
    for name, said in declared().items():
        client = known.said.get(name, {}) if known else {}
        both = {**said, **client}
        target, mock = (
            shapes_of((value for one in side.get(name, []) for value in values(one)), both)
            for side in (theirs, ours)
        )
        three = Three(operation=name, target=target, mock=mock, said=said, client=client)
        yield from three.differences()
        yield from out_of_order(name, theirs.get(name, []))
