"""The pages `docs/fidelity.md` and `docs/api.md`, made from the same data as the service.

`python -m mock_memos.api.reference_pages` writes them anew in a checkout; with the path of an
evidence file it prints the first page as that file makes it.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from mock_memos.api.evidence import observations as found_out
from mock_memos.api.evidence.observations import NOTHING, Findings
from mock_memos.api.evidence.open_questions import QUESTIONS
from mock_memos.api.evidence.operation_notes import NOTES, TAGS
from mock_memos.api.models.base import Model, Request
from mock_memos.api.models.inspection import abouts
from mock_memos.api.openapi import tag_of
from mock_memos.api.openapi.schemas import Schema, schemas_of
from mock_memos.api.routes import API
from mock_memos.control.routes import CONTROL
from mock_memos.core.addresses import CONTROL_PREFIX, PREFIXES
from mock_memos.core.service_errors import ASSUMED_USES, ERRORS, OURS
from mock_memos.core.settings import Settings
from mock_memos.core.type_inspection import literals_of, struct_fields, structs_in

DOCS: Final = Path(__file__).parent.parent.parent / "docs"

_MADE = """\
<!-- Made by `python -m mock_memos.api.reference_pages` -->
"""

_FIDELITY = """\
How much of what mock-memos serves is known to be so, and from where. Nothing here is a promise of
the real service.

| evidence | meaning |
| --- | --- |
| documented | the official documentation says it |
| sdk | the code of an official client shows it |
| observed | seen in answers of the live service |
| assumed | ours, until somebody checks |
"""

_API = """\
Every operation of the API, below `{prefix}` (and `{other}`), and how close it
comes. `mock-memos openapi` prints the whole description, and a running server shows it at
`/_mock/docs`. [fidelity.md](fidelity.md) has the evidence for each field and error.
"""

_CONTROL = """\
Below `{prefix}`, for tests in any language. It is no part of MemOS. A call acts on the world of the
API key that it carries; it leaves no trace in the journal and takes no time. Answers are JSON
objects, errors are `{{"error": {{"code", "message", "hint"}}}}`.
"""

Row = tuple[str, ...]


def fidelity_page(findings: Findings = NOTHING) -> str:
    """What is known, and from where: operations, fields, errors, and what is not known."""
    return _page(
        "# Fidelity",
        _MADE,
        _FIDELITY,
        _summary(findings),
        "## What is not known",
        "What only the real service could tell. A switch is a setting that gives another answer; "
        "*fault* means that the alternative can be injected.",
        _table(("unknown", "here", "to change it"), _questions(findings)),
        "## Operations",
        _table(("operation", "evidence", "what it does"), _operations(findings)),
        "## Fields",
        "*R* marks what a request must have; *S*, what strict mode wants too.",
        *_fields(findings),
        "## Errors",
        "HTTP statuses of 4xxxx are assumed, the 500 of 5xxxx was observed. A message in italics "
        "is ours: no official text is known.",
        _table(("code", "message", "HTTP", "evidence", "when"), _errors(findings)),
    )


def api_page() -> str:
    """What each operation simulates, simplifies and assumes; and the control API."""
    return _page(
        "# The API",
        _MADE,
        _API.format(prefix=PREFIXES[0], other=PREFIXES[1]),
        _table(("operation", "simulated", "simplified", "assumed"), _closeness()),
        "## Control API",
        _CONTROL.format(prefix=CONTROL_PREFIX),
        _table(("verb", "what it does", "fields"), _verbs()),
    )


PAGES: Final = {"fidelity.md": fidelity_page, "api.md": api_page}


def main(arguments: Sequence[str] = ()) -> None:
    """Write the pages, or print the first one with the evidence of a file."""
    for path in arguments:
        sys.stdout.write(fidelity_page(found_out.load(path)))
    if not arguments:
        for name, page in PAGES.items():
            (DOCS / name).write_text(page(), encoding="utf-8")


def _summary(findings: Findings) -> str:
    """How many fields and errors have which evidence."""
    fields = Counter(
        findings.evidence(f"{model.__name__}.{name}", said.evidence)
        for model in _models()
        for name, said in abouts(model).items()
    )
    errors = Counter(error.evidence for error in ERRORS.values())
    found = [f"{number} {name}" for name, number in sorted(fields.items())]
    return (
        f"{len(API)} operations, {fields.total()} fields ({', '.join(found)}), "
        f"{errors.total()} errors, {len(QUESTIONS)} open questions."
    )


def _questions(findings: Findings) -> Iterator[Row]:
    for question in QUESTIONS:
        ways = [_switch(question.switch)] if question.switch else []
        ways += ["*fault*"] if question.fault else []
        seen = findings.saw(f"switch {question.switch}")
        default = question.default + (f". So it was seen on {findings.date}" if seen else "")
        yield question.unknown, default, "; ".join(ways) or "–"


def _switch(name: str) -> str:
    """A setting with its alternatives, the default first."""
    default = getattr(Settings(), name)
    if literals := literals_of(struct_fields(Settings)[name].types):
        values = [f'"{value}"' for value in literals]
    elif isinstance(default, bool):
        values = ["false", "true"] if default is False else ["true", "false"]
    else:
        values = [str(default)]
    return f"`{name}`: {', '.join(values)}"


def _operations(findings: Findings) -> Iterator[Row]:
    for route in API:
        evidence = findings.evidence(f"operation {route.path}", route.evidence)
        yield f"`{route.method} {route.path}`", evidence, route.summary


def _fields(findings: Findings) -> Iterator[str]:
    """A heading and a table for each struct, in the order of the operations."""
    models = list(_models())
    _, parts = schemas_of(models)
    for model in models:
        if rows := list(_rows(model, parts[model.__name__], findings)):
            yield f"### {model.__name__}"
            yield _table(("field", "type", "", "evidence", "what it is"), rows)


def _models() -> Iterable[type[Request] | type[Model]]:
    kinds = [kind for route in API for kind in (route.request, route.response, route.event)]
    found = dict.fromkeys(model for kind in kinds for model in structs_in(kind))
    return [model for model in found if issubclass(model, Request | Model)]


def _rows(model: type[msgspec.Struct], part: Schema, findings: Findings) -> Iterator[Row]:
    for name, said in abouts(model).items():
        field = part["properties"][name]
        mark = "S" if said.required == "strict" else "R" if said.required else ""
        about = field.get("description", "")
        if said.alias_of:
            about += f"; stands for {said.alias_of}"
        evidence = findings.evidence(f"{model.__name__}.{name}", said.evidence)
        yield f"`{name}`", _type(field), mark, evidence, about


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))


def _errors(findings: Findings) -> Iterator[Row]:
    for error in ERRORS.values():
        text = f"*{error.message}*" if error.code in OURS else error.message
        when = error.note or "only as a fault"
        evidence: str = error.evidence
        if error.code in ASSUMED_USES:
            evidence += f"; its use {findings.evidence(f'error {error.code}', 'assumed')}"
        yield str(error.code), text, str(error.status), evidence, when


def _closeness() -> Iterator[Row]:
    group = ""
    for route in API:
        if (tag := tag_of(route)) != group:
            group = tag
            yield f"**{TAGS[tag]}**", "", "", ""
        note = NOTES[route.path]
        name = f"`{route.method} {route.path}`" if route.method == "GET" else f"`{route.path}`"
        yield name, note.simulated, note.simplified, note.assumed


def _verbs() -> Iterator[Row]:
    for verb in CONTROL:
        fields = ", ".join(f"`{name}`" for name in verb.request.__struct_fields__)
        summary = verb.summary if verb.needs_key else f"{verb.summary}. Needs no key"
        yield f"`{verb.method} {verb.path}`", summary, fields


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: Any) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _page(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
