"""A state machine that drives an application and compares it with a small model of MemOS."""

from contextlib import AbstractContextManager, ExitStack
from typing import Any, ClassVar, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from mock_memos.testing.in_process import MockMemos
from mock_memos.testing.memos import Memos
from mock_memos.testing.strategies.texts import CONVERSATIONS, USERS


class SampleStatement(NamedTuple):
    """A message of a user, and the word that must find its memory."""

    text: str
    keyword: str


class PendingTask(NamedTuple):
    """A task of the application, and when it completes in virtual time."""

    id: str
    due_ms: int


_OPTIONAL = {"status": "check_status", "history": "check_history", "forget": "forget_user"}
"""Optional methods of a subclass, and the rule that uses each."""
_USERS = st.sampled_from(USERS[:2])
_CONVERSATIONS = st.sampled_from(CONVERSATIONS[:2])
_STATEMENTS = st.runner().flatmap(lambda machine: st.sampled_from(machine.statements))


class MemosMachine(RuleBasedStateMachine):
    """Drives an application against the mock and reduces its failures to a few steps.

    Implement in a subclass how the application works; pytest collects its `TestCase`:

        class AssistantMachine(MemosMachine):
            def connect(self, memos):
                self.assistant = Assistant(memos.base_url, memos.api_key)

            def add(self, user_id, conversation_id, text):
                return self.assistant.remember(user_id, conversation_id, text)

            def search(self, user_id, query):
                return self.assistant.recall(user_id, query)

        TestAssistant = AssistantMachine.TestCase

    `add` and `search` are required. `status`, `history` and `forget` are checked if the subclass
    implements them. A subclass may add rules. Every example has a new world, and only the machine
    moves its clock.
    """

    memos_settings: ClassVar[dict[str, Any]] = {}
    """Settings of the mock. Its clock is manual."""
    asynchronous: ClassVar[bool] = True
    """True if the application adds with `async_mode`, so that its tasks take time."""
    statements: ClassVar[tuple[SampleStatement, ...]] = (
        SampleStatement("I own a telescope.", "telescope"),
        SampleStatement("I visited Lisbon in May.", "Lisbon"),
        SampleStatement("I booked the Harbour Inn.", "Harbour"),
        SampleStatement("我养了一只鹦鹉。", "鹦鹉"),
    )
    """The messages of users. They must not contradict or repeat each other."""

    memos: Memos

    # --- to be implemented by a subclass ---

    def start_mock(self) -> AbstractContextManager[Memos]:
        """Returns the mock of one example, by default in process."""
        return MockMemos(clock="manual", **self.memos_settings)

    def connect(self, memos: Memos) -> None:
        """Connects the application to the mock, once per example."""

    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        """Sends a user's message. Returns the task id, or None if the application hides it."""
        raise NotImplementedError(f"{type(self).__name__} must implement add()")

    def search(self, user_id: str, query: str) -> list[str]:
        """Returns the texts that the application recalls."""
        raise NotImplementedError(f"{type(self).__name__} must implement search()")

    def status(self, task_id: str) -> str:
        """Returns the status of a task: running, completed or failed."""
        raise NotImplementedError

    def history(self, user_id: str, conversation_id: str) -> list[str]:
        """Returns the newest messages of a conversation, oldest first."""
        raise NotImplementedError

    def forget(self, user_id: str) -> None:
        """Deletes all memories of a user who has some."""
        raise NotImplementedError

    # --- the model ---

    def __init_subclass__(cls, **options: Any) -> None:
        """Removes the rules of optional methods that the subclass does not implement."""
        super().__init_subclass__(**options)
        for method, rule_name in _OPTIONAL.items():
            is_implemented = getattr(cls, method) is not getattr(MemosMachine, method)
            setattr(cls, rule_name, getattr(MemosMachine, rule_name) if is_implemented else None)

    def __init__(self) -> None:
        super().__init__()
        self._exit_stack = ExitStack()
        self._tasks: list[PendingTask] = []
        self._remembered: dict[str, list[SampleStatement]] = {user: [] for user in USERS}
        self._sent: dict[tuple[str, str], list[str]] = {}
        self.memos = self._exit_stack.enter_context(self.start_mock())
        self.connect(self.memos)

    def teardown(self) -> None:
        self._exit_stack.close()

    # --- the rules ---

    @rule(user=_USERS, conversation=_CONVERSATIONS, statement=_STATEMENTS)
    def add_message(self, user: str, conversation: str, statement: SampleStatement) -> None:
        """Sends a message of a user."""
        task_id = self.add(user, conversation, statement.text)
        if task_id is not None:
            delay_ms = self.memos.settings.processing_delay * 1000 if self.asynchronous else 0
            self._tasks.append(PendingTask(task_id, self.memos.clock.now + round(delay_ms)))
        self._remembered[user].append(statement)
        self._sent.setdefault((user, conversation), []).append(statement.text)

    @rule(seconds=st.integers(1, 10))
    def wait(self, seconds: int) -> None:
        """Advances the virtual time."""
        self.memos.clock.advance(seconds=seconds)

    @rule(user=_USERS, statement=_STATEMENTS)
    def search_any_time(self, user: str, statement: SampleStatement) -> None:
        """Checks that a search never returns memories of another user."""
        self._check_own(user, self.search(user, statement.keyword))

    @rule(user=_USERS)
    def search_when_idle(self, user: str) -> None:
        """Checks that a search finds every message of a user after all tasks have completed."""
        self.memos.run_until_idle()
        for statement in dict.fromkeys(self._remembered[user]):
            results = self.search(user, statement.keyword)
            self._check_own(user, results)
            assert any(statement.keyword in text for text in results), (
                f"{user} sent {statement.text!r} and all tasks have completed, but a search for "
                f"{statement.keyword!r} returns {results}"
            )

    @rule()
    def check_status(self) -> None:
        """Checks that a task is running until its delay is over, and completed afterwards."""
        for task in self._tasks:
            expected = "completed" if task.due_ms <= self.memos.clock.now else "running"
            status = self.status(task.id)
            assert status == expected, f"the task is {expected}, the application reports {status!r}"

    @rule()
    def check_history(self) -> None:
        """Checks that a conversation lists its newest messages in order."""
        known_texts = {statement.text for statement in self.statements}
        for (user, conversation), sent in self._sent.items():
            history = self.history(user, conversation)
            listed = [text for text in history if text in known_texts]
            newest = sent[len(sent) - len(listed) :] if listed else sent
            assert listed == newest, f"{user} sent {sent} in {conversation}, but it lists {listed}"

    @rule(user=_USERS)
    def forget_user(self, user: str) -> None:
        """Deletes the memories of a user, and checks that none of them is found."""
        self.memos.run_until_idle()
        deleted = dict.fromkeys(self._remembered[user])
        if deleted:
            self.forget(user)
            self._remembered[user].clear()
        for statement in deleted:
            self._check_own(user, self.search(user, statement.keyword))

    def _check_own(self, user: str, results: list[str]) -> None:
        for statement in self.statements:
            if statement not in self._remembered[user]:
                foreign = [text for text in results if statement.keyword in text]
                assert not foreign, (
                    f"{user} did not send {statement.text!r}, or it was deleted, but a search "
                    f"returns {foreign}"
                )
