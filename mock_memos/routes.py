"""The product on one screen: every operation of the API, in the order of its documentation."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from mock_memos.api import (
    chat,
    extraction,
    feedback,
    knowledgebases,
    memories,
    messages,
    profiles,
)  # fmt: skip
from mock_memos.calls import JSON
from mock_memos.control import clock as clock_control
from mock_memos.control import faults as fault_control
from mock_memos.control import journal as journal_control
from mock_memos.control import pages
from mock_memos.control import tasks as task_control
from mock_memos.control import worlds as world_control
from mock_memos.control.base import Answer, Nothing, Worlds
from mock_memos.evidence import Evidence
from mock_memos.faults import FaultRule
from mock_memos.models import chat as chat_models
from mock_memos.models import extraction as extraction_models
from mock_memos.models import feedback as feedback_models
from mock_memos.models import knowledgebases as knowledgebase_models
from mock_memos.models import memories as memory_models
from mock_memos.models import messages as message_models
from mock_memos.models import profiles as profile_models
from mock_memos.models.base import Request, Success
from mock_memos.world import Snapshot, World


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One operation: where it is, what goes in and out, which errors it gives, what is known."""

    method: Literal["GET", "POST"] = "POST"
    path: str
    """Relative to the base path, without a leading slash; `{memory_id}` is the rest of the path."""
    summary: str
    evidence: Evidence = "documented"
    request: type[Request]
    response: Any
    event: Any = None
    """What each event of the answer holds, where it may be streamed."""
    errors: tuple[int, ...]
    """Codes that it may answer by itself, besides those of authentication."""
    function: Callable[[World, Any], Any]
    """From a world and a request to a response, or to a whole reply."""

    @property
    def operation(self) -> str:
        """The name that journal, scenarios and faults use."""
        return self.path


API: tuple[Route, ...] = (
    Route(
        path="add/message",
        summary="Add messages, which become memories",
        request=message_models.AddMessage,
        response=message_models.TaskStarted,
        errors=(40000, 40002, 40006, 40008, 40009, 40010, 40011, 40305, 50123),
        function=messages.add_message,
    ),
    Route(
        path="get/status",
        summary="Ask how far a task is",
        request=message_models.GetStatus,
        response=message_models.TaskStatus,
        errors=(40000, 40002, 50131),
        function=messages.get_status,
    ),
    Route(
        path="get/message",
        summary="List the messages of a conversation",
        request=message_models.GetMessage,
        response=message_models.MessageList,
        errors=(40000, 40002, 40010, 40011),
        function=messages.get_message,
    ),
    Route(
        path="search/memory",
        summary="Find memories that fit a query",
        request=memory_models.SearchMemory,
        response=memory_models.SearchResult,
        errors=(40000, 40002, 40010, 40011, 40012, 40305, 50123),
        function=memories.search_memory,
    ),
    Route(
        path="get/memory",
        summary="List memories page by page",
        request=memory_models.GetMemory,
        response=memory_models.MemoryPage,
        errors=(40000, 40002, 40010),
        function=memories.get_memory,
    ),
    Route(
        method="GET",
        path="get/memory/{memory_id}",
        summary="Show one memory",
        request=memory_models.GetMemoryById,
        response=memory_models.MemoryDetail,
        errors=(40001,),
        function=memories.get_memory_by_id,
    ),
    Route(
        path="update/memory",
        summary="Change a memory under its id",
        request=memory_models.UpdateMemory,
        response=Success,
        errors=(40000, 40002, 40307),
        function=memories.update_memory,
    ),
    Route(
        path="delete/memory",
        summary="Delete memories",
        request=memory_models.DeleteMemory,
        response=Success,
        errors=(40000, 40002, 40010, 40307, 40308),
        function=memories.delete_memory,
    ),
    Route(
        path="add/feedback",
        summary="Correct memories in plain words",
        request=feedback_models.AddFeedback,
        response=message_models.TaskStarted,
        errors=(40000, 40002, 40010, 40011, 40305, 50123),
        function=feedback.add_feedback,
    ),
    Route(
        path="extract/memory",
        summary="Show what messages would become; nothing is stored",
        request=extraction_models.ExtractMemory,
        response=extraction_models.Extraction,
        errors=(40000, 40002, 40010, 40011, 40305),
        function=extraction.extract_memory,
    ),
    Route(
        path="rerank",
        summary="Order documents by how well they fit a query",
        request=extraction_models.Rerank,
        response=extraction_models.Reranking,
        errors=(40000, 40002, 40010, 40305),
        function=extraction.rerank,
    ),
    Route(
        path="chat",
        summary="Answer from memory, plain or streamed",
        request=chat_models.Chat,
        response=chat_models.ChatAnswer,
        event=chat_models.ChatEvent,
        errors=(40000, 40002, 40010, 40011, 40012, 40305, 50123),
        function=chat.chat,
    ),
    Route(
        path="create/knowledgebase",
        summary="Make a knowledge base",
        request=knowledgebase_models.CreateKnowledgebase,
        response=knowledgebase_models.KnowledgebaseCreated,
        errors=(40000, 40002),
        function=knowledgebases.create_knowledgebase,
    ),
    Route(
        path="delete/knowledgebase",
        summary="Unlink or delete a knowledge base",
        request=knowledgebase_models.DeleteKnowledgebase,
        response=Success,
        errors=(40000, 40002, 50120, 50123),
        function=knowledgebases.delete_knowledgebase,
    ),
    Route(
        path="add/knowledgebase-file",
        summary="Upload files to a knowledge base",
        request=knowledgebase_models.AddKnowledgebaseFile,
        response=list[knowledgebase_models.AddedFile],
        errors=(
            40000,
            40002,
            40003,
            40006,
            40007,
            40008,
            40009,
            40305,
            50103,
            50104,
            50105,
            50107,
            50120,
            50123,
        ),
        function=knowledgebases.add_knowledgebase_file,
    ),
    Route(
        path="get/knowledgebase-file",
        summary="Show files and how far they are",
        request=knowledgebase_models.GetKnowledgebaseFile,
        response=knowledgebase_models.FilePage,
        errors=(40000, 40001, 40002, 40003, 50120, 50123),
        function=knowledgebases.get_knowledgebase_file,
    ),
    Route(
        path="delete/knowledgebase-file",
        summary="Delete files with all that was made from them",
        request=knowledgebase_models.DeleteKnowledgebaseFile,
        response=Success,
        errors=(40000, 40001, 40002, 40003),
        function=knowledgebases.delete_knowledgebase_file,
    ),
    Route(
        path="bind/profile_template",
        summary="Make profiles from a template",
        request=profile_models.BindProfileTemplate,
        response=Success,
        errors=(40000, 40001, 40002, 40003, 40010),
        function=profiles.bind_profile_template,
    ),
    Route(
        path="edit/profile",
        summary="Write or remove fields of a profile",
        request=profile_models.EditProfile,
        response=Success,
        errors=(40000, 40001, 40002, 40010),
        function=profiles.edit_profile,
    ),
    Route(
        path="delete/profile",
        summary="Delete a profile",
        request=profile_models.DeleteProfile,
        response=Success,
        errors=(40000, 40001, 40002, 40010),
        function=profiles.delete_profile,
    ),
    Route(
        path="add/profile_template",
        summary="Make a profile template",
        request=profile_models.AddProfileTemplate,
        response=profile_models.TemplateAdded,
        errors=(40000, 40002),
        function=profiles.add_profile_template,
    ),
    Route(
        path="list/profile_template",
        summary="List profile templates page by page",
        request=profile_models.ListProfileTemplate,
        response=profile_models.TemplatePage,
        errors=(40000,),
        function=profiles.list_profile_template,
    ),
    Route(
        path="get/profile_template",
        summary="Show one profile template",
        request=profile_models.GetProfileTemplate,
        response=profile_models.TemplateShown,
        errors=(40000, 40001, 40002),
        function=profiles.get_profile_template,
    ),
    Route(
        path="update/profile_template",
        summary="Change a template and every profile of it",
        request=profile_models.UpdateProfileTemplate,
        response=profile_models.TemplateUpdated,
        errors=(40000, 40001, 40002),
        function=profiles.update_profile_template,
    ),
    Route(
        path="delete/profile_template",
        summary="Delete a template and every profile of it",
        request=profile_models.DeleteProfileTemplate,
        response=profile_models.TemplateDeleted,
        errors=(40000, 40001, 40002),
        function=profiles.delete_profile_template,
    ),
)


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """One verb of the control API, which acts on the world of the key that the request carries."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    """Relative to `/_mock`, without a leading slash."""
    request: type[msgspec.Struct] = Nothing
    needs_key: bool = True
    gives: str = JSON
    """The content type of its answer."""
    function: Callable[[Worlds, str, Any], Answer | bytes]

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return (self.function.__doc__ or "").splitlines()[0].rstrip(".")


CONTROL_PREFIX = "/_mock"

CONTROL: tuple[Verb, ...] = (
    Verb(method="GET", path="health", needs_key=False, function=world_control.health),
    Verb(method="GET", path="clock", function=clock_control.show_clock),
    Verb(
        method="POST",
        path="clock",
        request=clock_control.MoveClock,
        function=clock_control.move_clock,
    ),
    Verb(method="GET", path="tasks", function=task_control.show_tasks),
    Verb(
        method="POST",
        path="tasks",
        request=task_control.DirectTasks,
        function=task_control.direct_tasks,
    ),
    Verb(method="GET", path="faults", function=fault_control.show_faults),
    Verb(method="POST", path="faults", request=FaultRule, function=fault_control.add_fault),
    Verb(
        method="DELETE",
        path="faults",
        request=fault_control.RemoveFault,
        function=fault_control.remove_faults,
    ),
    Verb(
        method="POST", path="reset", request=world_control.BeginAnew, function=world_control.reset
    ),
    Verb(method="GET", path="scenario", function=world_control.list_scenarios),
    Verb(
        method="POST",
        path="scenario",
        request=world_control.LoadScenario,
        function=world_control.load_scenario,
    ),
    Verb(method="POST", path="fork", request=world_control.ForkWorld, function=world_control.fork),
    Verb(method="GET", path="state", function=world_control.show_state),
    Verb(method="POST", path="state", request=Snapshot, function=world_control.restore_state),
    Verb(method="DELETE", path="state", function=world_control.forget),
    Verb(
        method="GET",
        path="journal",
        request=journal_control.AskJournal,
        function=journal_control.show_journal,
    ),
    Verb(method="DELETE", path="journal", function=journal_control.clear_journal),
    Verb(
        method="GET",
        path="journal/curl",
        request=journal_control.AskJournal,
        gives=journal_control.TEXT,
        function=journal_control.journal_as_curl,
    ),
    Verb(
        method="GET",
        path="journal/har",
        request=journal_control.AskJournal,
        function=journal_control.journal_as_har,
    ),
    Verb(
        method="GET",
        path="journal/jsonl",
        request=journal_control.AskJournal,
        gives=journal_control.LINES,
        function=journal_control.journal_as_jsonl,
    ),
    Verb(method="GET", path="openapi.json", needs_key=False, function=pages.openapi),
    Verb(method="GET", path="docs", needs_key=False, gives=pages.HTML, function=pages.docs),
    Verb(
        method="GET",
        path="docs/viewer.js",
        needs_key=False,
        gives=pages.SCRIPT,
        function=pages.viewer_script,
    ),
    Verb(
        method="GET",
        path="docs/viewer.css",
        needs_key=False,
        gives=pages.STYLE,
        function=pages.viewer_style,
    ),
    Verb(
        method="GET",
        path="docs/start.js",
        needs_key=False,
        gives=pages.SCRIPT,
        function=pages.start_script,
    ),
)
