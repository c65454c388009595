"""What goes wrong on purpose: faults, incidents seen with this API, and rules that strike."""

from mock_memos.faults.effects import EFFECTS, Effect, effect
from mock_memos.faults.presets import PRESETS, Preset
from mock_memos.faults.rules import Faults, Rule, carry_out, from_header, named

__all__ = [
    "EFFECTS",
    "PRESETS",
    "Effect",
    "Faults",
    "Preset",
    "Rule",
    "carry_out",
    "effect",
    "from_header",
    "named",
]
