"""The conversations of users and Agents."""

from collections.abc import Iterator, Sequence
from typing import Self

from mock_memos.core.records import Message, Scope
from mock_memos.simulation.forkable import ForkableDict, ForkableList


class Conversations:
    """Messages by owner and conversation, and the owners that have a history."""

    def __init__(self) -> None:
        self._messages: ForkableDict[tuple[Scope, str], ForkableList[Message]] = ForkableDict()
        self._owners: ForkableDict[Scope, bool] = ForkableDict()

    def append(self, scope: Scope, messages: Sequence[Message] = ()) -> None:
        """Adds messages to the conversations of a user or Agent, who has a history from now on."""
        self._owners[scope] = True
        for message in messages:
            key = (scope, message.conversation_id)
            self._messages[key] = (self._messages.get(key) or ForkableList()).append(message)

    def newest_first(self, scope: Scope, conversation_id: str) -> Iterator[Message]:
        """Yields the messages of one conversation, newest first."""
        return reversed(self._messages.get((scope, conversation_id)) or ForkableList[Message]())

    def all(self) -> Iterator[tuple[Scope, str, tuple[Message, ...]]]:
        """Yields the owner, id and messages of every conversation, oldest message first."""
        for (scope, conversation_id), messages in self._messages.items():
            yield scope, conversation_id, tuple(messages)

    def owners(self) -> Iterator[Scope]:
        """Yields every user and Agent that ever had messages, memories or a profile."""
        return self._owners.keys()

    def has_history(self, scope: Scope) -> bool:
        """Returns whether a user or Agent ever had messages, memories or a profile."""
        return self._owners.get(scope) is True

    def fork(self) -> Self:
        """Returns an equal copy; neither sees later changes of the other."""
        copy = type(self)()
        copy._messages, copy._owners = self._messages.fork(), self._owners.fork()
        return copy
