"""chat: recall, answer, and write the turn. Plain or as server-sent events."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from mock_memos.api.models.chat import Chat, ChatAnswer
from mock_memos.api.operations.recall import Found, recall
from mock_memos.api.operations.scopes import PUBLIC, linked_bases
from mock_memos.api.operations.turns import Said, foresee, keep, script_for, turn_of
from mock_memos.content.relevance import spoken
from mock_memos.content.text_analysis import has_cjk
from mock_memos.core.calls import EVENT_STREAM, Chunk, Reply
from mock_memos.core.records import Scope
from mock_memos.simulation.world import World

PAUSE: Final = 40
"""Virtual milliseconds between two events of a stream."""

REASONING_MODEL: Final = "deepseek-r1"
"""The one model that thinks aloud (assumed)."""

MEMORIES: Final = "{memories}"
"""What stands in a system prompt for that which was recalled (documented for the default one)."""

_ANSWERED = re.compile(
    r"^assistant(?:\([^)\n]*\))?: \[.*?(?=^[a-z]+(?:\([^)\n]*\))?: \[|\Z)", re.DOTALL | re.MULTILINE
)
"""What an assistant said in a fast memory."""
_PIECE = re.compile(r"\S+\s*", re.DOTALL)


def chat(world: World, request: Chat) -> ChatAnswer | Reply:
    """Answer from what is recalled, and write the turn unless told not to.

    The answer is the scenario's, else a plain one that names what was recalled.
    """
    user = Scope("user", request.user_id)
    bases = linked_bases(world, request.allow_knowledgebase_ids)
    found = recall(world, "chat", request.query, user, request, request.conversation_id)
    script = script_for(world, "chat", request, ("chat",))
    answer = script.answer() if script else None
    text = answer.text if answer else plain_answer(request.query, found)
    if request.system_prompt and MEMORIES not in request.system_prompt:
        world.remark = (
            f"system_prompt has no {MEMORIES}, so that a model would not see the "
            f"{len(found)} memories that were recalled"
        )
    if request.add_message_on_answer:
        _write_turn(world, request, text, user, bases)
    if not request.stream:
        return ChatAnswer(response=text)
    thoughts = answer.reasoning if answer else ""
    if not thoughts and request.model_name == REASONING_MODEL:
        thoughts = f"{len(found)} memories fit the question."
    pause = round(answer.pause * 1000) if answer and answer.pause else PAUSE
    pieces = answer.chunks if answer and answer.chunks else tuple(pieces_of(text))
    return stream(pieces, tuple(pieces_of(thoughts)), pause, done=world.settings.sse_done)


def _write_turn(
    world: World, request: Chat, text: str, user: Scope, bases: tuple[Scope, ...]
) -> None:
    """Keep question and answer as messages, which become memories like any others."""
    said: tuple[Said, ...] = (("user", request.query, {}), ("assistant", text, {}))
    turn = turn_of(
        world,
        keep(world, said, request.conversation_id),
        foresee(world, "add/message", request),
        subjects=(user,),
        shared=(PUBLIC, *bases) if request.allow_public else bases,
        named=(request.user_id,),
        agents=(request.agent_id,) if request.agent_id else (),
        app_id=request.app_id,
        info=dict(request.info),
        tags=request.tags,
    )
    world.accept(turn, delay=world.settings.fine_delay, kind="chat")


def plain_answer(query: str, found: Sequence[Found]) -> str:
    """An answer that says what was recalled, in the language of the question.

    Of a fast memory only what the user said: answers that quote answers would grow without end.
    """
    told = (_ANSWERED.sub("", one.memory.value) for one in found)
    said = list(dict.fromkeys(text for one in told if (text := " ".join(spoken(one).split()))))
    if has_cjk(query):
        return f"我记得：{'；'.join(said)}" if said else "关于这一点，我还没有任何记忆。"
    return f"I remember: {' '.join(said)}" if said else "I have no memory of that yet."


def stream(pieces: Sequence[str], thoughts: Sequence[str], pause: int, *, done: bool) -> Reply:
    """An answer as server-sent events: one `data:` line each, and `end` last."""
    events = [
        *(_event("reasoning", piece) for piece in thoughts),
        *(_event("text", piece) for piece in pieces),
        _event("end", ""),
    ]
    if done:
        events.append(b"data: [DONE]\n\n")
    chunks = tuple(Chunk(event, pause if place else 0) for place, event in enumerate(events))
    return Reply(200, b"".join(events), EVENT_STREAM, chunks=chunks)


def pieces_of(text: str) -> Iterator[str]:
    """A text cut as a model would send it: by words, long ones and CJK text by four characters."""
    for word in _PIECE.findall(text) or ([text] if text else []):
        yield from (
            (word[place : place + 4] for place in range(0, len(word), 4))
            if has_cjk(word)
            else (word,)
        )


def _event(kind: str, data: str) -> bytes:
    """One event. Pure ASCII, since clients split at line breaks that only Unicode knows."""
    payload: dict[str, Any] = {"type": kind, "data": data}
    return b"event: message\ndata: " + json.dumps(payload, separators=(",", ":")).encode() + b"\n\n"
