"""From the words of a user to a fault: its name, and options that fit."""

from typing import Any

import msgspec

from mock_memos.core.errors import UsageError
from mock_memos.core.suggestions import describe_type_error, did_you_mean, known_values
from mock_memos.faults.effects import EFFECTS, Effect, Quota
from mock_memos.faults.presets import PRESETS


def unknown(name: str) -> str | None:
    """What is wrong with the name of a fault or preset, or None."""
    if name in EFFECTS or name in PRESETS:
        return None
    close = did_you_mean(name, [*EFFECTS, *PRESETS]) or "."
    known = f"{', '.join(EFFECTS)}; presets: {', '.join(PRESETS)}"
    return f"there is no fault {name!r}{close} Known: {known}"


def named(name: str, options: dict[str, Any]) -> Effect:
    """A fault or a preset with its options, of which texts are read as what is meant.

    Raises `UsageError` that names what does not fit.
    """
    if problem := unknown(name):
        raise UsageError(problem)
    fault = name
    if (preset := PRESETS.get(name)) is not None:
        fault, options = preset.fault, preset.options | options
    kind = EFFECTS[fault]
    known = kind.__struct_fields__
    for option in options:
        if option not in known:
            raise UsageError(
                f"{name} has no option {option!r}{known_values(option, known, 'Allowed')}"
            )
    try:
        return msgspec.convert(options, kind, strict=False)
    except msgspec.ValidationError as misfit:
        option = str(misfit).rstrip("`").rpartition(" - at `$.")[2]
        came = f"{option} is {options[option]!r}; " if option in options else ""
        raise UsageError(f"{name}: {came}{describe_type_error(misfit)}") from None


def from_header(text: str) -> tuple[str, Effect]:
    """The fault of one call, as its header says: `error; code=40309`. Raises `UsageError`."""
    name, *settings = (part.strip() for part in text.split(";"))
    options: dict[str, Any] = {}
    for setting in filter(None, settings):
        key, equals, value = (part.strip() for part in setting.partition("="))
        if not equals:
            raise UsageError(f"{setting!r} is no option, which is written name=value")
        options[key] = value
    effect = named(name, options)
    if isinstance(effect, Quota):
        raise UsageError(f"{name} counts calls, so it needs a rule and cannot strike one call")
    return name, effect
