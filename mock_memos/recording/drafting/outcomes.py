"""What a script says of a call, so that it becomes again what it became while recording."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from mock_memos.api.operations.chat import split_into_chunks
from mock_memos.core.records import View
from mock_memos.recording.drafting.observed_memories import KEYS, Entry, Sighting, brief
from mock_memos.recording.drafting.recorded_calls import Asked
from mock_memos.recording.drafting.turns import Turn

Outcome = dict[str, Any]
"""The `then` of a script."""


def of_turn(turn: Turn, topics: Mapping[str, str]) -> Outcome:
    """What becomes of an add/message, or of the turn that chat writes."""
    found: Outcome = {}
    for view, made in turn.made.items():
        entries = [
            _entry(view, memory_id, entry, topics) if entry else _unseen(KEYS[view], turn, number)
            for number, (memory_id, entry) in enumerate(made, 1)
        ]
        found[KEYS[view]] = entries
    if not found and turn.settled:
        found["no_memories"] = True
    if turn.asked.operation == "add/message" and (task := course(turn)):
        found["task"] = task
    if turn.end == "failed" and turn.made:
        _add_lost_half(found, turn)
    return found


def _add_lost_half(found: Outcome, turn: Turn) -> None:
    """A task that fails late makes the first half of its memories: name another half."""
    kinds = [key for key in KEYS.values() if key in found]
    missing = sum(len(found[key]) for key in kinds) - 1
    last = kinds[-1]
    first = len(found[last]) + 1
    found[last] += [_unseen(last, turn, first + n) for n in range(missing)]


def _entry(view: View, memory_id: str, entry: Entry, topics: Mapping[str, str]) -> Entry | str:
    topic = topics.get(memory_id)
    return {**entry, "topic": topic} if topic else brief(view, entry)


def _unseen(key: str, turn: Turn, number: int) -> Entry:
    """What stands for a memory of which nothing but its id is known. No search finds it."""
    name = {"preferences": "preference", "skills": "name"}.get(key, "value")
    what = f"{key}, {number} of call {turn.asked.place + 1}"
    return {name: f"Not shown while recording: {what}.", "relativity": 0}


def course(turn: Turn) -> dict[str, Any]:
    """How the task got to its end, and when."""
    task: dict[str, Any] = {}
    if turn.rough is not None and turn.rough > turn.moment:
        task["fast_after_seconds"] = seconds(turn.rough - turn.moment)
    if turn.lost:
        task["unknown_to_status"] = True
    if turn.at_once:
        return task
    if turn.end == "running" and not turn.made:
        return task | {"hold": True}
    if (due := turn.due or _seen_ended(turn)) is not None:
        task["after_seconds"] = seconds(due - turn.moment)
    if turn.end == "failed" and not turn.lost:
        task["partial_failure" if turn.made else "failed"] = True
    return task


def _seen_ended(turn: Turn) -> int | None:
    """When a task was first seen at its end. The poll before saw it running."""
    return turn.last.moment if turn.last else None


def seconds(milliseconds: int) -> float:
    """Milliseconds as a scenario writes a span."""
    return milliseconds // 1000 if milliseconds % 1000 == 0 else milliseconds / 1000


def of_feedback(turn: Turn, sightings: Sequence[Sighting]) -> Outcome:
    """What feedback changed: memories that read otherwise after it, are new, or are gone."""
    replace: list[Any] = []
    add: list[Any] = []
    delete: list[Any] = []
    gone = turn.count("deleted")
    for number, (view, memory_id) in enumerate(turn.listed, 1):
        before, after = _around(turn, memory_id, sightings)
        if before and not after and len(delete) < gone:
            delete.append(before.text)
        elif before and not (after and after.entry == before.entry):
            entry = after.entry if after else _unseen("memories", turn, number)
            replace.append({"text": before.text, "to": brief("detail_factual", entry)})
        elif after and view == "detail_factual":
            add.append(brief(view, after.entry))
    found = {"replace": replace, "add": add, "delete": delete}
    effect = {name: entries for name, entries in found.items() if entries}
    outcome: Outcome = {"feedback": effect} if effect else {}
    if turn.settled and not turn.views:
        outcome = {"no_memories": True}
    return outcome | ({"task": task} if (task := course(turn)) else {})


def _around(
    turn: Turn, memory_id: str, sightings: Sequence[Sighting]
) -> tuple[Sighting | None, Sighting | None]:
    """A memory as it was last shown before a turn came to its end, and first after it."""
    ended = turn.last.place if turn.last else turn.asked.place
    shown = [one for one in sightings if one.id == memory_id]
    before = [one for one in shown if one.asked.place < ended]
    after = [one for one in shown if one.asked.place > ended]
    return (before[-1] if before else None), (after[0] if after else None)


def note_feedback_due(turn: Turn, sightings: Sequence[Sighting]) -> None:
    """The moment at which feedback took effect, where a memory tells it."""
    for _, memory_id in turn.listed:
        _, after = _around(turn, memory_id, sightings)
        if after and after.updated is not None and turn.ended_by(after.updated):
            turn.due = after.updated


def of_chat(asked: Asked) -> Outcome:
    """What chat answered, in the pieces in which it came if those are not the usual ones."""
    if "events" not in asked.answer:
        said = (asked.data or {}).get("response")
        return {"chat": said} if said else {}
    events = [one for one in asked.answer["events"] if isinstance(one, dict)]
    chunks = [str(one.get("data", "")) for one in events if one.get("type") == "text"]
    thoughts = "".join(str(one.get("data", "")) for one in events if one.get("type") == "reasoning")
    text = "".join(chunks)
    if not text:
        return {}
    usual = list(split_into_chunks(text)) == chunks
    if usual and not thoughts:
        return {"chat": text}
    return {"chat": ({"reply": text} if usual else {"chunks": chunks}) | {"reasoning": thoughts}}


def of_rerank(asked: Asked) -> Outcome:
    """The scores that documents got."""
    results = asked.data.get("results", ()) if asked.data else ()
    scores = {
        str(one["index"]): one["relevance_score"]
        for one in results
        if "index" in one and 0 <= one.get("relevance_score", -1) <= 1
    }
    return {"rerank": scores} if scores else {}


def of_extraction(asked: Asked) -> Outcome:
    """What messages would have become."""
    data = asked.data or {}
    facts = [
        {"key": one.get("memory_key", ""), "value": one.get("memory_value", ""),
         "tags": one.get("tags") or []}
        for one in data.get("memory_detail_list") or ()
    ]  # fmt: skip
    likes = [
        {"preference": one.get("preference", ""), "reasoning": one.get("reasoning", ""),
         "type": one.get("preference_type", "explicit_preference")}
        for one in data.get("preference_detail_list") or ()
    ]  # fmt: skip
    found = {"memories": facts, "preferences": likes}
    return {name: entries for name, entries in found.items() if entries} or {"no_memories": True}


def topics_of(turns: Sequence[Turn], left: Sequence[Sighting]) -> dict[str, str]:
    """A topic for each memory that a later turn gave another text: by it, the one finds the other.

    Without a topic, only what says the same is the same memory.
    """
    versions: dict[str, list[Any]] = {}
    for one in left:
        versions.setdefault(one.id, []).append(one.entry)
    for turn in turns:
        for made in turn.made.values():
            for memory_id, entry in made:
                versions.setdefault(memory_id, []).append(entry)
    changed = [
        memory_id
        for memory_id, entries in versions.items()
        if any(one != other for one, other in pairwise(entries))
    ]
    return {memory_id: f"topic-{number}" for number, memory_id in enumerate(changed, 1)}
