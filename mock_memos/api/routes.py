"""Every operation of the API, in the order of its documentation."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from mock_memos.api.models import chat as chat_models
from mock_memos.api.models import extraction as extraction_models
from mock_memos.api.models import feedback as feedback_models
from mock_memos.api.models import knowledgebases as knowledgebase_models
from mock_memos.api.models import memories as memory_models
from mock_memos.api.models import messages as message_models
from mock_memos.api.models import profiles as profile_models
from mock_memos.api.models.base import Request, Success
from mock_memos.api.operations import (
    chat,
    extraction,
    feedback,
    knowledgebases,
    memories,
    messages,
    profiles,
)  # fmt: skip
from mock_memos.core.evidence import Evidence
from mock_memos.simulation.world import World


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of the API: its path, structs, errors, evidence and function."""

    method: Literal["GET", "POST"] = "POST"
    path: str
    """Relative to the base path, without a leading slash: the name of the operation everywhere.

    `{memory_id}` is the rest of the path.
    """
    summary: str
    tag: str
    """The group of the operation: a key of `operation_notes.TAGS`."""
    evidence: Evidence = "documented"
    request: type[Request]
    response: Any = Success
    event: Any = None
    """The struct of one event, if the response may be streamed."""
    errors: tuple[int, ...]
    """Error codes that it may return, in addition to those of authentication and quotas."""
    function: Callable[[World, Any], Any]
    """Returns the response, or a complete reply, for a world and a request."""


_UPLOAD_ERRORS = (
    40000, 40002, 40003, 40006, 40007, 40008, 40009, 40305, 50103, 50104, 50105, 50107,
)  # fmt: skip

API: tuple[Route, ...] = (
    Route(
        path="add/message",
        summary="Add messages and turn them into memories",
        tag="messages",
        request=message_models.AddMessage,
        response=message_models.TaskStarted,
        errors=(40000, 40002, 40006, 40008, 40009, 40010, 40011, 40305, 50123),
        function=messages.add_message,
    ),
    Route(
        path="get/status",
        summary="Get the status of a task",
        tag="messages",
        request=message_models.GetStatus,
        response=message_models.TaskStatus,
        errors=(40000, 40002, 50131),
        function=messages.get_status,
    ),
    Route(
        path="get/message",
        summary="List the messages of a conversation",
        tag="messages",
        request=message_models.GetMessage,
        response=message_models.MessageList,
        errors=(40000, 40002, 40010, 40011),
        function=messages.get_message,
    ),
    Route(
        path="search/memory",
        summary="Search memories",
        tag="memories",
        request=memory_models.SearchMemory,
        response=memory_models.SearchResult,
        errors=(40000, 40002, 40010, 40011, 40012, 40305, 50123),
        function=memories.search_memory,
    ),
    Route(
        path="get/memory",
        summary="List memories page by page",
        tag="memories",
        request=memory_models.GetMemory,
        response=memory_models.MemoryPage,
        errors=(40000, 40002, 40010),
        function=memories.get_memory,
    ),
    Route(
        method="GET",
        path="get/memory/{memory_id}",
        summary="Get one memory",
        tag="memories",
        request=memory_models.GetMemoryById,
        response=memory_models.MemoryDetail,
        errors=(40001,),
        function=memories.get_memory_by_id,
    ),
    Route(
        path="update/memory",
        summary="Update a memory",
        tag="memories",
        request=memory_models.UpdateMemory,
        errors=(40000, 40002, 40307),
        function=memories.update_memory,
    ),
    Route(
        path="delete/memory",
        summary="Delete memories",
        tag="memories",
        request=memory_models.DeleteMemory,
        errors=(40000, 40002, 40010, 40307, 40308),
        function=memories.delete_memory,
    ),
    Route(
        path="add/feedback",
        summary="Correct memories in natural language",
        tag="feedback",
        request=feedback_models.AddFeedback,
        response=message_models.TaskStarted,
        errors=(40000, 40002, 40010, 40011, 40305, 50123),
        function=feedback.add_feedback,
    ),
    Route(
        path="extract/memory",
        summary="Extract memories from messages without storing them",
        tag="extraction",
        request=extraction_models.ExtractMemory,
        response=extraction_models.Extraction,
        errors=(40000, 40002, 40010, 40011, 40305),
        function=extraction.extract_memory,
    ),
    Route(
        path="rerank",
        summary="Rank documents by relevance for a query",
        tag="extraction",
        request=extraction_models.Rerank,
        response=extraction_models.Reranking,
        errors=(40000, 40002, 40010, 40305),
        function=extraction.rerank,
    ),
    Route(
        path="chat",
        summary="Answer a query from memories, optionally streamed",
        tag="chat",
        request=chat_models.Chat,
        response=chat_models.ChatAnswer,
        event=chat_models.ChatEvent,
        errors=(40000, 40002, 40010, 40011, 40012, 40305, 50123),
        function=chat.chat,
    ),
    Route(
        path="create/knowledgebase",
        summary="Create a knowledge base",
        tag="knowledgebases",
        request=knowledgebase_models.CreateKnowledgebase,
        response=knowledgebase_models.KnowledgebaseCreated,
        errors=(40000, 40002),
        function=knowledgebases.create_knowledgebase,
    ),
    Route(
        path="delete/knowledgebase",
        summary="Unlink or delete a knowledge base",
        tag="knowledgebases",
        request=knowledgebase_models.DeleteKnowledgebase,
        errors=(40000, 40002, 50120, 50123),
        function=knowledgebases.delete_knowledgebase,
    ),
    Route(
        path="add/knowledgebase-file",
        summary="Upload files to a knowledge base",
        tag="knowledgebases",
        request=knowledgebase_models.AddKnowledgebaseFile,
        response=list[knowledgebase_models.AddedFile],
        errors=(*_UPLOAD_ERRORS, 50120, 50123),
        function=knowledgebases.add_knowledgebase_file,
    ),
    Route(
        path="get/knowledgebase-file",
        summary="List files and their status",
        tag="knowledgebases",
        request=knowledgebase_models.GetKnowledgebaseFile,
        response=knowledgebase_models.FilePage,
        errors=(40000, 40001, 40002, 40003, 50120, 50123),
        function=knowledgebases.get_knowledgebase_file,
    ),
    Route(
        path="delete/knowledgebase-file",
        summary="Delete files and their memories",
        tag="knowledgebases",
        request=knowledgebase_models.DeleteKnowledgebaseFile,
        errors=(40000, 40001, 40002, 40003),
        function=knowledgebases.delete_knowledgebase_file,
    ),
    Route(
        path="bind/profile_template",
        summary="Create profiles from a template",
        tag="profiles",
        request=profile_models.BindProfileTemplate,
        errors=(40000, 40001, 40002, 40003, 40010),
        function=profiles.bind_profile_template,
    ),
    Route(
        path="edit/profile",
        summary="Write or remove fields of a profile",
        tag="profiles",
        request=profile_models.EditProfile,
        errors=(40000, 40001, 40002, 40010),
        function=profiles.edit_profile,
    ),
    Route(
        path="delete/profile",
        summary="Delete a profile",
        tag="profiles",
        request=profile_models.DeleteProfile,
        errors=(40000, 40001, 40002, 40010),
        function=profiles.delete_profile,
    ),
    Route(
        path="add/profile_template",
        summary="Create a profile template",
        tag="profiles",
        request=profile_models.AddProfileTemplate,
        response=profile_models.TemplateAdded,
        errors=(40000, 40002),
        function=profiles.add_profile_template,
    ),
    Route(
        path="list/profile_template",
        summary="List profile templates page by page",
        tag="profiles",
        request=profile_models.ListProfileTemplate,
        response=profile_models.TemplatePage,
        errors=(40000,),
        function=profiles.list_profile_template,
    ),
    Route(
        path="get/profile_template",
        summary="Get one profile template",
        tag="profiles",
        request=profile_models.GetProfileTemplate,
        response=profile_models.TemplateDetail,
        errors=(40000, 40001, 40002),
        function=profiles.get_profile_template,
    ),
    Route(
        path="update/profile_template",
        summary="Update a template and its profiles",
        tag="profiles",
        request=profile_models.UpdateProfileTemplate,
        response=profile_models.TemplateUpdated,
        errors=(40000, 40001, 40002),
        function=profiles.update_profile_template,
    ),
    Route(
        path="delete/profile_template",
        summary="Delete a template and its profiles",
        tag="profiles",
        request=profile_models.DeleteProfileTemplate,
        response=profile_models.TemplateDeleted,
        errors=(40000, 40001, 40002),
        function=profiles.delete_profile_template,
    ),
)
