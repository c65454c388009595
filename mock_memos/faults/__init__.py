"""What goes wrong on purpose: faults, incidents seen with this API, and rules that strike."""

from mock_memos.faults.effects import EFFECTS, Effect
from mock_memos.faults.parsing import parse_fault, parse_fault_header
from mock_memos.faults.presets import PRESETS, Preset
from mock_memos.faults.rules import ActiveFault, FaultRule, Faults, SavedFaults

__all__ = [
    "EFFECTS",
    "PRESETS",
    "ActiveFault",
    "Effect",
    "FaultRule",
    "Faults",
    "Preset",
    "SavedFaults",
    "parse_fault",
    "parse_fault_header",
]
