"""The tour uses every operation, gets the expected replies and cleans up."""

from contextlib import nullcontext
from itertools import count

import pytest

from mock_memos import MockMemos
from mock_memos.api.routes import API
from mock_memos.core.records import VIEWS
from mock_memos.verification.drift.client_models import client_models
from mock_memos.verification.drift.steps import TourCall
from mock_memos.verification.drift.tour import Tour
from tests.support.changed_service import client_of, interrupting
from tests.support.check_runs import remaining_in
from tests.support.official_client import client_class


@pytest.fixture(scope="module")
def steps() -> list[TourCall]:
    with client_of(MockMemos(clock="step")) as target:
        return Tour(target, "t1").run_all()


def test_tour_uses_every_operation_and_many_errors(steps: list[TourCall]) -> None:
    done = {step.operation for step in steps if step.response.code == 0}
    assert done == {route.path for route in API}
    refused = {step.response.code for step in steps} - {0, None}
    assert refused == {
        40000, 40001, 40002, 40003, 40010, 40011, 40012, 40307, 40308, 50120, 50131,
    }  # fmt: skip


@pytest.mark.parametrize("operation", ["search/memory", "get/memory"])
def test_tour_sees_every_kind_of_memory(steps: list[TourCall], operation: str) -> None:
    replies = [step.response.data for step in steps if step.operation == operation]
    for view in VIEWS:
        name = "memory" if view == "detail_factual" else view
        assert any(reply and reply[f"{name}_detail_list"] for reply in replies), view


def test_tour_sees_fast_and_processed_memories(steps: list[TourCall]) -> None:
    tags = [
        {tag for memory in step.response.data["memory_detail_list"] for tag in memory["tags"]}
        for step in steps
        if step.title in ("search for the fast memory", "search facts and preferences")
    ]
    assert tags[0] == {"mode:fast"}
    assert "mode:fast" not in tags[1]


def test_tour_streams(steps: list[TourCall]) -> None:
    streamed = [step.response for step in steps if step.title == "a streamed chat"]
    assert streamed[0].headers["content-type"].startswith("text/event-stream")
    assert streamed[0].body.startswith(b"event: message\ndata: ")


def test_client_models_read_every_reply_of_the_tour(steps: list[TourCall]) -> None:
    known = client_models()
    assert known is not None
    models = client_class().add_message.__globals__
    read: dict[str, int] = {}
    for step in steps:
        name = known.classes.get(step.operation)
        if name and step.response.code == 0:
            reply = models[name].model_validate(step.response.json, strict=True)
            assert reply.code == 0
            known_fields: set[str] = getattr(reply.data, "model_fields_set", set())
            assert not known_fields or known_fields <= set(step.response.data), step.title
            read[step.operation] = read.get(step.operation, 0) + 1
    assert read.keys() == known.classes.keys()
    assert sum(read.values()) > 40


@pytest.mark.parametrize("after", [1, 2, 3, 7, 20, 25, 30, 33, 40, 50, 60, 1000])
def test_interrupted_tour_cleans_up(after: int) -> None:
    memos = MockMemos(clock="step")
    calls = count(1)
    with client_of(memos, interrupting(memos, lambda _: next(calls) == after)) as target:
        journey = Tour(target, "t1")
        with pytest.raises(KeyboardInterrupt) if after < 1000 else nullcontext():
            assert len(journey.run_all()) > 50
    unsure = [] if after > 1 else ["knowledge base 'mock-memos-t1 rules'"]  # its id was never read
    assert [item.description for item in journey.remaining] == unsure
    assert remaining_in(memos) == {}


def test_tour_lists_what_remains() -> None:
    memos = MockMemos(clock="step")
    memos.faults.add("error", "delete/*", code=50002)
    with client_of(memos) as target:
        journey = Tour(target, "t1")
        journey.run_all()
    assert " ".join(remaining_in(memos)) == "memories knowledgebases files templates profiles"
    world = memos.snapshot()
    (base,) = (item["id"] for item in world["knowledgebases"])
    guest, host = (item["id"] for item in world["templates"])
    assert [item.description for item in journey.remaining] == [
        "user mock-memos-t1",
        f"profile of mock-memos-t1 in {guest}",
        f"template {host}",
        f"template {guest}",
        f"knowledge base {base}",
    ]
    profile = {"user_id": "mock-memos-t1", "profile_template_id": guest}
    assert journey.remaining[1].operation == "delete/profile"
    assert journey.remaining[1].body == profile
