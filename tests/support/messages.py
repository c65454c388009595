"""Messages for the extraction rules."""

from typing import Any

from mock_memos.core.records import Message, Role


def message(
    role: Role, text: str, chat_time: str = "", *, content: Any = "", **fields: Any
) -> Message:
    return Message(role=role, text=text, chat_time=chat_time, content=content or text, **fields)


def image(name: str = "") -> dict[str, Any]:
    url = f"https://x.test/{name}" if name else "data:image/png;base64,aGk="
    return {"type": "image_url", "image_url": {"url": url}}


def file(name: str) -> dict[str, Any]:
    return {"type": "file", "file": {"file_data": f"https://x.test/{name}"}}
