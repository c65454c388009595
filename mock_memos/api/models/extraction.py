"""extract/memory and rerank: answers that leave nothing behind."""

from typing import Literal

from mock_memos.api.models.base import (
    UNSET,
    Annotated,
    ConversationId,
    FromOne,
    Model,
    Request,
    UnsetType,
    UserId,
    about,
)

ExtractionType = Literal["memory", "preference"]


class ExtractMessage(Request):
    role: Annotated[
        Literal["", "user", "assistant", "system"],
        about("Who speaks", required=True, example="user"),
    ] = ""
    content: Annotated[str, about("A text", required=True, example="I like short answers.")] = ""
    chat_time: Annotated[str, about("When", "sdk")] = ""


class ExtractMemory(Request):
    messages: Annotated[
        list[ExtractMessage], about("At most 8,000 tokens together", required=True)
    ] = []
    extraction_types: Annotated[list[ExtractionType], about("Both when absent")] = []
    model: Annotated[str, about("Ignored", "sdk")] = ""
    user_id: Annotated[UserId, about("Ignored", "sdk")] = ""
    conversation_id: Annotated[ConversationId, about("Ignored", "sdk")] = ""
    agent_id: Annotated[str, about("Ignored", "sdk")] = ""

    def wants(self, kind: ExtractionType) -> bool:
        """Whether this list is asked for."""
        return not self.extraction_types or kind in self.extraction_types


class ExtractedFact(Model):
    memory_key: Annotated[str, about("A short title")]
    memory_value: Annotated[str, about("One sentence")]
    memory_type: Annotated[str, about("For example UserMemory or LongTermMemory")]
    tags: Annotated[list[str], about("Tags")]


class ExtractedPreference(Model):
    preference: Annotated[str, about("One sentence", example="The user likes short answers.")]
    reasoning: Annotated[str, about("What it rests on", example="The user said so.")]
    preference_type: Annotated[
        Literal["explicit_preference", "implicit_preference"], about("Said, or concluded")
    ]


class Extraction(Model):
    """A list that was not asked for is absent."""

    success: Annotated[bool, about("Always true")] = True
    memory_detail_list: Annotated[list[ExtractedFact] | UnsetType, about("If asked for")] = UNSET
    preference_detail_list: Annotated[
        list[ExtractedPreference] | UnsetType, about("If asked for")
    ] = UNSET


class Rerank(Request):
    query: Annotated[
        str, about("What the documents are compared with", required=True, example="hobby")
    ] = ""
    documents: Annotated[
        list[str],
        about(
            "At most 8,000 tokens together", required=True, example=["plays chess", "lives in Lyon"]
        ),
    ] = []
    model: Annotated[
        str, about("Also memos-reranker-4b", "sdk")
    ] = "memos-reranker-0.6b"  # fmt: skip
    top_n: Annotated[FromOne | None, about("The best so many; all when absent")] = None
    user_id: Annotated[UserId, about("Ignored; the command line client sends it", "sdk")] = ""


class Usage(Model):
    prompt_tokens: Annotated[int, about("Estimated")]
    total_tokens: Annotated[int, about("Estimated")]


class Document(Model):
    text: Annotated[str, about("As sent")]


class Ranked(Model):
    index: Annotated[int, about("Its place in the request, from 0")]
    document: Annotated[Document, about("The document")]
    relevance_score: Annotated[float, about("0..1", example=0.81)]


class Reranking(Model):
    """The best documents first."""

    id: Annotated[str, about("rerank- and 32 hex digits", "observed")]
    model: Annotated[str, about("As asked")]
    usage: Annotated[Usage, about("What was counted")]
    results: Annotated[list[Ranked], about("By descending score")]
