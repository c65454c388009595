"""What there was before the recording began, as far as answers show it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mock_memos.core.clock import to_iso
from mock_memos.recording.drafting.known_shape import fits
from mock_memos.recording.drafting.observed_memories import KEYS, Entry, Sighting, brief
from mock_memos.recording.drafting.recorded_calls import Asked
from mock_memos.recording.drafting.timing import moment_of
from mock_memos.scenario.language.given import GivenMessage, template_error

_BASE_FIELDS: Final = ("allow_knowledgebase_ids", "knowledgebase_ids", "knowledgebase_id")
FILE_CONVERSATION: Final = "default_session"
"""The conversation that memories of a file show (observed)."""


def given_of(
    calls: Sequence[Asked],
    left: Sequence[Sighting],
    sightings: Sequence[Sighting],
    topics: Mapping[str, str],
) -> dict[str, Any]:
    """The `given` of a scenario. `left` are the memories that no call has made."""
    bases = _bases(calls)
    found: dict[str, Any] = {"users": {}, "agents": {}, "public": {}}
    for one in _oldest_first(left):
        at_file = one.conversation == FILE_CONVERSATION and bases
        home = next(iter(bases.values())) if at_file else _home(one, found, sightings)
        home.setdefault(KEYS[one.view], []).append(brief(one.view, _placed(one, topics)))
    for user, conversations in _conversations(calls):
        found["users"].setdefault(user, {})["conversations"] = conversations
    found["knowledgebases"] = list(bases.values())
    found["templates"] = list(_templates(calls))
    return {name: value for name, value in found.items() if value}


def _home(one: Sighting, found: dict[str, Any], sightings: Sequence[Sighting]) -> dict[str, Any]:
    """Where a memory belongs: what only one user or Agent sees is theirs, the rest is public."""
    owners = _owners(one, sightings)
    if len(owners) != 1:
        public: dict[str, Any] = found["public"]
        return public
    kind = "users" if one.asked.subject.user_ids else "agents"
    own: dict[str, Any] = found[kind].setdefault(owners[0], {})
    return own


def _oldest_first(left: Sequence[Sighting]) -> list[Sighting]:
    return sorted(left, key=lambda one: one.created or 0)


def _owners(one: Sighting, sightings: Sequence[Sighting]) -> list[str]:
    """Who sees a memory."""
    return list(
        dict.fromkeys(who for other in sightings if other.id == one.id for who in other.asked.users)
    )


def _placed(one: Sighting, topics: Mapping[str, str]) -> Entry:
    """A memory with what is only known of those that were there before."""
    entry = dict(one.entry)
    said = {
        "topic": topics.get(one.id),
        "conversation_id": one.conversation if one.conversation != FILE_CONVERSATION else "",
        "info": one.item.get("info"),
        "time": to_iso(one.created) if one.created is not None else None,
    }
    return entry | {name: value for name, value in said.items() if value}


def _bases(calls: Sequence[Asked]) -> dict[str, dict[str, Any]]:
    """Knowledge bases that calls name and none has made."""
    made = {
        str(asked.data.get("id"))
        for asked in calls
        if asked.operation == "create/knowledgebase" and isinstance(asked.data, dict)
    }
    found: dict[str, dict[str, Any]] = {}
    for asked in calls:
        for name in _BASE_FIELDS:
            ids = asked.body.get(name)
            for one in ids if isinstance(ids, list) else [ids]:
                known = isinstance(one, str) and one not in ("", "all") and one not in made
                if known and asked.good and one not in found:
                    found[str(one)] = {"name": str(one), "id": str(one)}
    for base in found.values():
        if files := list(_files(calls, base["id"])):
            base["files"] = files
    return found


def _files(calls: Sequence[Asked], base_id: str) -> Iterator[dict[str, Any]]:
    """Files of a base that were there before, as they were first listed."""
    known: set[str] = set()
    for asked in calls:
        if asked.operation == "add/knowledgebase-file" and isinstance(asked.data, list):
            known |= {str(one.get("id")) for one in asked.data}
        if asked.operation != "get/knowledgebase-file" or not isinstance(asked.data, dict):
            continue
        for one in asked.data.get("file_detail_list", ()):
            file_id, size = one.get("id", ""), one.get("size", "")
            if file_id not in known and asked.body.get("knowledgebase_id") == base_id:
                known.add(file_id)
                yield {
                    "name": one.get("name") or "file", "id": file_id,
                    "type": one.get("type", "document"), "status": one.get("status", "completed"),
                    "size": int(size) if size.isdecimal() and size.isascii() else 0,
                }  # fmt: skip


def _conversations(calls: Sequence[Asked]) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """Messages that were said before, by user and conversation."""
    found: dict[str, dict[str, list[Any]]] = {}
    began = calls[0].moment if calls else 0
    for asked in calls:
        if asked.operation != "get/message" or not isinstance(asked.data, dict):
            continue
        for user in asked.users:
            place = found.setdefault(user, {})
            for one in asked.data.get("message_detail_list", ()):
                moment = moment_of(one.get("create_time"))
                if moment is None or moment >= began:
                    continue
                said = place.setdefault(one.get("conversation_id", ""), [])
                message = {name: one[name] for name in ("role", "content") if name in one}
                message["time"] = to_iso(moment)
                if message not in said and fits(message, GivenMessage):
                    said.append(message)
    for user, conversations in found.items():
        kept = {name: said for name, said in conversations.items() if said}
        if kept:
            yield user, kept


def _templates(calls: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Profile templates that were there before, as far as their trees were shown."""
    made: set[Any] = set()
    for asked in calls:
        data = asked.data if isinstance(asked.data, dict) else {}
        if asked.operation == "add/profile_template":
            made.add(data.get("profile_template_id"))
        shown = data.get("profile_template", {})
        template_id = shown.get("profile_template_id")
        tree = shown.get("metadata")
        if template_id and template_id not in made and tree and template_error(tree) is None:
            made.add(template_id)
            yield {"name": shown.get("name") or template_id, "id": template_id, "metadata": tree}
