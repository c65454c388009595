"""The clock of a world over HTTP."""

from typing import Any

import pytest

from tests.support.control_client import ControlClient

NINE = "2025-12-10T09:00:00.000Z"


def test_get_clock_returns_time_and_mode() -> None:
    client = ControlClient(step_seconds=2)
    client.add("I like tea.")
    assert client.get("clock") == {
        "now": NINE, "now_ms": 1765357200000, "mode": "manual", "speed": 1.0,
        "step_seconds": 2.0,
        "running_tasks": 1,
    }  # fmt: skip


def test_get_requests_do_not_move_the_clock() -> None:
    client = ControlClient(clock="step")
    for path in ("clock", "tasks", "snapshot", "scenario", "health"):
        client.get(path)
    assert client.get("clock")["now"] == NINE


def test_advance_returns_passed_seconds() -> None:
    client = ControlClient()
    task = client.add("I like tea.")["task_id"]
    answer = client.post("clock", advance=2.5)
    assert (answer["now"], answer["passed_seconds"]) == ("2025-12-10T09:00:02.500Z", 2.5)
    assert answer["running_tasks"] == 1
    assert client.post("clock", advance=0.5)["running_tasks"] == 0
    assert client.status(task) == "completed"


def test_advance_to_accepts_times() -> None:
    client = ControlClient()
    assert client.post("clock", advance_to="2025-12-11")["passed_seconds"] == 15 * 3600
    assert client.post("clock", advance_to=1765411201000)["passed_seconds"] == 1


def test_run_until_idle_ends_timed_tasks() -> None:
    client = ControlClient(processing_delay=90)
    client.add("I like tea.")
    answer = client.post("clock", run_until_idle=True)
    assert (answer["passed_seconds"], answer["running_tasks"]) == (90, 0)


def test_mode_and_step_can_be_changed() -> None:
    client = ControlClient()
    answer = client.post("clock", mode="step", step_seconds=10)
    assert (answer["mode"], answer["step_seconds"], answer["passed_seconds"]) == ("step", 10, 0)
    client.add("I like tea.")
    assert client.get("clock")["now"] == "2025-12-10T09:00:10.000Z"


def test_move_and_mode_can_be_combined() -> None:
    client = ControlClient()
    answer = client.post("clock", advance=5, mode="real", speed=0.001)
    assert (answer["mode"], round(answer["passed_seconds"])) == ("real", 5)


def test_invalid_move_does_not_change_the_mode() -> None:
    client = ControlClient()
    client.expect_refusal("clock", {"advance": -1, "mode": "step"})
    assert client.get("clock")["mode"] == "manual"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"advance": -1},
         f"the clock cannot go backwards: it is {NINE}, 1 s after the requested time"),
        ({"advance_to": "2020-01-01"}, "cannot go backwards"),
        ({"advance": 1, "run_until_idle": True},
         "advance, advance_to and run_until_idle cannot be combined"),
        ({"advance_to": "tomorrow"}, "expected ISO 8601"),
        ({"advanse": 1}, ("unknown key 'advanse', did you mean 'advance'? "
         "Allowed: advance, advance_to, run_until_idle, mode, speed, step_seconds")),
        ({"mode": "manuel"},
         "mode: 'manuel' is unknown, did you mean 'manual'? Allowed: manual, step, real"),
    ],
)  # fmt: skip
def test_invalid_request_is_rejected(body: dict[str, Any], message: str) -> None:
    assert message in ControlClient().expect_refusal("clock", body)
