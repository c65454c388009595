"""What is not known about the real service, what the double does instead, and how to change it."""

from typing import Final

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that only the real service could tell.

    `switch` names the setting that gives another answer, `fault` says that one can be injected;
    with neither, nothing exposes the alternative.
    """

    unknown: str
    default: str
    switch: str = ""
    fault: bool = False


QUESTIONS: Final = (
    Question(
        unknown="The HTTP status of an error. The documentation lists 200 only; one search with an "
        "unlinked knowledge base was seen to end in 500",
        default="From the code: 400xx in 400, 401xx in 401, 403xx in 403, 5xxxx in 500; an unknown "
        "path in 404",
        switch="http_status",
    ),
    Question(
        unknown="The exact texts of errors, and whether a request can choose their language",
        default="The English table of the documentation; four texts of ours where it has none",
        fault=True,
    ),
    Question(
        unknown="Which of 40100, 40103, 40130 and 40132 answers a key that does not fit",
        default="40100 without a header, 40132 for a wrong key or another scheme",
        fault=True,
    ),
    Question(
        unknown="Whether Authorization: Bearer is accepted, as one official client hopes",
        default="Yes",
        switch="strict",
    ),
    Question(
        unknown="How a rate limit looks on the wire, and the numbers of each plan",
        default="No limits. When they are on: 403 without Retry-After, numbers from the settings, "
        "tokens by an estimate of ours",
        switch="quotas",
        fault=True,
    ),
    Question(
        unknown="Whether messages that are too long end in 40305 or in 40013",
        default="40305",
        fault=True,
    ),
    Question(
        unknown="What becomes of a number over its documented maximum",
        default="It is read as the maximum",
        switch="strict",
    ),
    Question(
        unknown="A page below 1, and a page beyond the end",
        default="40000; an empty page with the true totals",
    ),
    Question(
        unknown="Whether get/status answers an object or a list: clients still read both",
        default="An object, as the documentation has it",
        switch="status_shape",
    ),
    Question(
        unknown="Whether the result of rerank is bare, as documented, or in an envelope, as seen",
        default="Both at once, so that every client finds it",
        switch="rerank_shape",
    ),
    Question(
        unknown="Whether get/memory/{memory_id} shows documented fields or the raw node that one "
        "official client reads",
        default="Both at once",
        switch="memory_by_id",
    ),
    Question(
        unknown="Lists of views that were not asked for: absent, empty or null",
        default="Empty",
        switch="empty_lists",
    ),
    Question(
        unknown="What ends a stream, how it reports an error, and whether events are named",
        default="The event of type end and nothing after it; errors only by faults; event: message",
        switch="sse_done",
        fault=True,
    ),
    Question(
        unknown="The zone of a message's default time and of dates in filters: samples show UTC, "
        "the prose says Beijing",
        default="UTC",
        switch="time_zone",
    ),
    Question(
        unknown="The form of times in get/message, and the order of its messages",
        default="ISO 8601 texts; oldest first",
        switch="message_time",
    ),
    Question(
        unknown="Whether times of memories are ever ISO 8601 texts, as the schema says",
        default="Milliseconds, as in every sample",
        switch="item_time",
    ),
    Question(
        unknown="What search/memory and get/memory do when both user_id and agent_id come, as some "
        "clients send them",
        default="The user is meant",
        switch="strict",
    ),
    Question(
        unknown="add/feedback without conversation_id: documented as required, left out by the SDK",
        default="Accepted; an id is made up",
        switch="strict",
    ),
    Question(
        unknown="Whether two selectors in delete/memory are really refused",
        default="40000",
        switch="delete_selectors",
    ),
    Question(
        unknown="Calls that name only an Agent while the project's independent Agent memory is off",
        default="They work on memories of the Agent's own",
        switch="agent_memory",
    ),
    Question(
        unknown="Whether a tool's schema is a text under ToolSchema, as documented, or an object "
        "under ToolSchemaMemory, as in a sample",
        default="A text",
        switch="tool_schema_shape",
    ),
    Question(
        unknown="How the service tells relevance: by meaning, which words do not show",
        default="Words and pairs of Chinese characters are compared; a scenario can pin scores",
        switch="match_everything",
    ),
    Question(
        unknown="What context_format sources and mixed answer",
        default="The same as memory",
    ),
    Question(
        unknown="Whether update/memory still takes status, which the newest pages leave out",
        default="Yes",
    ),
    Question(
        unknown="create_time of a memory whose messages carry chat_time",
        default="The moment of writing; chat_time stands only in texts and sources",
    ),
    Question(
        unknown="Messages without chat_time beside others that have one",
        default="They show the moment of receipt",
    ),
    Question(
        unknown="Conditions outside and and or, groups within groups, and not, in filters",
        default="Accepted, accepted, refused",
        switch="strict",
    ),
    Question(
        unknown="How long processing takes: pictures were seen to need 43 s, text is not known",
        default="3 s; 30 s with media and for files; 3 s for feedback; all in virtual time",
        switch="fine_delay",
    ),
    Question(
        unknown="Whether the task of a synchronous add can be asked about",
        default="Yes, with what it changed",
    ),
    Question(
        unknown="Whether long turns are split into several fast memories, and whether there is a "
        "fast memory when facts are not allowed",
        default="One fast memory for each subject; no",
    ),
    Question(
        unknown="When a skill appears: after five rounds of tool calls, or from plain talk",
        default="After five rounds, or when a scenario says so",
    ),
    Question(
        unknown="Whether an unknown knowledge base in a search is 50123 or 50120",
        default="50123, as for one that is not linked",
        fault=True,
    ),
    Question(
        unknown="Whether an upload over the limits is refused, or accepted and then failed",
        default="Refused, with the code of the limit",
        fault=True,
    ),
    Question(
        unknown="What size of a file looks like, and which values skill_type and skill_url have",
        default="Bytes as a decimal text; generated or uploaded, and an address that leads nowhere",
    ),
    Question(
        unknown="Several ids of which one is unknown, in delete/memory and for files",
        default="All are refused and nothing is changed",
    ),
    Question(
        unknown="Whether a memory id of another project is told from an unknown one, as 40306",
        default="No: 40307, for worlds know nothing of each other",
        fault=True,
    ),
    Question(
        unknown="The announced chat/completions",
        default="404, like any other unknown path",
    ),
    Question(
        unknown="The codes for unknown templates, profiles and files, and where 40002 ends and "
        "40003, 40008, 40009, 40007 and 50107 begin",
        default="40001; 40003 for a list without an element; 40008 for foreign characters, 40009 "
        "for bad padding; 40007 for an extension, 50107 for the contents of a skill",
        fault=True,
    ),
    Question(
        unknown="Whether a \\u escape that is half of a surrogate pair, as a text has that was cut "
        "within an emoji, is accepted",
        default="No: 40000, for no UTF-8 answer could give it back",
    ),
)
