"""Open questions about the real service: what the mock does instead, and how to change it."""

from typing import Final

import msgspec


class OpenQuestion(msgspec.Struct, frozen=True):
    """One fact that only the real service can answer.

    `setting` names the setting that selects the alternative; `fault` means that the alternative
    can be injected. Without either, the mock does not offer the alternative.
    """

    question: str
    default: str
    setting: str = ""
    fault: bool = False


QUESTIONS: Final = (
    OpenQuestion(
        "Which HTTP status do errors have? The documentation lists 200 only; one search "
        "with an unlinked knowledge base was observed to return 500",
        "Derived from the code: 400xx is 400, 401xx is 401, 403xx is 403, 5xxxx is 500; "
        "an unknown path is 404",
        setting="http_status",
    ),
    OpenQuestion(
        "What are the exact error messages, and can a request select their language?",
        "The English table of the documentation; four own texts where it has none",
        fault=True,
    ),
    OpenQuestion(
        "Which of 40100, 40103, 40130 and 40132 answers an invalid API key?",
        "40100 without a header, 40132 for a wrong key or another scheme",
        fault=True,
    ),
    OpenQuestion(
        "Is Authorization: Bearer accepted, as one official client expects?",
        "Yes",
        setting="strict",
    ),
    OpenQuestion(
        "How does a rate limit look on the wire, and what are the limits of each plan?",
        "No limits. If enabled: 403 without Retry-After, limits from the settings, tokens "
        "estimated",
        setting="enforce_quotas",
        fault=True,
    ),
    OpenQuestion("Do messages that are too long return 40305 or 40013?", "40305", fault=True),
    OpenQuestion(
        "What happens to a number above its documented maximum?",
        "The maximum is used",
        setting="strict",
    ),
    OpenQuestion(
        "What do a page below 1 and a page after the last one return?",
        "40000; an empty page with the correct totals",
    ),
    OpenQuestion(
        "Does get/status return an object or a list? Clients still read both",
        "An object, as documented",
        setting="status_format",
    ),
    OpenQuestion(
        "Is the result of rerank bare, as documented, or in an envelope, as observed?",
        "Both at once, so that every client can read it",
        setting="rerank_format",
    ),
    OpenQuestion(
        "Does get/memory/{memory_id} return the documented fields or the raw node that "
        "one official client reads?",
        "Both at once",
        setting="memory_detail_fields",
    ),
    OpenQuestion(
        "Are lists of views that were not requested absent, empty or null?",
        "Empty",
        setting="include_empty_lists",
    ),
    OpenQuestion(
        "What ends a stream, how does it report an error, and are its events named?",
        "The event of type end is the last one; errors only by faults; event: message",
        setting="sse_done_marker",
        fault=True,
    ),
    OpenQuestion(
        "Which time zone applies to default message times and filter dates? Samples show "
        "UTC, the text says Beijing",
        "UTC",
        setting="time_zone",
    ),
    OpenQuestion(
        "Which format do times of get/message have, and how are its messages ordered?",
        "ISO 8601 texts; oldest first",
        setting="message_time_format",
    ),
    OpenQuestion(
        "Are times of memories ever ISO 8601 texts, as the schema says?",
        "Milliseconds, as in every sample",
        setting="memory_time_format",
    ),
    OpenQuestion(
        "What do search/memory and get/memory do with both user_id and agent_id, which "
        "some clients send?",
        "The user's memories are used",
        setting="strict",
    ),
    OpenQuestion(
        "Is add/feedback accepted without conversation_id? The documentation requires it, "
        "the SDK omits it",
        "Accepted; an id is generated",
        setting="strict",
    ),
    OpenQuestion(
        "Are two selectors in delete/memory really rejected?",
        "Yes, with 40000",
        setting="multiple_delete_selectors",
    ),
    OpenQuestion(
        "What happens if a call names only an Agent while the project's independent Agent "
        "memory is off?",
        "The Agent's own memories are used",
        setting="agent_memory",
    ),
    OpenQuestion(
        "Is the schema of a tool a text with type ToolSchema, as documented, or an object "
        "with type ToolSchemaMemory, as in a sample?",
        "A text",
        setting="tool_schema_format",
    ),
    OpenQuestion(
        "How does the service compute relevance? By meaning, which words do not show",
        "Words and pairs of Chinese characters are compared; a scenario can set scores",
        setting="search_matches_everything",
    ),
    OpenQuestion(
        "What do the context_format values sources and mixed return?", "The same as memory"
    ),
    OpenQuestion("Does update/memory still accept status, which the newest pages omit?", "Yes"),
    OpenQuestion(
        "What is the create_time of a memory whose messages have a chat_time?",
        "The time of writing; chat_time appears only in texts and sources",
    ),
    OpenQuestion(
        "Which time do messages without chat_time show if other messages have one?",
        "The time of receipt",
    ),
    OpenQuestion(
        "Do filters accept conditions outside of and/or, nested groups, and not?",
        "Accepted, accepted, rejected",
        setting="strict",
    ),
    OpenQuestion(
        "How long does processing take? Images were observed to need 43 s, text is unknown",
        "3 s; 30 s with media and for files; 3 s for feedback; all in virtual time",
        setting="processing_delay",
    ),
    OpenQuestion(
        "Can the task of a synchronous add/message be queried?", "Yes, with what it changed"
    ),
    OpenQuestion(
        "Are long turns split into several fast memories, and is a fast memory made if "
        "facts are not allowed?",
        "One fast memory per subject; no",
    ),
    OpenQuestion(
        "When does a skill appear: after five rounds of tool calls, or from plain text?",
        "After five rounds, or when a scenario defines it",
    ),
    OpenQuestion(
        "Does an unknown knowledge base in a search return 50123 or 50120?",
        "50123, as for an unlinked one",
        fault=True,
    ),
    OpenQuestion(
        "Is an upload over the limits rejected, or accepted and then failed?",
        "Rejected, with the code of the limit",
        fault=True,
    ),
    OpenQuestion(
        "What does the size of a file look like, and which values do skill_type and "
        "skill_url have?",
        "Bytes as a decimal text; generated or uploaded, and an invalid URL",
    ),
    OpenQuestion(
        "What happens if one of several ids is unknown, in delete/memory and for files?",
        "The whole call is rejected and nothing is changed",
    ),
    OpenQuestion(
        "Does the memory id of another project return 40306, unlike an unknown id?",
        "No: 40307, because worlds do not share data",
        fault=True,
    ),
    OpenQuestion(
        "What does the announced chat/completions return?", "404, like any other unknown path"
    ),
    OpenQuestion(
        "Which codes answer unknown templates, profiles and files, and what separates "
        "40002 from 40003, 40008 from 40009, and 40007 from 50107?",
        "40001; 40003 for an empty list; 40008 for invalid characters, 40009 for invalid "
        "padding; 40007 for a file extension, 50107 for the contents of a skill",
        fault=True,
    ),
    OpenQuestion(
        "Is a \\u escape that is half of a surrogate pair accepted, as in a text that "
        "was cut within an emoji?",
        "No: 40000, because a UTF-8 answer cannot contain it",
    ),
)
