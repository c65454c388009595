"""The cost of calls and the size of memories in a growing world.

`measure_growth` has a thousand users, `measure_one_user` one. Calls go directly to the engine;
times are processor times.
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
TASKS = 100_000
KEY = "mock-key"


def measure_growth(pace: Pace) -> Series:
    """Measures add, search, fork, advance and size with 10³, 10⁴ … memories."""
    series: Series = {}
    engine = _engine()
    world, texts = engine.world(KEY), sentences()
    gc.collect()
    bytes_before, size = resident_bytes(), 0
    for target in sizes(1000, pace.largest_world):
        seconds = fill(world, islice(texts, target - size))
        count, size = target - size, target
        gc.collect()
        series[f"advance.{target}"] = [seconds / count * 1e6]
        series[f"room.{target}"] = [(resident_bytes() - bytes_before) / size]
        series[f"search.{target}"] = search_times_us(engine, [f"user-{n}" for n in range(60)])
        first, *forks = fork_times_us(engine)
        series |= {f"first fork.{target}": [first], f"fork.{target}": forks}
        _compare_adds(engine, target, series, pace)
    return series


def _compare_adds(engine: Engine, size: int, series: Series, pace: Pace) -> None:
    """Measures further adds in the world, and the first adds of a new world, alternately."""
    bodies = [_message_body(number, text) for number, text in enumerate(islice(sentences(7), ADDS))]
    sides: dict[str, Callable[[], dict[str, float]]] = {
        "add": lambda: {str(size): _call_time_us(engine, "add/message", bodies)},
        "first": lambda: {str(size): _call_time_us(_engine(), "add/message", bodies)},
    }
    series |= interleave(sides, pace.rounds)
    engine.world(KEY).clock.advance(seconds=3)
    engine.world(KEY).run_due_jobs()


def measure_one_user(pace: Pace) -> Series:
    """Measures searches in 10², 10³ … memories of one user.

    The first search builds the index (`index`); `all` searches for a word of every memory.
    """
    series: Series = {}
    engine = _engine()
    texts, size = sentences(), 0
    for target in sizes(100, min(pace.largest_world, 100_000)):
        fill(engine.world(KEY), islice(texts, target - size), users=1)
        size = target
        started = process_time()
        _post(engine, "search/memory", {"user_id": "user-0", "query": "Which?"})
        series[f"index.{target}"] = [(process_time() - started) * 1e3]
        series[f"search.{target}"] = [
            item / 1e3 for item in search_times_us(engine, ["user-0"] * 100)
        ]
        series[f"all.{target}"] = [
            _call_time_us(engine, "search/memory", [{"user_id": "user-0", "query": "booked"}]) / 1e3
            for _ in range(3)
        ]
    return series


def measure_advance(pace: Pace) -> Series:
    """Measures one `advance` over many tasks, with memories of a scenario and of the rules."""
    return interleave(
        {
            "scripted": partial(_advance_seconds, scripted=True),
            "rules": partial(_advance_seconds, scripted=False),
        },
        1,
    )


def _advance_seconds(*, scripted: bool) -> dict[str, float]:
    world = _engine().world(KEY)
    gc.collect()
    return {"due": fill(world, islice(sentences(), TASKS), scripted=scripted)}


def sizes(first: int, last: int) -> Iterator[int]:
    while first <= last:
        yield first
        first *= 10


def fill(world: World, texts: Iterator[str], *, users: int = USERS, scripted: bool = True) -> float:
    """Adds a task per text and completes all; returns the seconds of the completion."""
    for number, text in enumerate(texts):
        user = f"user-{number % users}"
        message = Message(
            id=world.ids.next("message"), role="user", text=text, content=text,
            time=world.clock.now, conversation_id="c",
        )  # fmt: skip
        fact = Draft(view="detail_factual", key=text[:30], value=text, tags=("hotel",))
        turn = Turn(
            task_id=world.ids.next("task"), subjects=(Scope("user", user),), messages=(message,),
            drafts=(fact,) if scripted else None, conversation_id="c", related=(user,),
        )  # fmt: skip
        world.submit(turn, delay_seconds=3)
    world.run_due_jobs()
    world.clock.advance(seconds=3)
    started = process_time()
    world.run_due_jobs()
    seconds = process_time() - started
    assert not world.tasks.pending
    return seconds


def search_times_us(engine: Engine, users: list[str]) -> list[float]:
    """Returns the microseconds of the second search of each user."""
    bodies = [
        {"user_id": user, "query": query} for user, query in zip(users, queries(), strict=False)
    ]
    for body in bodies:
        _post(engine, "search/memory", body)
    return [_call_time_us(engine, "search/memory", [body]) for body in bodies]


def fork_times_us(engine: Engine) -> list[float]:
    """Returns the microseconds of forks, with a change before each."""
    times = []
    for number in range(FORKS):
        _post(engine, "add/message", _message_body(number, "I moved to another room."))
        started = process_time()
        engine.world(KEY).fork()
        times.append((process_time() - started) * 1e6)
    return times


def resident_bytes() -> float:
    """Returns the resident memory of this process, in bytes."""
    import psutil

    return float(psutil.Process().memory_info().rss)


def _engine() -> Engine:
    return Engine(Settings(clock="manual"))


def _message_body(number: int, text: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return {"user_id": f"user-{number % USERS}", "conversation_id": "c", "messages": messages}


def _call_time_us(engine: Engine, operation: str, bodies: list[dict[str, Any]]) -> float:
    calls = [_call(operation, body) for body in bodies]
    started = process_time()
    for call in calls:
        engine.handle(call)
    return (process_time() - started) / len(calls) * 1e6


def _post(engine: Engine, operation: str, body: dict[str, Any]) -> None:
    reply = engine.handle(_call(operation, body))
    assert reply.status == 200, reply.body


def _call(operation: str, body: dict[str, Any]) -> Call:
    headers = {"authorization": f"Token {KEY}"}
    return Call("POST", f"{PREFIXES[0]}/{operation}", headers, json.dumps(body).encode(), "", 0)
