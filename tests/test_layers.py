"""The layers: a module imports from its own room and from rooms further down, and nothing else."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

LADDER = (
    "pytest_mock_memos", "mock_memos", "cli", "verification", "recording", "testing", "server",
    "interception", "engine", "api", "control", "simulation", "scenario", "faults", "journal",
    "content", "core",
)  # fmt: skip
"""The rooms, top first. `mock_memos` is what lies directly in the package."""

ENTRY_MODULES = {
    "engine": {"engine", "error_replies", "setup"},
    "server": {"access_log", "app", "factory", "host_check", "socket", "uvicorn_server"},
    "interception": {"httpx_transport", "requests_adapter"},
    "recording": {
        "composer", "exchange", "merge", "proxy", "recording_file", "redaction", "upstream",
    },
    "journal": {"exports", "id_map", "journal", "near_misses"},
    "faults": {"effects", "parsing", "presets", "rules"},
    "control": {"base", "clock", "faults", "journal", "routes", "tasks", "worlds"},
}  # fmt: skip
"""The modules of a small room that other rooms may import."""

WIRE = (
    "anyio", "httpcore", "httptools", "httpx", "requests", "responses",
    "respx", "starlette", "urllib3", "uvicorn", "uvloop",
)  # fmt: skip
WIRE_ROOMS = {"cli", "verification", "recording", "testing", "server", "interception"}
LIBRARY_ROOMS: dict[str, set[str]] = {
    "msgspec": set(LADDER),
    "yaml": {"content", "scenario", "cli"},
    "ruamel": {"recording"},
    "python_multipart": {"api"},
    "Stemmer": {"content"},
    "hypothesis": {"testing"},
    "pytest": {"pytest_mock_memos"},
} | dict.fromkeys(WIRE, WIRE_ROOMS)
"""The rooms that may import a library. A library that is not named here may not be imported."""

CHECKS_KNOW = (
    "addresses", "calls", "clock", "errors", "evidence", "request_facts", "service_errors",
    "suggestions",
)  # fmt: skip
"""The modules of core that the checks of the contract, and what they import, may import."""

MOST_MODULES = 18
"""Modules that may lie directly in one folder, `__init__` not counted."""
MANY_MODULES = {"mock_memos/verification/checks"}
"""One module for each page of facts."""

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
    def room(self) -> str:
        parts = self.path.relative_to(ROOT).parts
        return parts[1] if len(parts) > 2 else parts[0]

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
    by_name = {}
    for base, package in ((ROOT, "mock_memos"), (ROOT / "pytest_plugin", "pytest_mock_memos")):
        for path in sorted((base / package).rglob("*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            by_name[name] = Module(name, path)
    return by_name


@cache
def tree(module: Module) -> ast.Module:
    return ast.parse(module.path.read_text(encoding="utf-8"), module.file)


@cache
def imports() -> tuple[Import, ...]:
    """Returns every import of every module; ours by their full names."""
    return tuple(imported for module in modules().values() for imported in _imports(module))


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


def test_every_module_is_in_a_room() -> None:
    lost = [module.file for module in modules().values() if module.room not in LADDER]
    assert not lost, f"add the room of these modules to LADDER: {', '.join(lost)}"


def test_no_module_imports_from_a_higher_room() -> None:
    upward = []
    for arrow in imports():
        target = modules().get(arrow.target)
        if target is None:
            continue
        if LADDER.index(target.room) < LADDER.index(arrow.source.room):
            upward.append(f"{arrow.where}, but {target.room} is above {arrow.source.room}")
    assert not upward, "\n".join([*upward, f"The rooms, top first: {', '.join(LADDER)}"])


def test_other_rooms_import_only_entry_modules_of_a_small_room() -> None:
    inner = []
    for arrow in imports():
        target = modules().get(arrow.target)
        if target is None or target.room == arrow.source.room or target.room not in ENTRY_MODULES:
            continue
        if target.name.split(".")[2] not in ENTRY_MODULES[target.room]:
            inner.append(f"{arrow.where}, which is not an entry module of {target.room}")
    assert not inner, "\n".join(inner)


def test_entry_modules_exist() -> None:
    for room, names in ENTRY_MODULES.items():
        assert names <= {name.rpartition(".")[2] for name in modules() if f".{room}." in name}


def test_no_class_name_is_defined_twice() -> None:
    places = defaultdict(list)
    for module in modules().values():
        for node in tree(module).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module.file)
    assert not {name: files for name, files in places.items() if len(files) > 1}


def test_imports_have_no_cycle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for arrow in imports():
        # A package that is imported on the way to one of its modules is not an import of it.
        if arrow.target in graph and not arrow.for_types_only:
            graph[arrow.source.name].add(arrow.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        pytest.fail(" imports ".join(reversed(problem.args[1])))


def test_a_folder_has_at_most_eighteen_modules() -> None:
    folders: dict[str, int] = defaultdict(int)
    for module in modules().values():
        if module.path.name != "__init__.py":
            folders[module.path.parent.relative_to(ROOT).as_posix()] += 1
    crowded = {
        name: count
        for name, count in folders.items()
        if count > MOST_MODULES and name not in MANY_MODULES
    }
    assert not crowded
    assert folders["mock_memos"] <= 4
    assert len({module.room for module in modules().values()} - {"mock_memos"}) <= 16


def test_a_library_is_imported_only_where_it_belongs() -> None:
    astray = []
    for arrow in imports():
        library = arrow.target.split(".")[0]
        if library in sys.stdlib_module_names | {"mock_memos", "pytest_mock_memos"}:
            continue
        rooms = LIBRARY_ROOMS.get(library, set())
        if arrow.source.room not in rooms:
            astray.append(f"{arrow.where}; allowed in: {', '.join(sorted(rooms)) or 'no room'}")
    assert not astray, "\n".join(astray)


def test_no_module_uses_randomness() -> None:
    for arrow in imports():
        assert arrow.target.split(".")[0] not in CHANCE, arrow.where
    for module, node in nodes():
        line = f"{module.file}:{node.lineno}"
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
        assert call != "hash", f"{line}: hash() differs from process to process"
        assert not _reads(node, {"os": {"urandom"}}), f"{line}: os.urandom is chance"


def test_only_the_clock_reads_the_wall_clock() -> None:
    for module, node in nodes():
        if module.name != "mock_memos.core.clock":
            read = _reads(node, CLOCK_READERS)
            assert not read, f"{module.file}:{node.lineno}: {read} reads the wall clock"


def test_checks_do_not_import_the_engine() -> None:
    known = {f"mock_memos.core.{name}" for name in CHECKS_KNOW} | {"mock_memos.content.token_count"}
    todo = [name for name in modules() if name.startswith("mock_memos.verification.checks")]
    todo.append("mock_memos.verification.runner")
    reached = set(todo)
    for name in todo:
        for arrow in imports():
            if arrow.source.name == name and arrow.target in modules():
                ours = arrow.target.startswith("mock_memos.verification")
                assert ours or arrow.target in known, arrow.where
                if ours and arrow.target not in reached:
                    reached.add(arrow.target)
                    todo.append(arrow.target)
    assert "mock_memos.verification.service" in reached


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
