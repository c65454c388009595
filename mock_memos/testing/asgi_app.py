"""The mock as an ASGI application, for servers and clients that tests start themselves."""

from collections.abc import Sequence
from typing import Unpack

from mock_memos.core.settings_arguments import SettingsArguments
from mock_memos.engine.engine import Engine
from mock_memos.server.app import App
from mock_memos.testing.setup import ScenarioSource, TaskPlans, resolve_setup


def create_app(
    *,
    scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
    tasks: TaskPlans = (),
    task_order: int = 0,
    host: str | None = "127.0.0.1",
    control_token: str | None = None,
    **settings: Unpack[SettingsArguments],
) -> App:
    """Returns an ASGI application that serves the mock and its control API.

        httpx.AsyncClient(transport=httpx.ASGITransport(create_app(clock="manual")))

    Each API key has its own world. Requests with a Host header other than `host` or localhost are
    rejected; None turns the check off. Does not start a server. Raises `UsageError` for an unknown
    setting.
    """
    chosen, scenarios = resolve_setup(scenario, settings, tasks=tasks, task_order=task_order)
    engine = Engine(chosen, scenarios=scenarios)
    return App(engine, host=host, control_token=control_token)
