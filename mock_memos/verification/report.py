"""The result of a run: as text, as JSON, and as JUnit XML."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree import ElementTree as Tree

from mock_memos.core.text import pluralize
from mock_memos.verification.check import Check, CheckResult
from mock_memos.verification.coverage import UNCHECKED_ERRORS, count_by_error, count_by_operation
from mock_memos.verification.created_resources import format_remaining, remaining_as_json
from mock_memos.verification.runner import RunResult

LABELS: Final = {"same": "same", "differs": "DIFFERS", "skipped": "skipped"}


def format_result(result: CheckResult) -> str:
    """Returns one line with the fact, and a second one with the difference, if any."""
    check = result.check
    line = f"{LABELS[result.verdict]:<7}  {check.evidence:<10}  {check.fact}"
    return line if result.verdict == "same" else f"{line}\n{'':21}{check.name}: {result.detail}"


def text_report(run: RunResult) -> Iterator[str]:
    """Yields the lines of the report."""
    yield f"{'RESULT':<7}  {'EVIDENCE':<10}  FACT"
    yield from map(format_result, run.results)
    yield ""
    yield _summary(run)
    if run.interrupted:
        yield "The run was interrupted; the other facts were not checked."
    yield from format_remaining(run.remaining)
    if not run.remaining:
        yield "Everything that this run created was deleted."
    yield f"Messages of users verify-{run.run_id}-* stay: no API call deletes messages."


def format_plan(checks: Sequence[Check], all_checks: Sequence[Check], cost: str) -> Iterator[str]:
    """Yields the lines of a dry run: the selected checks, what they cover, and their cost."""
    yield f"{'EVIDENCE':<10}  FACT"
    for check in checks:
        operations = ", ".join(check.operations) or "no operation"
        yield f"{check.evidence:<10}  {check.fact}  ({operations})"
    yield ""
    for operation, count in count_by_operation(checks).items():
        yield f"{count:>4} about {operation}"
    for code, count in count_by_error(checks).items():
        yield f"{count:>4} about error {code}"
    for code in sorted(count_by_error(all_checks).keys() - count_by_error(checks).keys()):
        yield f"   - about error {code}: not selected; see --only and --quotas"
    for code, reason in UNCHECKED_ERRORS.items():
        yield f"   - about error {code}: {reason}"
    yield ""
    yield cost


def as_json(run: RunResult) -> str:
    """Returns the result as JSON."""
    document = {
        "run_id": run.run_id,
        "status": run.status,
        "calls": run.calls,
        "tokens": run.tokens,
        "interrupted": run.interrupted,
        "facts": [_fact_as_json(result) for result in run.results],
        "remaining": remaining_as_json(run.remaining),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_junit(run: RunResult) -> str:
    """Returns the result as JUnit XML. Warnings count as skipped."""
    failed = [r for r in run.results if r.counts_as_failure and r.verdict == "differs"]
    suite = Tree.Element(
        "testsuite",
        name="mock-memos verify",
        tests=str(len(run.results)),
        failures=str(len(failed)),
        skipped=str(len(run.results) - len(failed) - run.count("same")),
    )
    for result in run.results:
        check = result.check
        case = Tree.SubElement(suite, "testcase", classname=f"verify.{check.page}", name=check.name)
        if result.verdict != "same":
            element = "failure" if result in failed else "skipped"
            message = _printable(f"{check.evidence}: {result.detail}")
            Tree.SubElement(case, element, message=message).text = _printable(check.fact)
    Tree.indent(suite)
    return Tree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _summary(run: RunResult) -> str:
    differing = [result for result in run.results if result.verdict == "differs"]
    warnings = sum(not result.counts_as_failure for result in differing)
    assumed = f" ({warnings} of them only assumed)" if warnings else ""
    return (
        f"{pluralize(len(run.results), 'fact')}: {run.count('same')} same, "
        f"{len(differing)} differ{assumed}, {run.count('skipped')} skipped; "
        f"{pluralize(run.calls, 'call')}, about {pluralize(run.tokens, 'token')}."
    )


def _fact_as_json(result: CheckResult) -> dict[str, Any]:
    check = result.check
    fields = {
        "name": check.name,
        "page": check.page,
        "fact": check.fact,
        "evidence": check.evidence,
        "operations": list(check.operations),
        "errors": list(check.errors),
        "verdict": result.verdict,
        "path": result.path,
        "expected": result.expected,
        "actual": result.actual,
        "reason": result.reason,
    }
    return {name: value for name, value in fields.items() if value}


def _printable(text: str) -> str:
    """Replaces characters that XML cannot contain."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
