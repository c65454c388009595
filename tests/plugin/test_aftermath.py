"""However a run ends, nothing of it is left: no thread, no socket, no patch, no variable."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from respx.mocks import HTTPCoreMocker

from tests.plugin.test_plugin import dedent, run

ENDS = {
    "errors in setup": """
        @pytest.fixture
        def broken(mock_memos, mock_memos_live):
            raise ZeroDivisionError

        def test_it(broken):
            pass
    """,
    "a wrong setting": """
        @pytest.mark.mock_memos(sead=1)
        def test_it(mock_memos_live, mock_memos):
            pass
    """,
    "errors in teardown": """
        @pytest.fixture
        def broken(mock_memos, mock_memos_live):
            yield
            raise ZeroDivisionError

        def test_it(broken):
            pass
    """,
    "an error in a thread of the application": """
        import threading

        def test_it(mock_memos, mock_memos_live):
            def work():
                post("add/message")
                raise ZeroDivisionError
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
    """,
    "an interrupt from the keyboard": """
        shop = __import__("pytest_mock_memos").memos_fixture(scope="module")

        def test_it(shop, mock_memos, mock_memos_factory, mock_memos_live):
            mock_memos_factory(seed=3)
            with mock_memos.sandbox():
                raise KeyboardInterrupt
    """,
}


def around() -> tuple[object, ...]:
    """What a run could leave behind in its process."""
    variables = {name: to for name, to in os.environ.items() if not name.startswith("PYTEST_")}
    patched = (
        socket.getaddrinfo, list(HTTPCoreMocker.routers), requests.Session.get_adapter,
        requests.adapters.HTTPAdapter.send,
    )  # fmt: skip
    return variables, threading.enumerate(), *patched


@pytest.fixture
def nothing_left(pytester: pytest.Pytester) -> Iterator[None]:
    before = around()
    yield
    assert around() == before


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_left_after(pytester: pytest.Pytester, end: str) -> None:
    tests = """
    @pytest.fixture(autouse=True, scope="session")
    def seen(mock_memos_server):
        with open("port.txt", "w") as file:
            file.write(mock_memos_server.url.rpartition(":")[2])
    """
    result = run(pytester, dedent(tests) + dedent(ENDS[end]), no_reraise_ctrlc=True)
    assert result.ret != 0
    port = int((pytester.path / "port.txt").read_text("utf-8"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_fixture_teardown_still_reaches_the_mock(pytester: pytest.Pytester) -> None:
    tests = """
    order = []

    @pytest.fixture
    def application(mock_memos, mock_memos_live):
        yield
        order.append((post("add/message")["code"], len(mock_memos_live.tasks)))

    @pytest.fixture
    def before():
        yield
        order.append("MEMOS_API_KEY" in os.environ)

    def test_it(before, application):
        pass

    def test_order():
        assert order == [(0, 1), False]
    """
    run(pytester, dedent(tests)).assert_outcomes(passed=2)
