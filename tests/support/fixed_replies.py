"""A mock with fixed replies, and a streamed reply."""

from mock_memos import MockMemos
from mock_memos.core.calls import EVENT_STREAM, Call, Chunk, Reply


class MockWithReplies(MockMemos):
    """A mock that returns the given replies in order, and the last one again."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.calls: list[Call] = []
        remaining = list(replies)

        def handle(call: Call) -> Reply:
            self.calls.append(call)
            return remaining.pop(0) if len(remaining) > 1 else remaining[0]

        self.engine.handle = handle  # type: ignore[method-assign]


LINES = ["data: 一", "", "data: 二", ""]
CHUNKS = tuple(Chunk(f"data: {word}\n\n".encode(), 10) for word in "一二")
STREAM = Reply(200, b"".join(chunk.data for chunk in CHUNKS), EVENT_STREAM, chunks=CHUNKS)
