"""Creates the ASGI application of a mock, for any ASGI server or test client."""

from collections.abc import Sequence
from typing import TextIO, Unpack

from mock_memos.core.settings_arguments import SettingsArguments
from mock_memos.engine.engine import Engine
from mock_memos.engine.setup import ScenarioSource, TaskPlans, resolve_setup
from mock_memos.server.access_log import AccessLog, LogFormat
from mock_memos.server.app import App


def create_app(
    *,
    scenario: ScenarioSource | Sequence[ScenarioSource] | None = None,
    tasks: TaskPlans = (),
    task_order: int = 0,
    api_keys: Sequence[str] = (),
    host: str | None = "127.0.0.1",
    control_token: str | None = None,
    access_log: TextIO | None = None,
    log_format: LogFormat = "text",
    **settings: Unpack[SettingsArguments],
) -> App:
    """Creates a mock as an ASGI application, with the options of `mock-memos serve`.

        uvicorn --factory mock_memos:create_app --port 8765

        app = create_app(scenario="guangzhou-hotel", clock="manual")
        client = starlette.testclient.TestClient(app, base_url="http://localhost")

    The clock is real by default, as in `serve`. Without `api_keys` any key is accepted, and each
    has its own data. A request whose `Host` header names neither `host` nor this machine gets
    HTTP 403; `host=None` accepts every name. `access_log` gets one line per call. The faults that
    break a connection need `mock-memos serve` or `MockMemosServer`: other servers do not let an
    application do that.

    Raises `UsageError` for an unknown setting and `ScenarioError` for a file with mistakes.
    """
    resolved, scenarios = resolve_setup(
        scenario, {"clock": "real", **settings}, tasks=tasks, task_order=task_order
    )
    engine = Engine(resolved, keys=api_keys, scenarios=scenarios)
    if access_log is None:
        return App(engine, host=host, control_token=control_token)
    log = AccessLog(access_log, log_format)
    engine.observers.append(log)
    return App(engine, host=host, control_token=control_token, rejected=log.write_rejected)
