"""What others pay for having mock-memos installed."""

import subprocess
import sys

import pytest

HEAVY = (
    "httpx", "respx", "requests", "responses", "starlette", "uvicorn", "yaml", "hypothesis",
    "asyncio", "unittest.mock",
)  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Which modules a fresh interpreter has after a statement, besides those it began with."""
    script = (
        "import sys; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*(set(sys.modules) - before), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["mock_memos", "mock_memos.cli", "mock_memos.inprocess"])
def test_importing_it_imports_nothing_heavy(module: str) -> None:
    assert not loaded_by(f"import {module}").intersection(HEAVY)


def test_the_plugin_adds_nothing_to_what_pytest_imports() -> None:
    extra = loaded_by("import pytest; before = set(sys.modules); import pytest_mock_memos")
    assert extra == {"pytest_mock_memos", "pytest_mock_memos.wanted"}


def test_the_server_does_not_import_what_only_some_calls_need() -> None:
    loaded = loaded_by("import mock_memos.serve")
    assert not loaded.intersection(("statistics", "zipfile", "mock_memos.documents"))
    assert not any(name.startswith("mock_memos.rules.english") for name in loaded)


def test_the_server_does_not_import_the_clients() -> None:
    assert not loaded_by("import mock_memos.serve").intersection(HEAVY[:4])


def test_only_the_recorder_is_built_on_a_framework() -> None:
    assert "starlette" not in loaded_by("import mock_memos.serve, mock_memos.record.command")
    assert "starlette" in loaded_by("import mock_memos.record.proxy")


def test_the_product_is_found_under_its_short_names() -> None:
    import mock_memos

    assert mock_memos.MockMemos.__module__ == "mock_memos.inprocess"
    assert mock_memos.MockMemosServer.__module__ == "mock_memos.live"
    assert mock_memos.Settings.__module__ == "mock_memos.settings"
    with pytest.raises(AttributeError, match="no attribute 'MockMemo'"):
        mock_memos.MockMemo  # noqa: B018
