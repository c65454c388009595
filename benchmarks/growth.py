"""What a call costs in a world that grows, and how much room its memories take.

The world of `grown` has a thousand users; each tenfold of it is measured when it is reached. That
of `one_user` has one, whose memories all stand on one shelf. Calls go through the engine, without
a door, and time is that of the processor.
"""

import gc
import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import process_time
from typing import Any

from benchmarks.measure import Series, interleave
from benchmarks.pace import Pace
from benchmarks.texts import queries, sentences
from mock_memos.core.addresses import PREFIXES
from mock_memos.core.calls import Call
from mock_memos.core.records import Draft, Message, Scope, Turn
from mock_memos.core.settings import Settings
from mock_memos.engine.engine import Engine
from mock_memos.simulation.world import World

USERS = 1000
ADDS = 1000
FORKS = 30
DUE = 100_000
KEY = "mock-key"


def grown(pace: Pace) -> Series:
    """A world of 10³, 10⁴ … memories: add, search, fork, advance, and memory of each."""
    series: Series = {}
    engine = _engine()
    world, texts = engine.world(KEY), sentences()
    gc.collect()
    empty, size = resident(), 0
    for target in sizes(1000, pace.largest):
        took = fill(world, islice(texts, target - size))
        grew, size = target - size, target
        gc.collect()
        series[f"advance.{target}"] = [took / grew * 1e6]
        series[f"room.{target}"] = [(resident() - empty) / size]
        series[f"search.{target}"] = searched(engine, [f"user-{n}" for n in range(60)])
        first, *forks = forked(engine)
        series |= {f"first fork.{target}": [first], f"fork.{target}": forks}
        _compare_adds(engine, target, series, pace)
    return series


def _compare_adds(engine: Engine, size: int, series: Series, pace: Pace) -> None:
    """The next adds in a world of that size, and the first of a fresh one, in turn."""
    bodies = [_adding(number, text) for number, text in enumerate(islice(sentences(7), ADDS))]
    sides: dict[str, Callable[[], dict[str, float]]] = {
        "add": lambda: {str(size): _per_call(engine, "add/message", bodies)},
        "first": lambda: {str(size): _per_call(_engine(), "add/message", bodies)},
    }
    series |= interleave(sides, pace.rounds)
    engine.world(KEY).clock.advance(seconds=3)
    engine.world(KEY).catch_up()


def one_user(pace: Pace) -> Series:
    """Search in 10², 10³ … memories of one user; the first search makes the index, and `all` is a
    search for a word that is in every memory."""
    series: Series = {}
    engine = _engine()
    texts, size = sentences(), 0
    for target in sizes(100, min(pace.largest, 100_000)):
        fill(engine.world(KEY), islice(texts, target - size), users=1)
        size = target
        began = process_time()
        _post(engine, "search/memory", {"user_id": "user-0", "query": "Which?"})
        series[f"index.{target}"] = [(process_time() - began) * 1e3]
        series[f"search.{target}"] = [one / 1e3 for one in searched(engine, ["user-0"] * 100)]
        series[f"all.{target}"] = [
            _per_call(engine, "search/memory", [{"user_id": "user-0", "query": "booked"}]) / 1e3
            for _ in range(3)
        ]
    return series


def advance(pace: Pace) -> Series:
    """Seconds of one `advance` over many due tasks; a scenario or the rules write the memories."""
    return interleave(
        {
            "scripted": partial(_advanced, scripted=True),
            "rules": partial(_advanced, scripted=False),
        },
        1,
    )


def _advanced(*, scripted: bool) -> dict[str, float]:
    world = _engine().world(KEY)
    gc.collect()
    return {"due": fill(world, islice(sentences(), DUE), scripted=scripted)}


def sizes(first: int, last: int) -> Iterator[int]:
    while first <= last:
        yield first
        first *= 10


def fill(world: World, texts: Iterator[str], *, users: int = USERS, scripted: bool = True) -> float:
    """Let users say this, and the time come when all of it is due. Gives the seconds that took."""
    for number, text in enumerate(texts):
        user = f"user-{number % users}"
        said = Message(
            id=world.ids.next("message"), role="user", text=text, content=text,
            time=world.clock.now, conversation_id="c",
        )  # fmt: skip
        fact = Draft(view="detail_factual", key=text[:30], value=text, tags=("hotel",))
        turn = Turn(
            task_id=world.ids.next("task"), subjects=(Scope("user", user),), messages=(said,),
            drafts=(fact,) if scripted else None, conversation_id="c", related=(user,),
        )  # fmt: skip
        world.accept(turn, delay=3)
    world.catch_up()
    world.clock.advance(seconds=3)
    began = process_time()
    world.catch_up()
    took = process_time() - began
    assert not world.pending
    return took


def searched(engine: Engine, users: list[str]) -> list[float]:
    """Microseconds of a search by each of these users, the second one of each."""
    asked = [
        {"user_id": user, "query": query} for user, query in zip(users, queries(), strict=False)
    ]
    for body in asked:
        _post(engine, "search/memory", body)
    return [_per_call(engine, "search/memory", [body]) for body in asked]


def forked(engine: Engine) -> list[float]:
    """Microseconds of a fork, each of a world that changed since the last one."""
    took = []
    for number in range(FORKS):
        _post(engine, "add/message", _adding(number, "I moved to another room."))
        began = process_time()
        engine.world(KEY).fork()
        took.append((process_time() - began) * 1e6)
    return took


def resident() -> float:
    """Resident memory of this process, in bytes."""
    import psutil

    return float(psutil.Process().memory_info().rss)


def _engine() -> Engine:
    return Engine(Settings(clock="manual"))


def _adding(number: int, text: str) -> dict[str, Any]:
    said = [{"role": "user", "content": text}]
    return {"user_id": f"user-{number % USERS}", "conversation_id": "c", "messages": said}


def _per_call(engine: Engine, operation: str, bodies: list[dict[str, Any]]) -> float:
    calls = [_call(operation, body) for body in bodies]
    began = process_time()
    for call in calls:
        engine.handle(call)
    return (process_time() - began) / len(calls) * 1e6


def _post(engine: Engine, operation: str, body: dict[str, Any]) -> None:
    reply = engine.handle(_call(operation, body))
    assert reply.status == 200, reply.body


def _call(operation: str, body: dict[str, Any]) -> Call:
    headers = {"authorization": f"Token {KEY}"}
    return Call("POST", f"{PREFIXES[0]}/{operation}", headers, json.dumps(body).encode(), "", 0)
