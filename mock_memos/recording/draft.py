"""The part of a scenario that recorded answers state themselves.

A rule says what a task made if get/status lists the ids and a later answer shows these memories.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec

from mock_memos.core.clock import to_iso
from mock_memos.recording.matching import When, match_of
from mock_memos.recording.observed_memories import (
    SCENARIO_KEYS,
    ObservedMemory,
    observed_memories,
    to_scenario_entry,
)
from mock_memos.recording.recorded_calls import RecordedCall, moment_ms
from mock_memos.scenario.language.rules import Rule

Then = dict[str, Any]
_WRITES: Final = ("add/message", "add/feedback", "add/knowledgebase-file", "chat")


def seconds(milliseconds: int) -> float:
    """Returns seconds, as an integer if possible."""
    return milliseconds / 1000 if milliseconds % 1000 else milliseconds // 1000


def draft_settings(calls: Sequence[RecordedCall]) -> dict[str, Any]:
    """Returns the start time and the response formats that answers show."""
    settings: dict[str, Any] = {"start_time": to_iso(calls[0].time_ms)} if calls else {}
    for call in calls:
        if not call.is_success:
            if call.exchange.status == 200:
                settings["http_status"] = "always-200"
        elif call.operation == "get/status" and isinstance(call.data, list):
            settings["status_format"] = "list"
        elif call.operation == "rerank" and not {"results", "data"} <= call.answer.keys():
            settings["rerank_format"] = "bare" if "results" in call.answer else "envelope"
        elif call.operation == "chat" and call.answer.get("events", [None])[-1:] == ["[DONE]"]:
            settings["sse_done_marker"] = True
        elif call.operation == "get/message" and call.data:
            for message in call.data["message_detail_list"]:
                if str(message["create_time"]).isdecimal():
                    settings["message_time_format"] = "ms"
    for memory in observed_memories(calls):
        if isinstance(memory.item["create_time"], str):
            settings["memory_time_format"] = "iso"
    return settings


def draft_given(calls: Sequence[RecordedCall]) -> dict[str, Any]:
    """Returns the memories that one user or Agent saw before the recording wrote anything."""
    first_write = next((call.index for call in calls if call.operation in _WRITES), len(calls))
    given: dict[str, Any] = {}
    known: set[str] = set()
    for memory in observed_memories(calls[:first_write]):
        facts = memory.call.facts
        owners = [("users", name) for name in facts.user_ids]
        owners += [("agents", name) for name in facts.agent_ids]
        if len(owners) == 1 and memory.id not in known:
            known.add(memory.id)
            kind, name = owners[0]
            owner = given.setdefault(kind, {}).setdefault(name, {})
            owner.setdefault(SCENARIO_KEYS[memory.view], []).append(_given_entry(memory))
    return given


def _given_entry(memory: ObservedMemory) -> dict[str, Any]:
    time_ms = moment_ms(memory.item["create_time"])
    origin = {
        "conversation_id": memory.item.get("conversation_id"),
        "info": memory.item.get("info"),
        "time": None if time_ms is None else to_iso(time_ms),
    }
    return memory.entry | {name: value for name, value in origin.items() if value}


def draft_rules(calls: Sequence[RecordedCall]) -> list[dict[str, Any]]:
    """Returns rules for the calls whose outcome is stated, by their own or a later answer."""
    memories = observed_memories(calls)
    outcomes: list[tuple[When, Then]] = []
    for call in calls:
        if not call.is_success:
            continue
        if call.operation == "chat":
            outcomes.append((match_of(call), _chat_outcome(call)))
        elif call.operation in ("add/message", "add/feedback") and call.data:
            outcomes.append((match_of(call), _task_outcome(call, calls, memories)))
        elif call.operation == "add/knowledgebase-file":
            for file in call.data or ():
                when = {"operation": call.operation, "text": file["name"]}
                polls = list(_file_polls(file["id"], calls))
                outcomes.append((when, _with_task(call, polls, [], {})))
    return to_rules(outcomes)


def _chat_outcome(call: RecordedCall) -> Then:
    if "events" not in call.answer:
        return {"chat": call.data["response"]} if call.data else {}
    events = [event for event in call.answer["events"] if isinstance(event, dict)]
    chunks = [str(event.get("data")) for event in events if event.get("type") == "text"]
    thoughts = [str(event.get("data")) for event in events if event.get("type") == "reasoning"]
    return {"chat": {"chunks": chunks, "reasoning": "".join(thoughts)}}


Poll = tuple[int, dict[str, Any]]
"""When a status was asked for, and the answer."""


def _task_outcome(
    call: RecordedCall, calls: Iterable[RecordedCall], memories: Iterable[ObservedMemory]
) -> Then:
    polls = list(_task_polls(call.data["task_id"], calls))
    end = _end(polls)
    if end is None or call.operation == "add/feedback":
        return _with_task(call, polls, [], {})
    views = end[1].get("memory_views", {})
    listed = {
        memory_id
        for view in views.values()
        if isinstance(view, dict)
        for memory_id in view["memory_ids"]
    }
    task_memories = [
        memory
        for memory in memories
        if memory.id in listed and call.time_ms <= (memory.updated_ms or 0) <= end[0]
    ]
    then: Then = {"no_memories": True} if views and not listed else {}
    for memory in task_memories:
        entries = then.setdefault(SCENARIO_KEYS[memory.view], [])
        if to_scenario_entry(memory) not in entries:
            entries.append(to_scenario_entry(memory))
    return _with_task(call, polls, task_memories, then)


def _task_polls(task_id: str, calls: Iterable[RecordedCall]) -> Iterator[Poll]:
    for call in calls:
        if call.operation == "get/status" and call.body.get("task_id") == task_id and call.data:
            yield call.time_ms, call.data[0] if isinstance(call.data, list) else call.data


def _file_polls(file_id: str, calls: Iterable[RecordedCall]) -> Iterator[Poll]:
    for call in calls:
        if call.operation == "get/knowledgebase-file" and call.data:
            for file in call.data["file_detail_list"]:
                if file["id"] == file_id:
                    yield call.time_ms, file


def _end(polls: Sequence[Poll]) -> Poll | None:
    return next((poll for poll in polls if poll[1]["status"] != "running"), None)


def _with_task(
    call: RecordedCall, polls: Sequence[Poll], task_memories: Sequence[ObservedMemory], then: Then
) -> Then:
    """Adds when and how the task ended: at the time of its memories, else at the first poll."""
    end = _end(polls)
    if end is None:
        return then | {"task": {"hold": True}} if polls else then
    end_ms = max((memory.updated_ms or 0 for memory in task_memories), default=end[0])
    task: dict[str, Any] = {"after_seconds": seconds(end_ms - call.time_ms)}
    if end[1]["status"] == "failed" and not task_memories:
        task["failed"] = True
    return then | {"task": task}


def score_rules(
    calls: Iterable[RecordedCall], mismatches: Iterable[RecordedCall]
) -> list[dict[str, Any]]:
    """Returns rules that set the recorded scores of search results, and score all others 0.

    Only for searches that were answered otherwise, and equal requests.
    """
    requests = [match_of(call) for call in mismatches]
    outcomes = []
    for call in calls:
        is_search = call.operation == "search/memory" and call.is_success
        if not is_search or match_of(call) not in requests:
            continue
        scores = [
            {"text": memory.text, "relativity": memory.item["relativity"]}
            for memory in observed_memories([call])
        ]
        outcomes.append((match_of(call), {"search": {"scores": scores, "relativity": 0}}))
    return to_rules(outcomes)


def to_rules(outcomes: Iterable[tuple[When, Then]]) -> list[dict[str, Any]]:
    """Returns a rule for each outcome. Repeated requests get theirs in order, by `times`."""
    groups: dict[bytes, list[tuple[When, Then]]] = {}
    for when, then in outcomes:
        rule = {"when": when, "then": then}
        if then and _is_valid(rule):
            groups.setdefault(msgspec.json.encode(when), []).append((when, then))
    rules: list[dict[str, Any]] = []
    for encoded in sorted(groups, key=len, reverse=True):  # the narrowest match first
        when = groups[encoded][0][0]
        for then, run in groupby(then for _, then in groups[encoded]):
            rules.append({"when": when, "then": then, "times": len(list(run))})
        del rules[-1]["times"]
    return rules


def _is_valid(rule: dict[str, Any]) -> bool:
    try:
        msgspec.convert(rule, Rule)
    except msgspec.ValidationError:
        return False
    return True
