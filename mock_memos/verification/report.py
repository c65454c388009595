"""The outcome of a run: for people, as JSON, and as JUnit XML."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree import ElementTree as Tree

from mock_memos.verification.check import Check, Outcome
from mock_memos.verification.coverage import UNASKED, errors_of, operations_of
from mock_memos.verification.created_resources import as_objects, named
from mock_memos.verification.runner import Record

SHOWN: Final = {"same": "same", "differs": "DIFFERS", "not asked": "not asked"}


def row(outcome: Outcome) -> str:
    """A fact in a line, and what differed in another."""
    check = outcome.check
    line = f"{SHOWN[outcome.result]:<9}  {check.evidence:<10}  {check.fact}"
    return line if outcome.result == "same" else f"{line}\n{'':23}{check.name}: {outcome.told}"


def table(record: Record) -> Iterator[str]:
    """The whole outcome, in lines."""
    yield f"{'RESULT':<9}  {'EVIDENCE':<10}  FACT"
    yield from map(row, record.outcomes)
    yield ""
    yield _sum(record)
    if record.interrupted:
        yield "The run was interrupted; the other facts were not asked."
    yield from _left(record)


def plan(checks: Sequence[Check], every: Sequence[Check], budget: str) -> Iterator[str]:
    """What a run would ask of every check there is, and what it covers."""
    yield f"{'EVIDENCE':<10}  FACT"
    for check in checks:
        about = ", ".join(check.operations) or "no operation"
        yield f"{check.evidence:<10}  {check.fact}  ({about})"
    yield ""
    for operation, count in operations_of(checks).items():
        yield f"{count:>4} about {operation}"
    for code, count in errors_of(checks).items():
        yield f"{count:>4} about error {code}"
    for code in sorted(errors_of(every).keys() - errors_of(checks).keys()):
        yield f"   - about error {code}: left out of this run by --only, or by the lack of --quotas"
    for code, why in UNASKED.items():
        yield f"   - about error {code}: {why}"
    yield ""
    yield budget


def as_json(record: Record) -> str:
    """The outcome as JSON."""
    told = {
        "run": record.run,
        "status": record.status,
        "calls": record.calls,
        "tokens": record.tokens,
        "interrupted": record.interrupted,
        "facts": [_as_object(outcome) for outcome in record.outcomes],
        "left": as_objects(record.left),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def as_junit(record: Record) -> str:
    """The outcome as JUnit XML: a warning and a fact that was not asked count as skipped."""
    failed = [one for one in record.outcomes if one.weighs and one.result == "differs"]
    passed = record.count("same")
    suite = Tree.Element(
        "testsuite",
        name="mock-memos verify",
        tests=str(len(record.outcomes)),
        failures=str(len(failed)),
        skipped=str(len(record.outcomes) - len(failed) - passed),
    )
    for outcome in record.outcomes:
        check = outcome.check
        case = Tree.SubElement(suite, "testcase", classname=f"verify.{check.page}", name=check.name)
        if outcome.result != "same":
            kind = "failure" if outcome in failed else "skipped"
            said = f"{check.evidence}: {outcome.told}"
            Tree.SubElement(case, kind, message=_plain(said)).text = _plain(check.fact)
    Tree.indent(suite)
    return Tree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _sum(record: Record) -> str:
    differing = [one for one in record.outcomes if one.result == "differs"]
    warnings = sum(not one.weighs for one in differing)
    assumed = f" ({warnings} of them only assumed)" if warnings else ""
    return (
        f"{len(record.outcomes)} facts: {record.count('same')} same, {len(differing)} differ"
        f"{assumed}, {record.count('not asked')} not asked; "
        f"{record.calls} calls, about {record.tokens} tokens."
    )


def _left(record: Record) -> Iterator[str]:
    yield from named(record.left)
    if not record.left:
        yield "Everything that this run made was deleted."
    yield (
        f"Messages of users verify-{record.run}-* stay: the API has no call that deletes messages."
    )


def _as_object(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    said = {
        "name": check.name,
        "page": check.page,
        "fact": check.fact,
        "evidence": check.evidence,
        "operations": list(check.operations),
        "errors": list(check.errors),
        "result": outcome.result,
        "where": outcome.where,
        "expected": outcome.expected,
        "came": outcome.came,
        "reason": outcome.reason,
    }
    return {name: value for name, value in said.items() if value}


def _plain(text: str) -> str:
    """Text without what XML cannot hold."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
