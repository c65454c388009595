"""Creates faults from names and options that users write, in rules and in the header of a call."""

from typing import Any

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import describe_type_error, did_you_mean, known_values
from mock_memos.faults.effects import EFFECTS, Effect, Quota
from mock_memos.faults.presets import PRESETS


def unknown_fault(name: str) -> str | None:
    """Returns a message for an unknown name of a fault or preset, else None."""
    if name in EFFECTS or name in PRESETS:
        return None
    suggestion = did_you_mean(name, [*EFFECTS, *PRESETS]) or "."
    return (
        f"unknown fault {name!r}{suggestion} "
        f"Known: {', '.join(EFFECTS)}; presets: {', '.join(PRESETS)}"
    )


def parse_fault(name: str, options: dict[str, Any]) -> Effect:
    """Returns the effect of a fault or preset. Options may be texts, as in a header.

    Raises `UsageError` for an unknown name, and for an option that is unknown or invalid.
    """
    if problem := unknown_fault(name):
        raise UsageError(problem)
    fault = name
    if (preset := PRESETS.get(name)) is not None:
        fault, options = preset.fault, preset.options | options
    effect = EFFECTS[fault]
    known = effect.__struct_fields__
    for option in options:
        if option not in known:
            raise UsageError(
                f"{name} has no option {option!r}{known_values(option, known, 'Allowed')}"
            )
    try:
        return msgspec.convert(options, effect, strict=False)
    except msgspec.ValidationError as error:
        option = str(error).rstrip("`").rpartition(" - at `$.")[2]
        received = f"{option} is {options[option]!r}; " if option in options else ""
        raise UsageError(f"{name}: {received}{describe_type_error(error)}") from None


def parse_fault_header(text: str) -> tuple[str, Effect]:
    """Returns name and effect of the fault in a header, such as `error; code=40309`.

    Raises `UsageError` for a text that `parse_fault` rejects, and for a quota.
    """
    name, *settings = (part.strip() for part in text.split(";"))
    options: dict[str, Any] = {}
    for setting in filter(None, settings):
        key, equals, value = (part.strip() for part in setting.partition("="))
        if not equals:
            raise UsageError(f"{setting!r} is not an option; write name=value")
        options[key] = value
    effect = parse_fault(name, options)
    if isinstance(effect, Quota):
        raise UsageError(f"{name} counts calls: add it as a rule, not to one call")
    return name, effect
