"""Scenario files, version 1. The description of each key is in its annotation."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from mock_memos.core.conversion import InvalidValueError
from mock_memos.core.errors import UsageError
from mock_memos.core.request_match import unknown_operation
from mock_memos.core.settings import Settings
from mock_memos.faults.rules import FaultRule
from mock_memos.scenario.language.base import ScenarioStruct, Seconds, Text, Values
from mock_memos.scenario.language.given import Given
from mock_memos.scenario.language.matchers import matcher_error
from mock_memos.scenario.language.rules import Rule


def settings_error(changes: dict[str, Any]) -> str | None:
    """Returns what is wrong with settings that have the right types, or None."""
    try:
        Settings().with_changes(**changes).make_clock()
    except UsageError as problem:
        return str(problem)
    return None


def operation_of(call: str) -> str:
    """Returns the operation of a call, which may end in an id."""
    if call.startswith("get/memory/"):
        return "get/memory/{memory_id}"
    return call


class ScenarioStep(ScenarioStruct, frozen=True, kw_only=True):
    """One step: a call, a move of the clock, or a note. The others may have a note, too."""

    note: Annotated[str, Meta(description="Printed before the step runs")] = ""
    call: Annotated[
        str | None,
        Meta(
            description="An operation, such as add/message or get/memory/{{id}}",
            extra={"check": lambda call: unknown_operation(operation_of(call))},
        ),
    ] = None
    body: Annotated[Values, Meta(description="The request body; {{name}} is a saved value")] = {}
    status: Annotated[int | None, Meta(description="The expected HTTP status")] = None
    expect: Annotated[
        dict[str, Annotated[Any, Meta(extra={"check": matcher_error})]],
        Meta(description="Expected parts of the answer, by dotted path: a value or a matcher"),
    ] = {}
    save: Annotated[
        dict[str, str],
        Meta(description="Names of values to keep, and their dotted paths in the answer"),
    ] = {}
    advance: Annotated[
        Seconds | None, Meta(description="Advances the clock by this many seconds")
    ] = None
    run_until_idle: Annotated[
        bool, Meta(description="Advances the clock until no timed task is running")
    ] = False

    def __post_init__(self) -> None:
        actions = [name for name in ("call", "advance") if getattr(self, name) is not None]
        actions += ["run_until_idle"] * self.run_until_idle
        if len(actions) > 1:
            raise InvalidValueError(
                actions[1], f"cannot be combined with {actions[0]}; make two steps"
            )
        if not actions and not self.note:
            raise InvalidValueError("", "is empty; needs call, advance, run_until_idle or note")
        if self.call is None:
            for name in ("body", "status", "expect", "save"):
                if getattr(self, name):
                    raise InvalidValueError(name, "needs a call")


class ScenarioDocument(ScenarioStruct, frozen=True, kw_only=True):
    """A scenario file."""

    version: Annotated[Literal[1], Meta(description="Version of the scenario language")]
    title: Annotated[Text, Meta(description="Name for people")]
    description: Annotated[str, Meta(description="What it is for, in a sentence or two")] = ""
    include: Annotated[
        tuple[Text, ...],
        Meta(description="Shipped scenarios, or files in the folder of this one, to add"),
    ] = ()
    parameters: Annotated[
        dict[str, str | float | bool | None],
        Meta(description="Names with default values; ${name} in a text is replaced by the value"),
    ] = {}
    settings: Annotated[
        Values,
        Meta(
            description="Settings, as for MockMemos(...)",
            extra_json_schema={"$ref": "#/$defs/Settings"},
            extra={"like": Settings, "check": settings_error},
        ),
    ] = {}
    given: Annotated[Given, Meta(description="The data before the first call")] = Given()
    rules: Annotated[
        tuple[Rule, ...], Meta(description="What requests do; the first matching rule applies")
    ] = ()
    faults: Annotated[
        tuple[FaultRule, ...], Meta(description="Errors, delays and other faults")
    ] = ()
    steps: Annotated[
        tuple[ScenarioStep, ...], Meta(description="Calls to play, and checks of the answers")
    ] = ()


class Scenario(ScenarioStruct, frozen=True, kw_only=True):
    """A loaded scenario: its own rules and faults, then those of included files.

    `settings` holds only the settings of the files. `given` has one element for each file. The
    steps are those of the file itself.
    """

    name: str
    title: str
    description: str = ""
    settings: dict[str, Any] = {}
    given: tuple[Given, ...] = ()
    rules: tuple[Rule, ...] = ()
    faults: tuple[FaultRule, ...] = ()
    steps: tuple[ScenarioStep, ...] = ()
