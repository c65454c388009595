"""What others pay for having mock-memos installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FORBIDDEN_MODULES = (
    "httpx", "respx", "requests", "responses", "starlette", "uvicorn", "yaml", "hypothesis",
    "asyncio", "unittest.mock",
)  # fmt: skip

OPTIONAL_MODULES = {
    "argparse", "ast", "asyncio", "concurrent", "configparser", "ctypes", "decimal", "difflib",
    "email", "fractions", "html", "http", "importlib.metadata", "inspect", "json", "logging",
    "multiprocessing", "optparse", "pdb", "pickle", "platform", "pydoc", "random", "sqlite3", "ssl",
    "statistics", "subprocess", "tarfile", "tempfile", "tokenize", "unittest", "urllib.request",
    "uuid", "xml", "zipfile", "zoneinfo",
}  # fmt: skip
"""Modules of the standard library that take a millisecond or more, or bring others that do."""

SERVE_MODULES = {
    "libraries": {"click", "httptools", "msgspec", "typing_extensions", "uvicorn", "uvloop"},
    "costly": {
        "argparse", "ast", "asyncio", "concurrent", "configparser", "decimal", "email", "fractions",
        "http", "inspect", "json", "logging", "multiprocessing", "pickle", "platform", "random",
        "ssl", "statistics", "subprocess", "tempfile", "tokenize", "uuid", "xml", "zipfile",
    },
}  # fmt: skip
"""All that a server may have loaded when it is ready. Take away what is no longer needed."""

SERVING = """
import os, signal, sys
before = set(sys.modules)
from mock_memos import cli
from mock_memos.cli import serve

def ready(*_):
    print(*(set(sys.modules) - before))
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGTERM)

serve._print_ready = ready
sys.exit(cli.main(["serve", "--port", "0", "--quiet"]))
"""
TESTING = """
import contextlib, io, sys, pytest
with contextlib.redirect_stdout(io.StringIO()):
    assert pytest.main(["-p", "no:cacheprovider", "--rootdir", sys.argv[1], *sys.argv[1:]]) == 0
print(*sys.modules)
"""


def modules_loaded_by(statement: str) -> set[str]:
    """Returns the modules that a statement loads in a new interpreter."""
    script = (
        "import sys; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*(set(sys.modules) - before), sep='\\n')"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(process.stdout.split())


@pytest.mark.parametrize(
    "module", ["mock_memos", "mock_memos.cli", "mock_memos.testing.in_process"]
)
def test_importing_it_imports_nothing_heavy(module: str) -> None:
    assert not modules_loaded_by(f"import {module}").intersection(FORBIDDEN_MODULES)


def test_plugin_adds_no_imports_to_pytest() -> None:
    extra = modules_loaded_by("import pytest; before = set(sys.modules); import pytest_mock_memos")
    assert extra == {"pytest_mock_memos", "pytest_mock_memos.options"}


def test_server_does_not_import_optional_modules() -> None:
    loaded = modules_loaded_by("import mock_memos.cli.serve")
    assert not loaded.intersection(("statistics", "zipfile", "mock_memos.content.documents"))
    assert not any(name.startswith("mock_memos.content.rules.english") for name in loaded)


def test_server_does_not_import_clients() -> None:
    assert not modules_loaded_by("import mock_memos.cli.serve").intersection(FORBIDDEN_MODULES[:4])


def test_only_the_recorder_is_built_on_a_framework() -> None:
    assert "starlette" not in modules_loaded_by(
        "import mock_memos.cli.serve, mock_memos.cli.record"
    )
    assert "starlette" in modules_loaded_by("import mock_memos.recording.proxy")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot signal itself there")
def test_ready_server_has_only_listed_modules() -> None:
    loaded = words_printed_by(SERVING)
    packages = {name.partition(".")[0] for name in loaded}
    libraries = {
        name
        for name in packages - sys.stdlib_module_names - {"mock_memos", "__mp_main__"}
        if "cython" not in name
    }
    assert libraries <= SERVE_MODULES["libraries"]
    assert loaded & OPTIONAL_MODULES <= SERVE_MODULES["costly"]


def test_run_without_fixture_loads_no_plugin_modules(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it():\n    pass\n")
    mine = words_printed_by(TESTING, str(tmp_path), "-p", "pytest_mock_memos")
    added = {"pytest_mock_memos", "pytest_mock_memos.options"}
    assert mine - words_printed_by(TESTING, str(tmp_path)) == added


def words_printed_by(script: str, *arguments: str) -> set[str]:
    """The words that a script prints, with no plugins of pytest but those it names."""
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(result.stdout.split())


def test_public_names_are_importable() -> None:
    import mock_memos

    for name in mock_memos.__all__:
        assert getattr(mock_memos, name) is not None
    assert dir(mock_memos) == sorted(set(mock_memos.__all__) - {"__version__"})
    assert mock_memos.strategies.messages is not None
    with pytest.raises(AttributeError, match="no attribute 'MockMemo'"):
        mock_memos.MockMemo  # noqa: B018


def test_strategies_are_importable_by_their_public_name() -> None:
    loaded = modules_loaded_by("from mock_memos.strategies import MemosMachine, messages")
    assert "mock_memos.testing.strategies.state_machine" in loaded
