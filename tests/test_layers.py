"""The import ladder: a module knows its own rung and the rungs above it, and nothing below."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

LADDER: dict[str, tuple[str, ...]] = {
    "values": (
        "calls", "evidence", "errors", "settings", "options", "clock", "ids", "models", "trees",
        "records", "hints", "reading", "schemas", "questions", "findings",
        "addresses",
    ),
    "mechanisms": (
        "words", "tokens", "ranking", "rules", "fast", "authoring", "attachments", "documents",
        "multipart", "match", "filters", "scenario", "story", "tables", "shelves", "schedule",
        "interleavings", "journal", "misses", "exports", "faults", "quotas",
    ),
    "world": ("world",),
    "behaviour": ("api", "control"),
    "routes": ("routes", "notes", "openapi"),
    "engine": ("engine", "routing", "authentication", "orders", "leaning", "noting"),
    "doors": (
        "face", "guard", "service", "remote", "report", "logs", "line", "asgi", "live", "serve",
        "httpx_door", "requests_door", "inprocess", "verify", "record", "stages", "narrator",
        "demo", "strategies", "fidelity", "cli", "__main__", "__init__",
    ),
    "plugin": ("pytest_mock_memos",),
}  # fmt: skip
"""Each rung with its modules, top first. A package stands for everything in it."""

WIRE = (
    "anyio", "httpcore", "httptools", "httpx", "requests", "responses",
    "respx", "starlette", "urllib3", "uvicorn", "uvloop",
)  # fmt: skip
HOME: dict[str, set[str]] = {
    "msgspec": set(LADDER),
    "yaml": {"mechanisms", "doors"},
    "python_multipart": {"mechanisms"},
    "hypothesis": {"doors"},
    "pytest": {"plugin"},
} | {library: {"doors"} for library in WIRE}
"""Which rungs may import a library. One that is not named here may be imported nowhere."""

CHECKS_KNOW = ("addresses", "clock", "errors", "evidence", "tokens")
"""What the checks of the contract, and whatever they need, may know of the double."""

CHANCE = {"random", "secrets", "uuid"}
CLOCK_READERS = {
    "time": {
        "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
        "process_time", "process_time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime",
    },
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
}  # fmt: skip


class Module(NamedTuple):
    """A source file under the name that others import it by."""

    name: str
    path: Path

    @property
    def rung(self) -> str | None:
        parts = self.name.split(".")
        place = parts[0] if parts[0] == "pytest_mock_memos" else (parts[1:] or ["__init__"])[0]
        return next((rung for rung, names in LADDER.items() if place in names), None)

    @property
    def file(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


class Import(NamedTuple):
    source: Module
    target: str
    line: int
    for_types_only: bool = False

    @property
    def where(self) -> str:
        return f"{self.source.file}:{self.line}: {self.source.name} imports {self.target}"


@cache
def modules() -> dict[str, Module]:
    found = {}
    for base, package in ((ROOT, "mock_memos"), (ROOT / "pytest_plugin", "pytest_mock_memos")):
        for path in sorted((base / package).rglob("*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path)
    return found


@cache
def tree(module: Module) -> ast.Module:
    return ast.parse(module.path.read_text(encoding="utf-8"), module.file)


@cache
def imports() -> tuple[Import, ...]:
    """Every import of every module, wherever in the file it stands; ours by their full names."""
    return tuple(found for module in modules().values() for found in _imports(module))


def _imports(module: Module) -> Iterator[Import]:
    for node in ast.walk(tree(module)):
        unseen = id(node) in _seen_by_type_checkers_only(module)
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, unseen)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(module, node)
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                target = inner if inner in modules() else origin
                yield Import(module, target, node.lineno, unseen)


@cache
def _seen_by_type_checkers_only(module: Module) -> set[int]:
    return {
        id(inner)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    if module.path.name != "__init__.py":
        package.pop()
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, node.module] if node.module else package)


def show_ladder() -> str:
    rows = (f"  {rung:<11}{' '.join(names)}" for rung, names in LADDER.items())
    return "\n".join(["A module may import from its own rung and from those above it:", *rows])


def test_every_module_stands_on_a_rung() -> None:
    lost = [module.file for module in modules().values() if module.rung is None]
    assert not lost, f"name these modules in LADDER: {', '.join(lost)}\n{show_ladder()}"


def test_every_arrow_points_up_the_ladder() -> None:
    order = list(LADDER)
    downward = []
    for arrow in imports():
        source, target = arrow.source.rung, getattr(modules().get(arrow.target), "rung", None)
        if source and target and order.index(target) > order.index(source):
            downward.append(f"{arrow.where}, but {source} stands above {target}")
    assert not downward, "\n".join([*downward, show_ladder()])


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for arrow in imports():
        if arrow.target in graph and not arrow.for_types_only:
            graph[arrow.source.name].add(arrow.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        pytest.fail(" imports ".join(reversed(problem.args[1])))


def test_a_library_is_imported_only_where_it_belongs() -> None:
    astray = []
    for arrow in imports():
        library = arrow.target.split(".")[0]
        if library in sys.stdlib_module_names | {"mock_memos", "pytest_mock_memos"}:
            continue
        rungs = HOME.get(library, set())
        if arrow.source.rung and arrow.source.rung not in rungs:
            astray.append(f"{arrow.where}; allowed in: {', '.join(sorted(rungs)) or 'no rung'}")
    assert not astray, "\n".join(astray)


def test_nothing_is_left_to_chance_and_only_ids_makes_identifiers() -> None:
    for arrow in imports():
        assert arrow.target.split(".")[0] not in CHANCE, arrow.where
    for module, node in nodes():
        line = f"{module.file}:{node.lineno}"
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
        assert call != "hash", f"{line}: hash() differs from process to process"
        assert not _reads(node, {"os": {"urandom"}}), f"{line}: os.urandom is chance"


def test_only_the_clock_reads_the_wall_clock() -> None:
    for module, node in nodes():
        if module.name != "mock_memos.clock":
            read = _reads(node, CLOCK_READERS)
            assert not read, f"{module.file}:{node.lineno}: {read} reads the wall clock"


def test_the_checks_know_an_http_client_and_nothing_of_the_engine() -> None:
    known = {f"mock_memos.{name}" for name in CHECKS_KNOW}
    todo = [name for name in modules() if name.startswith("mock_memos.verify.checks")]
    todo.append("mock_memos.verify.run")
    seen = set(todo)
    for name in todo:
        for arrow in imports():
            if arrow.source.name == name and arrow.target in modules():
                ours = arrow.target.startswith("mock_memos.verify")
                assert ours or arrow.target in known, arrow.where
                if ours and arrow.target not in seen:
                    seen.add(arrow.target)
                    todo.append(arrow.target)
    assert "mock_memos.verify.target" in seen


def nodes() -> Iterator[tuple[Module, ast.expr | ast.stmt]]:
    for module in modules().values():
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.expr | ast.stmt):
                yield module, node


def _reads(node: ast.AST, readers: dict[str, set[str]]) -> str:
    """`"time.monotonic"` when the node names it, as an attribute or in an import."""
    if isinstance(node, ast.Attribute):
        owner = (
            node.value.attr
            if isinstance(node.value, ast.Attribute)
            else getattr(node.value, "id", "")
        )
        if node.attr in readers.get(owner, set()):
            return f"{owner}.{node.attr}"
    if isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            if alias.name in readers.get(node.module, set()):
                return f"{node.module}.{alias.name}"
    return ""
