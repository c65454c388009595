"""Docstrings, comments, messages, pages, scenarios and names of functions use plain words.

Not checked, because a service, a user or a language rule says it: inline code, quotations, fenced
code without its comments, strings in tests, strings in `content`.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BANNED = re.compile(
    r"\b(?:whoever|somebody|nobody|stands|told|tells?|said|besides?|but for|of (?:its|their) own"
    r"|for ever|gets? to (?:its|their) end|gives?(?! (?:up|way)\b)|there (?:is|are) no \w+ that"
    r"|(?:is|are) none|in (?:your |its |their |his )?hands?)\b",
    re.IGNORECASE,
)
MAX_TEST_NAME = 60
LONG_TEST = re.compile(rf"def test_\w{{{MAX_TEST_NAME - 4},}}")
QUOTED = re.compile(r"``?[^`\n]*``?|\"[^\"\n]*\"|“[^”\n]*”|\*[^*\n]+\*(?!\*)")
LANGUAGE_DATA = ("mock_memos/content/",)
"""Folders whose strings are words of English and Chinese."""
SCENARIO_KEYS = {"title", "description", "note", "name"}
ALLOWED: dict[str, tuple[str, ...]] = {"docs/scenarios.md": ("My boss said",)}
"""Phrases of a file that a user says."""

Found = Iterator[tuple[int, str]]
"""Lines with a banned word, by number."""


def findings(root: Path = ROOT) -> Iterator[tuple[str, int, str]]:
    """Yields file, line and text of each banned word in the project."""
    readers = {
        ".py": in_python, ".md": in_markdown, ".yaml": in_scenario,
        ".toml": in_comments, ".sh": in_comments, "": in_comments,
    }  # fmt: skip
    tops = ("mock_memos", "pytest_plugin", "tests", "benchmarks", "docs", "scenarios", ".ci")
    files = [
        *root.glob("*.md"),
        root / "pyproject.toml",
        *(file for top in tops for file in sorted((root / top).rglob("*"))),
    ]
    for file in files:
        name = file.relative_to(root).as_posix()
        if file.is_file() and (read := readers.get(file.suffix)):
            for line, text in read(file.read_text(encoding="utf-8"), name):
                if not any(phrase in text for phrase in ALLOWED.get(name, ())):
                    yield name, line, text


def in_python(text: str, name: str) -> Found:
    if not BANNED.search(" ".join(text.replace("_", " ").split())) and not LONG_TEST.search(text):
        return
    tree = ast.parse(text)
    docstrings = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                docstrings.add(statement.value)
                yield from lines_with(str(statement.value.value), statement.lineno)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if BANNED.search(node.name.replace("_", " ")):
                yield node.lineno, node.name
            elif LONG_TEST.fullmatch(f"def {node.name}"):
                yield node.lineno, f"{node.name} has {len(node.name)} characters"
    if not name.startswith(("tests/", *LANGUAGE_DATA)):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node not in docstrings:
                value = node.value if isinstance(node.value, str) else ""
                if " " in value.strip():
                    yield from ((node.lineno, line) for _, line in lines_with(value, 0))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from lines_with(token.string, token.start[0])


def in_markdown(text: str, name: str) -> Found:
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif fence:
            comment = re.search(r"(?:^|\s)#\s.*", line)
            yield from lines_with(comment[0] if comment else "", number)
        else:
            yield from lines_with(line, number)


def in_comments(text: str, name: str) -> Found:
    for number, line in enumerate(text.splitlines(), 1):
        comment = re.search(r"(?:^|\s)#\s.*", line)
        yield from lines_with(comment[0] if comment else "", number)


def in_scenario(text: str, name: str) -> Found:
    """Checks comments and the texts of `SCENARIO_KEYS`, including folded ones."""
    folded_at = -1
    for number, line in enumerate(text.splitlines(), 1):
        key = re.match(r"(\s*(?:- )?\{?)(\w+): (.*)", line)
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith("#") or (line.strip() and indent > folded_at >= 0):
            yield from lines_with(line, number)
            continue
        folded_at = -1
        if key and key[2] in SCENARIO_KEYS:
            folded_at = indent if key[3].startswith((">", "|")) else -1
            yield from lines_with(key[3].strip("\"'"), number)


def lines_with(text: str, first: int) -> Found:
    """Yields the lines with a banned word outside of inline code and quotations."""
    if not BANNED.search(" ".join(text.split())):
        return
    plain = re.sub(r" *\n *(?=\S)", "\n", QUOTED.sub(" ", text))
    for match in BANNED.finditer(plain.replace("\n", " ")):
        number = plain.count("\n", 0, match.start())
        yield first + number, f"[{match[0]}] {' '.join(plain.splitlines()[number].split())}"


def test_texts_have_no_banned_words() -> None:
    assert [f"{name}:{line}: {text}" for name, line, text in findings()] == []


@pytest.mark.parametrize(
    ("read", "text", "lines"),
    [
        (
            in_python,
            '"""Returns x.\n\nWhoever asks."""\n# but for y\nf("is none", "none")',
            [3, 4, 5],
        ),
        (in_python, f"def test_{'x' * 60}(): ...\ndef test_it_tells(): ...", [1, 2]),
        (in_markdown, "It gives.\n```yaml\ntold: x  # told\nsaid: y\n```\n`said`", [1, 3]),
        (in_comments, "told = 1\n# x\n  x  # told", [3]),
        (
            in_scenario,
            "title: Nobody\ndescription: >-\n  Told\nwith: {query: said}  # told",
            [1, 3],
        ),
    ],
)
def test_banned_words_are_found(
    read: Callable[[str, str], Found], text: str, lines: list[int]
) -> None:
    assert sorted(line for line, _ in read(text, "mock_memos/x.py")) == lines
