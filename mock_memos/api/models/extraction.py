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
    about,
)

ExtractionType = Literal["memory", "preference"]


class ExtractMessage(Request):
    role: Annotated[
        Literal["", "user", "assistant", "system"],
        about("The speaker", required=True, example="user"),
    ] = ""
    content: Annotated[str, about("A text", required=True, example="I like short answers.")] = ""
    chat_time: Annotated[str, about("Time of the message", "sdk")] = ""


class ExtractMemory(Request):
    messages: Annotated[
        list[ExtractMessage], about("At most 8,000 tokens together", required=True)
    ] = []
    extraction_types: Annotated[list[ExtractionType], about("Both by default")] = []
    model: Annotated[str, about("Ignored", "sdk")] = ""
    user_id: Annotated[UserId, about("Ignored", "sdk")] = ""
    conversation_id: Annotated[ConversationId, about("Ignored", "sdk")] = ""
    agent_id: Annotated[str, about("Ignored", "sdk")] = ""

    def wants(self, kind: ExtractionType) -> bool:
        """Returns whether a list is requested."""
        return not self.extraction_types or kind in self.extraction_types


class ExtractedFact(Model):
    memory_key: Annotated[str, about("A short title")]
    memory_value: Annotated[str, about("One sentence")]
    memory_type: Annotated[str, about("For example UserMemory or LongTermMemory")]
    tags: Annotated[list[str], about("Tags")]


class ExtractedPreference(Model):
    preference: Annotated[str, about("One sentence", example="The user likes short answers.")]
    reasoning: Annotated[str, about("The reason", example="The user said so.")]
    preference_type: Annotated[
        Literal["explicit_preference", "implicit_preference"], about("Stated, or inferred")
    ]


class Extraction(Model):
    """A list that was not requested is absent."""

    success: Annotated[bool, about("Always true")] = True
    memory_detail_list: Annotated[list[ExtractedFact] | UnsetType, about("If requested")] = UNSET
    preference_detail_list: Annotated[
        list[ExtractedPreference] | UnsetType, about("If requested")
    ] = UNSET


class Rerank(Request):
    query: Annotated[
        str, about("The text to compare the documents with", required=True, example="hobby")
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
    top_n: Annotated[FromOne | None, about("Maximum number of results; all by default")] = None
    user_id: Annotated[UserId, about("Ignored; the command line client sends it", "sdk")] = ""


class Usage(Model):
    prompt_tokens: Annotated[int, about("Estimated")]
    total_tokens: Annotated[int, about("Estimated")]


class Document(Model):
    text: Annotated[str, about("As sent")]


class Ranked(Model):
    index: Annotated[int, about("Its index in the request, from 0")]
    document: Annotated[Document, about("The document")]
    relevance_score: Annotated[float, about("0..1", example=0.81)]


class Reranking(Model):
    """Documents by descending score."""

    id: Annotated[str, about("rerank- and 32 hex digits", "observed")]
    model: Annotated[str, about("As requested")]
    usage: Annotated[Usage, about("Token counts")]
    results: Annotated[list[Ranked], about("By descending score")]
