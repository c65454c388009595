"""The documentation is a test: what it shows runs, and what it names exists.

The word after a snippet's language says how it is meant to be run:

* ``python pytest``: a test file, run by pytest with warnings as errors;
* ``python page``: the same, but all blocks of the page so marked are one file;
* ``python run`` and ``shell run``: a separate script;
* ``python live``, ``shell live`` and ``javascript live``: the same with a running server and its
  two variables; JavaScript with node.

Every Python snippet must be marked. A shell snippet without a mark is only read: the commands of
mock-memos in it must exist.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from mock_memos.api.routes import API

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Snippet(NamedTuple):
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    mark: str
    code: str

    @property
    def location(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def snippets(*pages: Path) -> Iterator[Snippet]:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            yield Snippet(page, text.count("\n", 0, block.start()) + 1, *block.groups())


def join_page_blocks(blocks: Iterable[Snippet]) -> Iterator[Snippet]:
    """The blocks, those of a page that are marked `page` as one."""
    files: dict[Path, Snippet] = {}
    for block in blocks:
        if block.mark != "page":
            yield block
        elif first := files.get(block.page):
            files[block.page] = first._replace(code=f"{first.code}\n\n{block.code}")
        else:
            files[block.page] = block._replace(mark="pytest")
    yield from files.values()


def snippets_to_run() -> list[Snippet]:
    """Those to run. A block that both READMEs hold runs once."""
    results = [*join_page_blocks(snippets(*PAGES))]
    once = {(item.language, item.mark, item.code): item for item in reversed(results)}
    return [item for item in reversed(once.values()) if item.mark]


@pytest.mark.parametrize("snippet", snippets_to_run(), ids=lambda snippet: snippet.location)
def test_marked_snippet_runs(snippet: Snippet, tmp_path: Path) -> None:
    python = [sys.executable, "-W", "error"]
    command = {
        ("python", "pytest"): [*python, "-m", "pytest", "-q", "-ppytest_mock_memos", "test_it.py"],
        ("python", "run"): [*python, "test_it.py"],
        ("python", "live"): [*python, "test_it.py"],
        ("shell", "run"): ["bash", "-euo", "pipefail", "test_it.py"],
        ("shell", "live"): ["bash", "-euo", "pipefail", "test_it.py"],
        ("javascript", "run"): ["node", "test_it.mjs"],
        ("javascript", "live"): ["node", "test_it.mjs"],
    }[snippet.language, snippet.mark]
    for needed in ("curl", "node"):
        if needed in (command[0], *snippet.code.split()) and not shutil.which(needed):
            pytest.skip(f"this machine has no {needed}")
    (tmp_path / command[-1]).write_text(snippet.code, encoding="utf-8")
    if snippet.mark == "live":
        with running_server() as variables:
            output = run_command(command, tmp_path, variables)
    else:
        output = run_command(command, tmp_path, {})
    requests = re.findall(r"^curl .*MEMOS_BASE_URL/", snippet.code, re.MULTILINE)
    assert len(re.findall(r'^{"code":0', output, re.MULTILINE)) == len(requests), output
    assert '{"error":' not in output, output


def run_command(command: list[str], folder: Path, variables: dict[str, str]) -> str:
    """What a command prints. Its success is asserted, and so is that of everything it starts."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MEMOS_")
    }
    process = subprocess.run(
        command,
        cwd=folder,
        # Only our own plugin: others, such as schemathesis, take a second to import.
        env={**environment, "PATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@contextmanager
def running_server() -> Iterator[dict[str, str]]:
    """Starts `mock-memos serve`. Yields the variables that it prints."""
    command = [sys.executable, "-m", "mock_memos", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline().startswith("mock-memos ready http://")
            exports = [process.stdout.readline().strip() for _ in range(2)]
            yield dict(line.removeprefix("export ").split("=", 1) for line in exports)
        finally:
            process.terminate()


def test_python_snippets_are_marked() -> None:
    languages = ("python", "javascript")
    unmarked = [
        snippet.location
        for snippet in snippets(*PAGES)
        if snippet.language in languages and not snippet.mark
    ]
    assert not unmarked


def test_readmes_have_equal_snippets() -> None:
    english, chinese = (
        [(snippet.language, snippet.mark, snippet.code) for snippet in snippets(ROOT / name)]
        for name in READMES
    )
    assert english == chinese


def test_readme_starts_with_two_setup_commands() -> None:
    demo, tests, *_ = (
        snippet.code for snippet in snippets(ROOT / "README.md") if snippet.language == "shell"
    )
    for command in (demo, tests):
        assert command.startswith("python3 -m venv .venv && ")
        assert command.count("\n") == 1
    assert demo.endswith(".venv/bin/mock-memos demo\n")
    assert tests.endswith(".venv/bin/python -m pytest\n")


def documented_commands() -> list[str]:
    """Returns every `mock-memos` command in the pages."""
    results = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        typed = [
            snippet.code for snippet in snippets(page) if snippet.language in ("shell", "console")
        ]
        typed += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
        for code in typed:
            results.update(re.findall(r"(?:^|/|&& )mock-memos ([a-z]+)", code, re.MULTILINE))
    return sorted(results)


@pytest.mark.parametrize("command", documented_commands())
def test_command_in_docs_exists(command: str, tmp_path: Path) -> None:
    assert command in run_command(
        [sys.executable, "-m", "mock_memos", command, "--help"], tmp_path, {}
    )


@pytest.mark.parametrize("readme", READMES)
def test_readme_lists_all_operations(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    listed = re.findall(r"`([^`]+)`", text.split("operations -->")[1])
    assert listed == [route.path for route in API]


def anchors(page: Path) -> set[str]:
    """Returns the anchors that GitHub makes from the headings of a page."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text):
        file = page.parent / target if target else page
        assert file.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(file), f"{page.name} links to {target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_source_files_in_pages_exist(page: Path) -> None:
    for path in re.findall(r"`((?:\w+/)+\w+\.py)`", page.read_text(encoding="utf-8")):
        assert any((ROOT / folder / path).exists() for folder in ("", "mock_memos")), path
