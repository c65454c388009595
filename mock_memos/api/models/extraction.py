"""extract/memory and rerank, which store nothing."""

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
    field,
)

ExtractionType = Literal["memory", "preference"]


class ExtractMessage(Request):
    role: Annotated[
        Literal["", "user", "assistant", "system"],
        field("The speaker", required=True, example="user"),
    ] = ""
    content: Annotated[str, field("A text", required=True, example="I like short answers.")] = ""
    chat_time: Annotated[str, field("Time of the message", "sdk")] = ""


class ExtractMemory(Request):
    messages: Annotated[
        list[ExtractMessage], field("At most 8,000 tokens together", required=True)
    ] = []
    extraction_types: Annotated[list[ExtractionType], field("Both by default")] = []
    model: Annotated[str, field("Ignored", "sdk")] = ""
    user_id: Annotated[UserId, field("Ignored", "sdk")] = ""
    conversation_id: Annotated[ConversationId, field("Ignored", "sdk")] = ""
    agent_id: Annotated[str, field("Ignored", "sdk")] = ""

    def wants(self, kind: ExtractionType) -> bool:
        """Returns whether a list is requested."""
        return not self.extraction_types or kind in self.extraction_types


class ExtractedFact(Model):
    memory_key: Annotated[str, field("A short title")]
    memory_value: Annotated[str, field("One sentence")]
    memory_type: Annotated[str, field("For example UserMemory or LongTermMemory")]
    tags: Annotated[list[str], field("Tags")]


class ExtractedPreference(Model):
    preference: Annotated[str, field("One sentence", example="The user likes short answers.")]
    reasoning: Annotated[str, field("The reason", example="Stated by the user.")]
    preference_type: Annotated[
        Literal["explicit_preference", "implicit_preference"], field("Stated, or inferred")
    ]


class Extraction(Model):
    """A list that was not requested is absent."""

    success: Annotated[bool, field("Always true")] = True
    memory_detail_list: Annotated[list[ExtractedFact] | UnsetType, field("If requested")] = UNSET
    preference_detail_list: Annotated[
        list[ExtractedPreference] | UnsetType, field("If requested")
    ] = UNSET


class Rerank(Request):
    query: Annotated[
        str, field("The text to compare the documents with", required=True, example="hobby")
    ] = ""
    documents: Annotated[
        list[str],
        field(
            "At most 8,000 tokens together", required=True, example=["plays chess", "lives in Lyon"]
        ),
    ] = []
    model: Annotated[
        str, field("Also memos-reranker-4b", "sdk")
    ] = "memos-reranker-0.6b"  # fmt: skip
    top_n: Annotated[FromOne | None, field("Maximum number of results; all by default")] = None
    user_id: Annotated[UserId, field("Ignored; the command line client sends it", "sdk")] = ""


class Usage(Model):
    prompt_tokens: Annotated[int, field("Estimated")]
    total_tokens: Annotated[int, field("Estimated")]


class RerankDocument(Model):
    text: Annotated[str, field("As sent")]


class RerankResult(Model):
    index: Annotated[int, field("Its index in the request, from 0")]
    document: Annotated[RerankDocument, field("The document")]
    relevance_score: Annotated[float, field("0..1", example=0.81)]


class Reranking(Model):
    """Documents by descending score."""

    id: Annotated[str, field("rerank- and 32 hex digits", "observed")]
    model: Annotated[str, field("As requested")]
    usage: Annotated[Usage, field("Token counts")]
    results: Annotated[list[RerankResult], field("By descending score")]
