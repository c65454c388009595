"""chat: recalls memories, answers (in one piece or as server-sent events) and adds the turn."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_memos.api.models.chat import Chat, ChatAnswer
from mock_memos.api.operations.recall import RecalledMemory, recall
from mock_memos.api.operations.turns import accept_turn, scripted_outcome, then_for, turn_scopes
from mock_memos.content.relevance import searchable_text
from mock_memos.content.text_analysis import has_cjk
from mock_memos.core.calls import EVENT_STREAM, Chunk, Reply
from mock_memos.core.records import Message
from mock_memos.core.request_facts import RequestFacts
from mock_memos.simulation.world import World

PAUSE_MS: Final = 40
"""Virtual milliseconds between two events of a stream."""

REASONING_MODEL: Final = "deepseek-r1"
"""The only model that sends its reasoning (assumed)."""

MEMORIES_PLACEHOLDER: Final = "{memories}"
"""The place of recalled memories in a system prompt (documented for the default prompt)."""

_ASSISTANT_LINES = re.compile(
    r"^assistant(?:\([^)\n]*\))?: \[.*?(?=^[a-z]+(?:\([^)\n]*\))?: \[|\Z)", re.DOTALL | re.MULTILINE
)
"""The lines of an assistant in a fast memory."""
_WORD = re.compile(r"\S+\s*", re.DOTALL)


def chat(world: World, request: Chat) -> ChatAnswer | Reply:
    """Answers from recalled memories, then adds the turn if `add_message_on_answer` is true.

    The answer is that of a scenario, else a sentence that lists the memories.
    """
    scopes = turn_scopes(world, request)
    (user,) = scopes.subjects
    recalled = recall(world, request, user)
    then = then_for(world, ("chat",))
    answer = then.answer() if then else None
    text = answer.text if answer else default_answer(request.query, recalled)
    if request.system_prompt and MEMORIES_PLACEHOLDER not in request.system_prompt:
        world.context.note = (
            f"system_prompt has no {MEMORIES_PLACEHOLDER}: a model would not see the "
            f"{len(recalled)} recalled memories"
        )
    if request.add_message_on_answer:
        accept_turn(
            world,
            request,
            [
                Message(role="user", text=request.query, content=request.query),
                Message(role="assistant", text=text, content=text),
            ],
            scripted_outcome(
                world, facts=RequestFacts.of("add/message", world.context.facts.fields)
            ),
            "chat",
            scopes=scopes,
            delay_seconds=world.settings.processing_delay,
        )
    if not request.stream:
        return ChatAnswer(response=text)
    reasoning = answer.reasoning if answer else ""
    if not reasoning and request.model_name == REASONING_MODEL:
        reasoning = f"{len(recalled)} memories fit the question."
    pause_ms = round(answer.pause * 1000) if answer and answer.pause else PAUSE_MS
    chunks = answer.chunks if answer and answer.chunks else tuple(split_into_chunks(text))
    return stream(
        chunks, tuple(split_into_chunks(reasoning)), pause_ms, done=world.settings.sse_done_marker
    )


def default_answer(query: str, recalled: Sequence[RecalledMemory]) -> str:
    """Returns a sentence that lists the recalled memories, in the language of the query.

    Of a fast memory it lists only the user's messages, so that answers do not quote answers.
    """
    values = (_ASSISTANT_LINES.sub("", result.memory.value) for result in recalled)
    texts = (" ".join(searchable_text(value).split()) for value in values)
    unique = list(dict.fromkeys(text for text in texts if text))
    if has_cjk(query):
        return f"我记得：{'；'.join(unique)}" if unique else "关于这一点，我还没有任何记忆。"
    return f"I remember: {' '.join(unique)}" if unique else "I have no memory of that yet."


def stream(chunks: Sequence[str], reasoning: Sequence[str], pause_ms: int, *, done: bool) -> Reply:
    """Returns an answer as server-sent events, one `data:` line each; the last has type `end`."""
    events = [
        *(_event("reasoning", chunk) for chunk in reasoning),
        *(_event("text", chunk) for chunk in chunks),
        _event("end", ""),
    ]
    if done:
        events.append(b"data: [DONE]\n\n")
    return Reply(
        200,
        b"".join(events),
        EVENT_STREAM,
        chunks=tuple(Chunk(event, pause_ms if index else 0) for index, event in enumerate(events)),
    )


def split_into_chunks(text: str) -> Iterator[str]:
    """Splits a text as a model would: at spaces, CJK text after every four characters."""
    for word in _WORD.findall(text) or ([text] if text else []):
        if has_cjk(word):
            yield from (word[start : start + 4] for start in range(0, len(word), 4))
        else:
            yield word


def _event(type_: str, data: str) -> bytes:
    """Returns one event in ASCII, because clients also split lines at Unicode line breaks."""
    payload: dict[str, Any] = {"type": type_, "data": data}
    return b"event: message\ndata: " + json.dumps(payload, separators=(",", ":")).encode() + b"\n\n"
