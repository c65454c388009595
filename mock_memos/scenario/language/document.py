"""The language of scenario files, version 1: what a key means is written beside it."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import unknown_operation
from mock_memos.core.settings import Settings
from mock_memos.faults.rules import FaultRule
from mock_memos.scenario.language.base import Plain, Seconds, Text, Values
from mock_memos.scenario.language.given import Given
from mock_memos.scenario.language.matchers import no_expectation
from mock_memos.scenario.language.scripts import Script


def no_settings(changes: dict[str, Any]) -> str | None:
    """What is wrong with settings beyond their types, or None."""
    try:
        Settings().with_changes(**changes).make_clock()
    except UsageError as problem:
        return str(problem)
    return None


def operation_of(call: str) -> str:
    """The operation that a step calls: the last part of a path may be an id."""
    if call.startswith("get/memory/"):
        return "get/memory/{memory_id}"
    return call


class Step(Plain, frozen=True, kw_only=True, rename={"with_": "with"}):
    """One step: a call, a move of time, or a word. `say` may also stand beside the others."""

    say: Annotated[str, Meta(description="Told before the step is done")] = ""
    call: Annotated[
        str | None,
        Meta(
            description="An operation, such as add/message or get/memory/{{id}}",
            extra={"check": lambda call: unknown_operation(operation_of(call))},
        ),
    ] = None
    with_: Annotated[Values, Meta(description="The body; {{name}} is what was saved")] = {}
    status: Annotated[int | None, Meta(description="The HTTP status that is expected")] = None
    expect: Annotated[
        dict[str, Annotated[Any, Meta(extra={"check": no_expectation})]],
        Meta(description="What the answer holds, by dotted path: a value or a matcher"),
    ] = {}
    save: Annotated[
        dict[str, str], Meta(description="Names for parts of the answer, by dotted path")
    ] = {}
    advance: Annotated[Seconds | None, Meta(description="Moves the clock by so many seconds")] = (
        None
    )
    drain: Annotated[bool, Meta(description="Moves the clock until nothing is pending")] = False

    def __post_init__(self) -> None:
        said = {"call": self.call is not None, "advance": self.advance is not None}
        kinds = [name for name, given in (said | {"drain": self.drain}).items() if given]
        if len(kinds) > 1:
            raise InvalidValueError(kinds[1], f"does not go with {kinds[0]}; make two steps")
        if not kinds and not self.say:
            raise InvalidValueError("", "does nothing; it needs call, advance, drain or say")
        if self.call is None:
            for name in ("with", "status", "expect", "save"):
                if getattr(self, "with_" if name == "with" else name):
                    raise InvalidValueError(name, "belongs to a call")


class Document(Plain, frozen=True, kw_only=True):
    """A scenario file."""

    version: Annotated[Literal[1], Meta(description="Version of this language")]
    title: Annotated[Text, Meta(description="What it is called")]
    about: Annotated[str, Meta(description="What it is for, in a sentence or two")] = ""
    include: Annotated[
        tuple[Text, ...], Meta(description="Shipped scenarios or files beside this one, used too")
    ] = ()
    parameters: Annotated[
        dict[str, str | float | bool | None],
        Meta(description="Names with defaults; ${name} in a text stands for the value"),
    ] = {}
    settings: Annotated[
        Values,
        Meta(
            description="Settings of the double, as for MockMemos(...)",
            extra_json_schema={"$ref": "#/$defs/Settings"},
            extra={"like": Settings, "check": no_settings},
        ),
    ] = {}
    given: Annotated[Given, Meta(description="What there is before the first call")] = Given()
    scripts: Annotated[
        tuple[Script, ...], Meta(description="What becomes of requests; the first that fits counts")
    ] = ()
    faults: Annotated[tuple[FaultRule, ...], Meta(description="What goes wrong")] = ()
    steps: Annotated[tuple[Step, ...], Meta(description="A story to play and to check")] = ()


class Scenario(Plain, frozen=True, kw_only=True):
    """A loaded scenario, with what it includes: its own parts first, then the included ones.

    `settings` holds only what the files say. `given` has one element for each file. The steps are
    those of the file itself.
    """

    name: str
    title: str
    about: str = ""
    settings: dict[str, Any] = {}
    given: tuple[Given, ...] = ()
    scripts: tuple[Script, ...] = ()
    faults: tuple[FaultRule, ...] = ()
    steps: tuple[Step, ...] = ()
