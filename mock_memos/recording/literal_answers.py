"""Recorded answers kept word for word, as faults that replace the answer of one call."""

from collections.abc import Sequence
from typing import Any

from mock_memos.core.service_errors import ERRORS
from mock_memos.journal.id_map import IdMap
from mock_memos.recording.matching import match_of, matches
from mock_memos.recording.recorded_calls import RecordedCall

Fault = dict[str, Any]


class FaultRules:
    """Faults for single calls of a recording."""

    def __init__(self, calls: Sequence[RecordedCall]) -> None:
        self._calls = calls
        self._faults: dict[int, Fault] = {}
        """What each call gets, by its index."""
        self.id_map = IdMap(by_content=True)

    def refuse(self, call: RecordedCall) -> None:
        """Refuses a call as it was refused. Its operation does not happen."""
        message = call.answer.get("message")
        row = ERRORS.get(call.code) if isinstance(call.code, int) else None
        if (
            row is None
            or not isinstance(message, str)
            or call.answer != {"code": call.code, "data": None, "message": message}
        ):
            self._faults[call.index] = _literal(call)
            return
        options = {"code": call.code, "message": message, "status": call.exchange.status}
        usual = {"message": row.message, "status": row.status}
        options = {name: value for name, value in options.items() if usual.get(name) != value}
        self._faults[call.index] = {"fault": "error", "options": options}

    def keep(self, call: RecordedCall) -> None:
        """Replaces the answer of a call by the recorded one. Its operation still happens."""
        fault = _literal(call)
        self._faults[call.index] = fault | {
            "options": fault["options"] | {"operation_happens": True}
        }

    @property
    def literal_calls(self) -> list[list[int]]:
        """For each rule, the indices of the calls that it answers word for word."""
        return [indices if fault["fault"] == "status" else [] for indices, fault in self._rules()]

    @property
    def rules(self) -> list[Fault]:
        """The rules, with replayed identifiers. Only the first rule that fits is applied."""
        rules: list[Fault] = [fault for _, fault in self._rules()]
        translated: list[Fault] = self.id_map.translate_value(rules)
        return translated

    def _rules(self) -> list[tuple[list[int], Fault]]:
        rules: list[tuple[list[int], Fault]] = []
        for call in self._calls:
            if (fault := self._faults.get(call.index)) is None:
                continue
            when = match_of(call)
            skipped = sum(
                earlier.index < call.index
                and earlier.index not in self._faults
                and matches(when, earlier)
                for earlier in self._calls
            )
            rule = {"fault": fault["fault"], "when": when, "times": 1, **fault}
            if skipped:
                rule["skip"] = skipped
            if rules and rules[-1][1] | {"times": 1} == rule:
                rules[-1][1]["times"] += 1
                rules[-1][0].append(call.index)
            else:
                rules.append(([call.index], rule))
        return rules


def _literal(call: RecordedCall) -> Fault:
    exchange = call.exchange
    return {
        "fault": "status",
        "options": {
            "status": exchange.status,
            "content_type": exchange.response_type,
            "body": exchange.response_body.decode("utf-8", "replace"),
        },
    }
