"""Tool use: what was asked, called and returned; the schemas of tools; a skill from many calls."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.content.text_analysis import content_words, has_cjk
from mock_memos.core.records import Draft, Message, Skill, Tool

MIN_SKILL_ROUNDS: Final = 5

_LONGEST_RESULT = 600
_OPEN, _CLOSE = "<tool_schema>", "</tool_schema>"
_FAILURE = re.compile(
    r"\b(?:errors?|exceptions?|fail(?:ed|ure)?|traceback|timed? ?out|denied|unauthorized|forbidden"
    r"|unavailable|not found|\w{1,40}(?:Error|Exception))\b|失败|错误|异常|超时|出错|无法|找不到",
    re.IGNORECASE,
)
_NO_FAILURE = re.compile(
    r"\b(?:no|0|without|zero) (?:errors?|exceptions?|failures?)\b|(?:没有|无|未出现)(?:错误|异常)",
    re.IGNORECASE,
)
_ERROR_NAME = re.compile(r"\b\w{1,40}(?:Error|Exception)\b")
_FAILED_WORDS = frozenset("error failed failure fail exception timeout".split())


class ToolCall(NamedTuple):
    id: str
    name: str
    arguments: str


class ToolResult(NamedTuple):
    """A call with what it returned; `error` is empty when it went well, None without a result."""

    call: ToolCall
    result: str
    error: str | None


class ToolRound(NamedTuple):
    """One step of the assistant: some calls and their results. `asked` is the user's last text."""

    asked: str
    outcomes: tuple[ToolResult, ...]


def parse_tool_calls(tool_calls: Any) -> list[ToolCall]:
    """Tool calls in either form, `{id, name, arguments}` or with a `function` inside."""
    calls = []
    for said in tool_calls or ():
        if not isinstance(said, dict):
            continue
        inner = said.get("function")
        function = inner if isinstance(inner, dict) else said
        arguments = function.get("arguments") or ""
        if not isinstance(arguments, str):
            arguments = _compact(arguments)
        calls.append(
            ToolCall(str(said.get("id") or ""), str(function.get("name") or "tool"), arguments)
        )
    return calls


def group_rounds(messages: Sequence[Message]) -> list[ToolRound]:
    """The rounds of tool calls in a conversation that got at least one result."""
    found: list[ToolRound] = []
    asked, pending, results = "", list[ToolCall](), dict[int, str]()

    def close() -> None:
        if results:
            outcomes = tuple(
                ToolResult(call, results.get(place, ""), _error(results.get(place)))
                for place, call in enumerate(pending)
            )
            found.append(ToolRound(asked, outcomes))
        pending.clear()
        results.clear()

    for message in messages:
        if message.role == "tool":
            results[_answered(message, pending, results)] = message.text
            continue
        close()
        if message.role == "user":
            asked = message.text
        elif message.tool_calls:
            pending.extend(parse_tool_calls(message.tool_calls))
    close()
    return found


def _answered(message: Message, pending: list[ToolCall], results: dict[int, str]) -> int:
    """Which of the pending calls a result answers: the one it names, else the first that waits."""
    waiting = [place for place in range(len(pending)) if place not in results]
    for place in waiting:
        if message.tool_call_id and pending[place].id == message.tool_call_id:
            return place
    nameless = [place for place in waiting if not (pending[place].id and message.tool_call_id)]
    if nameless:
        return nameless[0]
    pending.append(ToolCall(message.tool_call_id, "tool", ""))
    return len(pending) - 1


def extract_trajectories(found: Sequence[ToolRound]) -> Iterator[Draft]:
    """One memory for each round."""
    for round_ in found:
        names = list(dict.fromkeys(outcome.call.name for outcome in round_.outcomes))
        used = tuple(
            {
                "used_tool": outcome.call.name,
                "error_type": outcome.error or "",
                "success_rate": 0.0 if outcome.error else 1.0,
                "tool_experience": _experience(outcome),
            }
            for outcome in round_.outcomes
            if outcome.error is not None
        )
        yield Draft(
            view="tool_memory",
            key=", ".join(names),
            value=_told(round_),
            tags=tuple(names[:4]),
            memory_type="ToolTrajectoryMemory",
            detail=Tool(
                type="ToolTrajectoryMemory",
                experience=" ".join(str(use["tool_experience"]) for use in used),
                used=used,
            ),
        )


def extract_skill(found: Sequence[ToolRound]) -> Draft | None:
    """A skill, when there were enough rounds to learn one from."""
    if len(found) < MIN_SKILL_ROUNDS:
        return None
    asked = next((round_.asked for round_ in found if round_.asked), "")
    outcomes = [outcome for round_ in found for outcome in round_.outcomes]
    names = list(dict.fromkeys(outcome.call.name for outcome in outcomes))
    steps = [_step(outcome.call) for outcome in outcomes if not outcome.error]
    procedure = "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1))
    lessons = tuple(_experience(outcome) for outcome in outcomes if outcome.error)
    if has_cjk(asked):
        key = _shortened(asked.rstrip("。？！"), 24)
        value = f"处理“{_shortened(asked, 200)}”这类请求，使用工具：{'、'.join(names)}。"
    else:
        key = " ".join(content_words(asked)[:5]) or f"use {names[0]}"
        key = key[:1].upper() + key[1:]
        value = f'How to handle "{_shortened(asked, 200)}" with the tools {", ".join(names)}.'
    return Draft(
        view="skill",
        key=key,
        value=value,
        tags=tuple(names[:4]),
        topic=f"skill:{key.lower()}",
        memory_type="SkillMemory",
        detail=Skill(
            type="generated",
            procedure=procedure,
            experience=tuple(dict.fromkeys(lessons)),
            examples=(asked,) if asked else (),
        ),
    )


def extract_tool_schemas(text: str) -> Iterator[Draft]:
    """The tools that a system message describes between `<tool_schema>` marks."""
    end = 0
    while (start := text.find(_OPEN, end)) >= 0:
        start += len(_OPEN)
        end = text.find(_CLOSE, start)
        if end < 0:
            return
        described = _json(text[start:end])
        for tool in described if isinstance(described, list) else [described]:
            if not isinstance(tool, dict):
                continue
            inner = tool.get("function")
            name = (inner if isinstance(inner, dict) else tool).get("name")
            if isinstance(name, str) and name:
                yield Draft(
                    view="tool_memory",
                    key=name,
                    value=_compact(tool),
                    tags=(name,),
                    topic=f"tool:{name}",
                    memory_type="ToolSchema",
                    detail=Tool(type="ToolSchema"),
                )


def _error(result: str | None) -> str | None:
    """What kind of failure a result shows: empty for none, None when there is no result."""
    if result is None:
        return None
    answer = _json(result) if result.lstrip()[:1] in ("{", "[") else None
    if isinstance(answer, dict):
        return _error_of_answer(answer)
    if isinstance(answer, list):
        return ""
    text = _NO_FAILURE.sub("", result[:_LONGEST_RESULT])
    failure = _FAILURE.search(text)
    if failure is None:
        return ""
    name = _ERROR_NAME.search(text)
    return name[0] if name else failure[0].lower().replace(" ", "_")


def _error_of_answer(answer: dict[Any, Any]) -> str:
    said = answer.get("error") or answer.get("errors") or answer.get("exception")
    if isinstance(said, dict):
        said = said.get("type") or said.get("code") or said.get("message") or "error"
    if said:
        return said[:80] if isinstance(said, str) else "error"
    status = answer.get("status")
    if isinstance(status, str) and status.lower() in _FAILED_WORDS:
        return status.lower()
    if answer.get("success") is False or answer.get("ok") is False:
        return "failed"
    return ""


def _told(round_: ToolRound) -> str:
    chinese = has_cjk(round_.asked)
    told = []
    if round_.asked:
        asked = _shortened(round_.asked, _LONGEST_RESULT)
        told.append(f"用户问：{asked}" if chinese else f"The user asked: {asked}")
    for outcome in round_.outcomes:
        call = f"{outcome.call.name}({outcome.call.arguments})"
        said = f"助手调用了 {call}" if chinese else f"Called {call}"
        if outcome.error is not None:
            said += "，返回：" if chinese else ", which returned: "
            said += _shortened(outcome.result, _LONGEST_RESULT)
        told.append(said)
    return "\n".join(told)


def _experience(outcome: ToolResult) -> str:
    name = outcome.call.name
    if outcome.error:
        return f"{name} failed ({outcome.error}); check its arguments before calling it again."
    return f"{name} answered what was asked."


def _step(call: ToolCall) -> str:
    arguments = _json(call.arguments)
    named = ", ".join(map(str, arguments)) if isinstance(arguments, dict) else ""
    return f"Call {call.name} with {named}" if named else f"Call {call.name}"


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def _compact(value: Any) -> str:
    return msgspec.json.encode(value).decode()
