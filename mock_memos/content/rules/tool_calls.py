"""Extracts memories of tool use: trajectories, tool schemas, and a skill from many calls."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from mock_memos.content.text_analysis import content_words, has_cjk
from mock_memos.core.records import Draft, Message, Skill, Tool
from mock_memos.core.text import decode_json, shorten

MIN_SKILL_ROUNDS: Final = 5

_MAX_RESULT_LENGTH = 600
_SCHEMA_START, _SCHEMA_END = "<tool_schema>", "</tool_schema>"
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
_FAILED_STATUSES = frozenset("error failed failure fail exception timeout".split())


class ToolCall(NamedTuple):
    id: str
    name: str
    arguments: str


class ToolResult(NamedTuple):
    """A call and its result. `error` is empty for success, and None without a result."""

    call: ToolCall
    text: str
    error: str | None


class ToolRound(NamedTuple):
    """Tool calls of one assistant message, and their results. `request` is the user's last text."""

    request: str
    results: tuple[ToolResult, ...]

    @property
    def tool_names(self) -> list[str]:
        """The names of its tools, each once."""
        return list(dict.fromkeys(result.call.name for result in self.results))


def parse_tool_calls(tool_calls: Any) -> list[ToolCall]:
    """Returns tool calls of either form: `{id, name, arguments}`, or with a `function` inside."""
    calls = []
    for raw in tool_calls or ():
        if not isinstance(raw, dict):
            continue
        function = raw["function"] if isinstance(raw.get("function"), dict) else raw
        arguments = function.get("arguments") or ""
        if not isinstance(arguments, str):
            arguments = _encode(arguments)
        name = str(function.get("name") or "tool")
        calls.append(ToolCall(str(raw.get("id") or ""), name, arguments))
    return calls


def group_rounds(messages: Sequence[Message]) -> list[ToolRound]:
    """Returns the rounds of tool calls that got at least one result."""
    rounds: list[ToolRound] = []
    request, pending, texts = "", list[ToolCall](), dict[int, str]()

    def end_round() -> None:
        if texts:
            results = tuple(
                ToolResult(call, texts.get(index, ""), _error(texts.get(index)))
                for index, call in enumerate(pending)
            )
            rounds.append(ToolRound(request, results))
        pending.clear()
        texts.clear()

    for message in messages:
        if message.role == "tool":
            texts[_match_call(message, pending, texts)] = message.text
            continue
        end_round()
        if message.role == "user":
            request = message.text
        elif message.tool_calls:
            pending.extend(parse_tool_calls(message.tool_calls))
    end_round()
    return rounds


def _match_call(message: Message, pending: list[ToolCall], texts: dict[int, str]) -> int:
    """Returns the index of the call of a result: by its id, else the first without a result."""
    open_calls = [index for index in range(len(pending)) if index not in texts]
    for index in open_calls:
        if message.tool_call_id and pending[index].id == message.tool_call_id:
            return index
    for index in open_calls:
        if not (pending[index].id and message.tool_call_id):
            return index
    pending.append(ToolCall(message.tool_call_id, "tool", ""))
    return len(pending) - 1


def extract_trajectories(rounds: Sequence[ToolRound]) -> Iterator[Draft]:
    """Yields one memory for each round."""
    for round_ in rounds:
        used = tuple(
            {
                "used_tool": result.call.name,
                "error_type": result.error or "",
                "success_rate": 0.0 if result.error else 1.0,
                "tool_experience": _experience(result),
            }
            for result in round_.results
            if result.error is not None
        )
        yield Draft(
            view="tool_memory",
            key=", ".join(round_.tool_names),
            value=_describe(round_),
            tags=tuple(round_.tool_names[:4]),
            memory_type="ToolTrajectoryMemory",
            detail=Tool(
                type="ToolTrajectoryMemory",
                experience=" ".join(str(use["tool_experience"]) for use in used),
                used=used,
            ),
        )


def extract_skill(rounds: Sequence[ToolRound]) -> Draft | None:
    """Returns a skill learned from the rounds, or None for fewer than 5 rounds."""
    if len(rounds) < MIN_SKILL_ROUNDS:
        return None
    request = next((round_.request for round_ in rounds if round_.request), "")
    results = [result for round_ in rounds for result in round_.results]
    names = list(dict.fromkeys(result.call.name for result in results))
    steps = [_step(result.call) for result in results if not result.error]
    lessons = [_experience(result) for result in results if result.error]
    text = shorten(request, 200, mark="…")
    if has_cjk(request):
        key = shorten(request.rstrip("。？！"), 24, mark="…")
        value = f"处理“{text}”这类请求，使用工具：{'、'.join(names)}。"
    else:
        key = " ".join(content_words(request)[:5]) or f"use {names[0]}"
        key = key[:1].upper() + key[1:]
        value = f'How to handle "{text}" with the tools {", ".join(names)}.'
    return Draft(
        view="skill",
        key=key,
        value=value,
        tags=tuple(names[:4]),
        topic=f"skill:{key.lower()}",
        memory_type="SkillMemory",
        detail=Skill(
            type="generated",
            procedure="\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)),
            experience=tuple(dict.fromkeys(lessons)),
            examples=(request,) if request else (),
        ),
    )


def extract_tool_schemas(text: str) -> Iterator[Draft]:
    """Yields the tools that a system message describes between `<tool_schema>` marks."""
    end = 0
    while (start := text.find(_SCHEMA_START, end)) >= 0:
        start += len(_SCHEMA_START)
        end = text.find(_SCHEMA_END, start)
        if end < 0:
            return
        schemas = decode_json(text[start:end])
        for schema in schemas if isinstance(schemas, list) else [schemas]:
            if not isinstance(schema, dict):
                continue
            function = schema.get("function")
            name = (function if isinstance(function, dict) else schema).get("name")
            if isinstance(name, str) and name:
                yield Draft(
                    view="tool_memory",
                    key=name,
                    value=_encode(schema),
                    tags=(name,),
                    topic=f"tool:{name}",
                    memory_type="ToolSchema",
                    detail=Tool(type="ToolSchema"),
                )


def _error(text: str | None) -> str | None:
    """Returns the failure that a result shows: "" for success, None without a result."""
    if text is None:
        return None
    value = decode_json(text) if text.lstrip()[:1] in ("{", "[") else None
    if isinstance(value, dict):
        return _error_in(value)
    if isinstance(value, list):
        return ""
    text = _NO_FAILURE.sub("", text[:_MAX_RESULT_LENGTH])
    failure = _FAILURE.search(text)
    if failure is None:
        return ""
    name = _ERROR_NAME.search(text)
    return name[0] if name else failure[0].lower().replace(" ", "_")


def _error_in(result: dict[Any, Any]) -> str:
    error = result.get("error") or result.get("errors") or result.get("exception")
    if isinstance(error, dict):
        error = error.get("type") or error.get("code") or error.get("message") or "error"
    if error:
        return error[:80] if isinstance(error, str) else "error"
    status = result.get("status")
    if isinstance(status, str) and status.lower() in _FAILED_STATUSES:
        return status.lower()
    if result.get("success") is False or result.get("ok") is False:
        return "failed"
    return ""


def _describe(round_: ToolRound) -> str:
    is_chinese = has_cjk(round_.request)
    lines = []
    if round_.request:
        request = shorten(round_.request, _MAX_RESULT_LENGTH, mark="…")
        lines.append(f"用户问：{request}" if is_chinese else f"The user asked: {request}")
    for result in round_.results:
        call = f"{result.call.name}({result.call.arguments})"
        line = f"助手调用了 {call}" if is_chinese else f"Called {call}"
        if result.error is not None:
            line += "，返回：" if is_chinese else ", which returned: "
            line += shorten(result.text, _MAX_RESULT_LENGTH, mark="…")
        lines.append(line)
    return "\n".join(lines)


def _experience(result: ToolResult) -> str:
    name = result.call.name
    if result.error:
        return f"{name} failed ({result.error}); check its arguments before calling it again."
    return f"{name} answered what was asked."


def _step(call: ToolCall) -> str:
    arguments = decode_json(call.arguments)
    names = ", ".join(map(str, arguments)) if isinstance(arguments, dict) else ""
    return f"Call {call.name} with {names}" if names else f"Call {call.name}"


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()
