"""extract/memory and rerank, which store nothing."""

import msgspec

from mock_memos.api.models.base import UNSET
from mock_memos.api.models.extraction import (
    ExtractedFact,
    ExtractedPreference,
    Extraction,
    ExtractMemory,
    Rerank,
    RerankDocument,
    Reranking,
    RerankResult,
    Usage,
)  # fmt: skip
from mock_memos.api.operations.turns import MEMORY_EFFECTS, then_for
from mock_memos.content import token_count
from mock_memos.content.relevance import rank
from mock_memos.core.calls import Reply
from mock_memos.core.records import Draft, Message, Preference
from mock_memos.simulation.world import World


def extract_memory(world: World, request: ExtractMemory) -> Extraction:
    """Returns the memories that messages would become, without ids and times."""
    then = then_for(world, MEMORY_EFFECTS)
    if then is not None:
        drafts = tuple(then.drafts())
    else:
        from mock_memos.content import extraction  # the rules are slow to import

        messages = [
            Message(role=message.role or "user", text=message.content, chat_time=message.chat_time)
            for message in request.messages
        ]
        drafts = extraction.extract_memories(messages, views=("detail_factual", "preference"))
    return Extraction(
        memory_detail_list=[_fact(draft) for draft in drafts if draft.view == "detail_factual"]
        if request.wants("memory")
        else UNSET,
        preference_detail_list=[
            _preference(draft, draft.detail)
            for draft in drafts
            if isinstance(draft.detail, Preference)
        ]
        if request.wants("preference")
        else UNSET,
    )


def rerank(world: World, request: Rerank) -> Reranking | Reply:
    """Returns the documents by score, best first. Equal scores keep their order.

    By default the result is both bare (documented) and in an envelope (observed).
    """
    scores = rank(request.query, request.documents)
    then = then_for(world, ("rerank",))
    for key, score in (then.rerank if then else {}).items():
        for index, text in enumerate(request.documents):
            if key == str(index) or (not key.isdecimal() and key in text):
                scores[index] = score
    ranking = sorted(range(len(scores)), key=lambda index: (-scores[index], index))
    tokens = token_count.count_tokens(request.query) + sum(
        map(token_count.count_tokens, request.documents)
    )
    result = Reranking(
        id=world.ids.next("rerank"),
        model=request.model,
        usage=Usage(prompt_tokens=tokens, total_tokens=tokens),
        results=[
            RerankResult(
                index=index,
                document=RerankDocument(text=request.documents[index]),
                relevance_score=scores[index],
            )
            for index in ranking[: request.top_n]
        ],
    )
    rerank_format = world.settings.rerank_format
    if rerank_format == "envelope":
        return result
    bare = msgspec.json.encode(result)
    if rerank_format == "bare":
        return Reply(200, bare)
    return Reply(200, b'{"code":0,"data":' + bare + b',"message":"ok",' + bare[1:])


def _fact(draft: Draft) -> ExtractedFact:
    return ExtractedFact(
        memory_key=draft.key,
        memory_value=draft.value,
        memory_type="UserMemory",
        tags=list(draft.tags),
    )


def _preference(draft: Draft, detail: Preference) -> ExtractedPreference:
    return ExtractedPreference(
        preference=draft.value, reasoning=detail.reasoning, preference_type=detail.type
    )
