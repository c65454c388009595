"""What uploaded files became: how long each took, to which end, and what it says."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mock_memos.recording.drafting.initial_state import FILE_CONVERSATION
from mock_memos.recording.drafting.observed_memories import KEYS, Sighting, brief
from mock_memos.recording.drafting.outcomes import Outcome, seconds
from mock_memos.recording.drafting.recorded_calls import Asked
from mock_memos.recording.drafting.scripts import Case


class Upload(NamedTuple):
    """One file of an add/knowledgebase-file, and when it was seen at which status."""

    asked: Asked
    name: str
    polls: tuple[tuple[int, str], ...]

    @property
    def end(self) -> tuple[int, str] | None:
        """When it was first seen at its end, and which."""
        return next((poll for poll in self.polls if poll[1] != "running"), None)

    def ended_by(self, moment: int) -> bool:
        """Whether it can have ended at this moment."""
        running = [at for at, status in self.polls if status == "running"]
        until = self.end
        begun = max(running, default=self.asked.moment)
        return begun < moment and (until is None or moment <= until[0])


def uploads_of(calls: Sequence[Asked]) -> list[Upload]:
    """Every file that was uploaded while recording."""
    return [
        Upload(asked, str(one.get("name")), tuple(_polls(calls, one.get("id"))))
        for asked in calls
        if asked.operation == "add/knowledgebase-file" and isinstance(asked.data, list)
        for one in asked.data
        if isinstance(one, dict) and one.get("status") == "running"
    ]


def _polls(calls: Sequence[Asked], file_id: Any) -> Iterator[tuple[int, str]]:
    for asked in calls:
        if asked.operation == "get/knowledgebase-file" and isinstance(asked.data, dict):
            for one in asked.data.get("file_detail_list", ()):
                if one.get("id") == file_id:
                    yield asked.moment, str(one.get("status"))


def cases_of(uploads: Sequence[Upload], left: list[Sighting]) -> list[Case]:
    """What became of each file. Memories that one can have become are taken out of `left`."""
    return [case for upload in uploads if (case := _case(upload, left)).then]


def _case(upload: Upload, left: list[Sighting]) -> Case:
    then: Outcome = {}
    due = upload.end[0] if upload.end else None
    for one in list(left):
        moment = one.created
        if one.conversation == FILE_CONVERSATION and moment and upload.ended_by(moment):
            if then and moment != due:
                continue
            left.remove(one)
            due = moment
            then.setdefault(KEYS[one.view], []).append(brief(one.view, one.entry))
    task: dict[str, Any] = {}
    if due is not None:
        task["after_seconds"] = seconds(due - upload.asked.moment)
    elif upload.polls:
        task["hold"] = True
    if upload.end and upload.end[1] == "failed":
        task["failed"] = True
    return Case(
        upload.asked, "add/knowledgebase-file", then | ({"task": task} if task else {}), upload.name
    )
