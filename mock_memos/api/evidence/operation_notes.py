"""How close each operation is to the real service, for docs/api.md and the OpenAPI document."""

from typing import Final

import msgspec


class OperationNote(msgspec.Struct, frozen=True):
    """What an operation simulates, what it simplifies, and what is assumed about the service."""

    simulated: str
    simplified: str = ""
    assumed: str = ""

    @property
    def text(self) -> str:
        """The note as paragraphs."""
        paragraphs = [f"{self.simulated}."]
        if self.simplified:
            paragraphs.append(f"Simplified: {self.simplified}.")
        if self.assumed:
            paragraphs.append(f"Assumed: {self.assumed}.")
        return "\n\n".join(paragraphs)


TAGS: Final = {
    "messages": "Messages and tasks",
    "memories": "Memories",
    "feedback": "Feedback",
    "extraction": "Extraction and reranking, which store nothing",
    "chat": "Chat",
    "knowledgebases": "Knowledge bases and their files",
    "profiles": "Profiles and profile templates",
    "control": "Control API of this mock, not part of MemOS: clock, tasks, faults, journal, worlds",
}
"""The groups of operations, in the order of the API documentation."""

NOTES: Final[dict[str, OperationNote]] = {
    "add/message": OperationNote(
        "Stores the messages and starts a task. A fast memory of the raw messages is searchable "
        "at once; when the task completes, processed memories replace it. Supports group chats, "
        "content parts, tool calls, tags, custom fields, public memory and knowledge bases",
        "built-in rules or a scenario decide which memories a turn becomes; images and files are "
        "not fetched or read; custom_extract_prompt has no effect",
        "delays in virtual time (fast 0 s, processed 3 s, with media 30 s); a conversation_id is "
        "generated if it is missing",
    ),
    "get/status": OperationNote(
        "Returns running, completed or failed, and the ids of added, updated and deleted memories "
        "by view. An unknown task is an error",
        assumed="tasks of synchronous calls can be queried; what counts as updated and as deleted",
    ),
    "get/message": OperationNote(
        "Returns the newest messages of one conversation, as text or joined parts",
        assumed="oldest first; ISO 8601 times; system and tool messages are left out; the two "
        "fields that the documentation does not list",
    ),
    "search/memory": OperationNote(
        "Searches the requested views, or those of the older switches, with filters, limits, "
        "threshold, public memory and knowledge bases. Results are ordered by relativity",
        "relevance compares words, not meanings; a shared content word exceeds the documented "
        "threshold; context_format is always treated as memory",
        "the order of equal scores; an unknown user has no results; lists of other views are empty",
    ),
    "get/memory": OperationNote(
        "Returns pages of every view with totals and filters. Only activated memories are listed",
        assumed="newest first; a page after the last one is empty; relativity is 0",
    ),
    "get/memory/{memory_id}": OperationNote(
        "Returns one memory of any view, with the documented fields and the raw fields that an "
        "official client reads",
        assumed="40001 for an unknown id; ISO 8601 times; both sets of fields at once",
    ),
    "update/memory": OperationNote(
        "Changes value, title or status; the id stays. A hidden memory reappears when activated",
        assumed="one of the three fields is required; the error codes of delete/memory apply",
    ),
    "delete/memory": OperationNote(
        "Deletes by ids, user, Agent or filter, with immediate effect on every operation",
        assumed="one unknown id rejects the whole call; a user exists after the first write; "
        "copies in public memory and knowledge bases stay; how the filter of the SDK works",
    ),
    "add/feedback": OperationNote(
        "Starts a task that corrects, adds or deletes memories or changes nothing, also in "
        "knowledge bases",
        "built-in rules or a scenario decide what is corrected",
        "always asynchronous; 3 s; a conversation_id is generated if it is missing",
    ),
    "extract/memory": OperationNote(
        "Returns facts and preferences without ids and times. Nothing is stored",
        "the rules are those of add/message",
    ),
    "rerank": OperationNote(
        "Returns the documents by score (0..1) with token counts",
        "relevance compares words, not meanings; token counts are estimates; every model returns "
        "the same scores",
        "the result is both inside the envelope and next to it",
    ),
    "chat": OperationNote(
        "Searches as search/memory does, answers in one piece or as server-sent events, and then "
        "adds the turn",
        "no model answers: the reply is the text of a scenario, or a sentence that lists the "
        "recalled memories; temperature and similar fields have no effect; all events are sent "
        "within milliseconds",
        "no [DONE] after the last event; only deepseek-r1 sends reasoning",
    ),
    "create/knowledgebase": OperationNote(
        "Creates a knowledge base that is linked to the project of the API key",
        "number and size of knowledge bases are not limited",
        "several knowledge bases may have the same name",
    ),
    "delete/knowledgebase": OperationNote(
        "Removes the link only, or deletes the knowledge base and its files",
        assumed="afterwards 50123 for an unlinked base, 50120 for a deleted one",
    ),
    "add/knowledgebase-file": OperationNote(
        "Accepts JSON and multipart forms. Documents and skills are read and become memories. All "
        "limits and error codes apply",
        "URLs are not fetched; PDF and old Word files are not read (one memory names the file); "
        "pages are not counted",
        "30 s in virtual time; an upload over a limit is rejected instead of failing later",
    ),
    "get/knowledgebase-file": OperationNote(
        "Returns files by ids, or pages of all files of a knowledge base",
        assumed="upload order; size is the number of bytes as a text, next to sizeMB; 40001 for an "
        "unknown file",
    ),
    "delete/knowledgebase-file": OperationNote(
        "Deletes files and every memory and skill made from them",
        assumed="one unknown id rejects the whole call with 40001",
    ),
    "bind/profile_template": OperationNote(
        "Creates profiles of users and Agents with the values of the template",
        assumed="all or nothing; a second binding keeps the values; 40001 for an unknown template",
    ),
    "edit/profile": OperationNote(
        "Writes and removes fields of one profile; the template does not change",
        assumed="fields are written before others are removed; unknown paths are ignored; 40001 if "
        "the profile does not exist",
    ),
    "delete/profile": OperationNote(
        "Deletes the values and the binding; the template does not change",
        assumed="40001 if the profile does not exist",
    ),
    "add/profile_template": OperationNote(
        "Creates a new template with each call; its tree has at most three levels",
        assumed="40000 for a tree of another shape",
    ),
    "list/profile_template": OperationNote(
        "Returns pages, newest first, with totals and the number of bound profiles"
    ),
    "get/profile_template": OperationNote(
        "Returns the summary and the tree", assumed="40001 for an unknown template"
    ),
    "update/profile_template": OperationNote(
        "Replaces the whole tree and updates every bound profile field by field",
        assumed="40001 for an unknown template",
    ),
    "delete/profile_template": OperationNote(
        "Deletes the template with its profiles and bindings",
        assumed="40001 for an unknown template",
    ),
}
