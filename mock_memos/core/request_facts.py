"""What one request contains, derived once for faults, scenario rules, the journal and quotas."""

from collections.abc import Iterator
from typing import Any, Self

import msgspec
from msgspec.structs import force_setattr

from mock_memos.core.calls import decode_object


class RequestFacts(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The contents of one request, valid or not. The body is decoded on first access."""

    operation: str
    body: bytes = b""
    _fields: dict[str, Any] | None = None
    _texts: tuple[str, ...] | None = None

    @classmethod
    def of(cls, operation: str, fields: dict[str, Any]) -> Self:
        """Returns the facts of a decoded body."""
        return cls(operation, _fields=fields)

    @classmethod
    def of_request(cls, operation: str, path: str, body: bytes) -> Self:
        """Returns the facts of a request. A path parameter counts as a field."""
        prefix, brace, name = operation.partition("{")
        if not brace:
            return cls(operation, body)
        return cls.of(operation, {name.rstrip("}"): path.rpartition(f"/{prefix}")[2]})

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the body; empty if it is not a JSON object."""
        fields = self._fields
        if fields is None:
            fields = decode_object(self.body)
            force_setattr(self, "_fields", fields)
        return fields

    @property
    def user_ids(self) -> tuple[str, ...]:
        """The users that the request names."""
        return tuple(_strings(self.fields.get("user_id")))

    @property
    def agent_ids(self) -> tuple[str, ...]:
        """The agents that the request names."""
        return tuple(_strings(self.fields.get("agent_id")))

    @property
    def conversation_id(self) -> str:
        """The conversation of the request, or an empty string."""
        conversation_id = self.fields.get("conversation_id")
        return conversation_id if isinstance(conversation_id, str) else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the request; see `request_texts`."""
        texts = self._texts
        if texts is None:
            texts = tuple(request_texts(self.fields))
            force_setattr(self, "_texts", texts)
        return texts

    @property
    def text(self) -> str:
        """The texts of the request, separated by newlines."""
        return "\n".join(self.texts)


def request_texts(fields: dict[str, Any]) -> Iterator[str]:
    """Yields the texts of messages, query, feedback and documents, then the names of files."""
    for message in _objects(fields.get("messages")):
        content = message.get("content")
        if isinstance(content, str):
            yield from _strings(content)
        for part in _objects(content):
            yield from _strings(part.get("text"))
    for name in ("query", "feedback_content", "documents"):
        yield from _strings(fields.get(name))
    for file in _objects(fields.get("file")):
        yield from _strings(file.get("name"))


def _strings(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else (value,):
        if isinstance(item, str) and item:
            yield item


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
