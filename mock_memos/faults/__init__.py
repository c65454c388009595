"""What goes wrong on purpose: faults, incidents seen with this API, and rules that strike."""

from mock_memos.faults.effects import EFFECTS, Effect
from mock_memos.faults.parsing import from_header, named
from mock_memos.faults.presets import PRESETS, Preset
from mock_memos.faults.rules import FaultRule, Faults, Rule, SavedFaults

__all__ = [
    "EFFECTS",
    "PRESETS",
    "Effect",
    "FaultRule",
    "Faults",
    "Preset",
    "Rule",
    "SavedFaults",
    "from_header",
    "named",
]
