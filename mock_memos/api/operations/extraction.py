"""extract/memory and rerank: answers that leave nothing behind."""

import msgspec

from mock_memos.api.models.base import UNSET
from mock_memos.api.models.extraction import (
    Document,
    ExtractedFact,
    ExtractedPreference,
    Extraction,
    ExtractMemory,
    Ranked,
    Rerank,
    Reranking,
    Usage,
)  # fmt: skip
from mock_memos.api.operations.turns import MEMORIES, script_for
from mock_memos.content import token_count
from mock_memos.content.relevance import rank
from mock_memos.content.rules.lines import Line
from mock_memos.core.calls import Reply
from mock_memos.core.records import Draft, Preference
from mock_memos.simulation.world import World


def extract_memory(world: World, request: ExtractMemory) -> Extraction:
    """What messages would become, without ids or times; nothing is stored."""
    then = script_for(world, "extract/memory", request, MEMORIES)
    if then is not None:
        drafts = tuple(then.drafts())
    else:
        from mock_memos.content import extraction  # the rules are slow to import

        lines = [
            Line(role=one.role, text=one.content, chat_time=one.chat_time)
            for one in request.messages
        ]
        drafts = extraction.author(lines, views=("detail_factual", "preference"))
    return Extraction(
        memory_detail_list=[_fact(one) for one in drafts if one.view == "detail_factual"]
        if request.wants("memory")
        else UNSET,
        preference_detail_list=[
            _preference(one, one.detail) for one in drafts if isinstance(one.detail, Preference)
        ]
        if request.wants("preference")
        else UNSET,
    )


def rerank(world: World, request: Rerank) -> Reranking | Reply:
    """The documents by how well they fit the query, best first; equal scores keep their order.

    The documentation shows the answer bare, a recorded one has it in the envelope: by default it
    is in both places.
    """
    scores = rank(request.query, request.documents)
    then = script_for(world, "rerank", request, ("rerank",))
    for named, score in (then.rerank if then else {}).items():
        for index, text in enumerate(request.documents):
            if named == str(index) or (not named.isdecimal() and named in text):
                scores[index] = score
    best = sorted(range(len(scores)), key=lambda index: (-scores[index], index))
    counted = token_count.count(request.query) + sum(map(token_count.count, request.documents))
    answer = Reranking(
        id=world.ids.next("rerank"),
        model=request.model,
        usage=Usage(prompt_tokens=counted, total_tokens=counted),
        results=[
            Ranked(
                index=index,
                document=Document(text=request.documents[index]),
                relevance_score=scores[index],
            )
            for index in best[: request.top_n]
        ],
    )
    shape = world.settings.rerank_shape
    if shape == "envelope":
        return answer
    bare = msgspec.json.encode(answer)
    if shape == "bare":
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
