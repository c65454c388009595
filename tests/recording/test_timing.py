"""When a call reached the service: by the recorder's clock, unless an answer knows better."""

from typing import Any

import msgspec
import pytest

from mock_memos.recording.drafting.timing import moment_of, moments
from mock_memos.recording.exchange import Exchange

NOON = 1765368000000
DAY = 86_400_000


def call(time: int, path: str, request: Any, data: Any, duration: int = 20) -> Exchange:
    answer = data if path.startswith("/_mock") else {"code": 0, "data": data, "message": "ok"}
    return Exchange(
        time=time,
        duration=duration,
        method="POST",
        path=path,
        request=msgspec.json.encode(request),
        status=200,
        reply=msgspec.json.encode(answer),
    )


def add(time: int, text: str = "I like tea.") -> Exchange:
    said = {"conversation_id": "c1", "messages": [{"role": "user", "content": text}]}
    return call(time, "add/message", said, {"task_id": "t"})


def shown(time: int, made: int, text: str = "I like tea.") -> Exchange:
    message = {"conversation_id": "c1", "content": text, "create_time": str(made)}
    return call(time, "get/message", {}, {"message_detail_list": [message]})


def fast(time: int, made: int, text: str = "I like tea.") -> Exchange:
    value = f"user: [12:00 PM on 10 December, 2025 UTC]: {text}\n"
    memory = {"conversation_id": "c1", "memory_value": value, "create_time": str(made)}
    listed = {"memory_detail_list": [memory | {"tags": ["mode:fast"]}]}
    return call(time, "search/memory", {}, listed)


def clock(time: int, now: int, mode: str = "real") -> Exchange:
    return call(time, "/_mock/clock", {}, {"milliseconds": now, "mode": mode})


def test_without_a_word_the_recorders_clock_counts() -> None:
    assert moments([add(NOON), add(NOON + 5)]) == [NOON, NOON + 5]


@pytest.mark.parametrize("tells", [shown, fast])
def test_an_answer_tells_when_a_message_was_accepted(tells: Any) -> None:
    assert moments([add(NOON), tells(NOON + 100, NOON + 12)]) == [NOON + 12, NOON + 112]


def test_a_fast_memory_that_was_made_late_tells_nothing() -> None:
    assert moments([add(NOON), fast(NOON + 9000, NOON + 5000)]) == [NOON, NOON + 9000]


def test_a_service_that_lives_in_another_time_is_followed_from_the_beginning() -> None:
    early = call(NOON, "search/memory", {}, {})
    found = moments([early, add(NOON + 50), shown(NOON + 90, NOON + 50 - 30 * DAY)])
    assert found == [NOON - 30 * DAY, NOON + 50 - 30 * DAY, NOON + 90 - 30 * DAY]


def test_the_clock_of_a_double_tells_what_time_it_is() -> None:
    later = add(NOON + 100)
    found = moments([add(NOON, "a"), clock(NOON + 40, NOON + 60_000), later])
    assert found == [NOON, NOON + 60_000, NOON + 60_040]


def test_a_clock_that_stands_still_is_believed() -> None:
    moved = [clock(NOON, 1000, "manual"), add(NOON + 50), add(NOON + 90, "b")]
    assert moments([*moved, clock(NOON + 99, 4000, "manual"), add(NOON + 200, "c")]) == [
        1000, 1000, 1000, 4000, 4000,
    ]  # fmt: skip


def test_the_same_words_twice_tell_nothing() -> None:
    told = [add(NOON), add(NOON + 10), shown(NOON + 20, NOON + 3)]
    assert moments(told) == [NOON, NOON + 10, NOON + 20]


def test_time_never_goes_backwards() -> None:
    told = [add(NOON, "a"), add(NOON + 1, "b"), shown(NOON + 2, NOON + 15, "a")]
    found = moments([*told, shown(NOON + 3, NOON + 1, "b")])
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("value", "moment"),
    [(NOON, NOON), (str(NOON), NOON), ("2025-12-10T12:00:00Z", NOON), ("soon", None), (True, None)],
)
def test_a_time_may_have_any_shape(value: Any, moment: int | None) -> None:
    assert moment_of(value) == moment
