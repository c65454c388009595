"""A machine that talks through an application and compares with a small model of MemOS."""

from contextlib import AbstractContextManager, ExitStack
from typing import Any, ClassVar, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from mock_memos.testing.in_process import MockMemos
from mock_memos.testing.memos import Memos
from mock_memos.testing.strategies.texts import CONVERSATIONS, USERS


class SampleStatement(NamedTuple):
    """Something that users say, and the word by which it must be found afterwards."""

    text: str
    keyword: str


class PendingTask(NamedTuple):
    """A task of the application's, and the virtual moment at which it completes."""

    id: str
    due_ms: int


_OPTIONAL = {
    "status": "ask_status",
    "history": "read_history",
    "forget": "forget_when_all_is_done",
}
"""What an application need not have, and the rule that is about it."""
_USERS = st.sampled_from(USERS[:2])
_CONVERSATIONS = st.sampled_from(CONVERSATIONS[:2])
_STATEMENTS = st.runner().flatmap(lambda machine: st.sampled_from(machine.statements))


class MemosMachine(RuleBasedStateMachine):
    """Drives an application against the double, and shrinks what it does wrong to a few steps.

    Say in a subclass how the application does things, and let pytest find its `TestCase`:

        class AssistantMachine(MemosMachine):
            def connect(self, memos):
                self.assistant = Assistant(memos.base_url, memos.api_key)

            def add(self, user_id, conversation_id, text):
                return self.assistant.remember(user_id, conversation_id, text)

            def search(self, user_id, query):
                return self.assistant.recall(user_id, query)

        TestAssistant = AssistantMachine.TestCase

    `add` and `search` are needed; `status`, `history` and `forget` are checked where a subclass
    has them, and so are rules of its own. Every example has a fresh world, and the machine alone
    moves its clock.
    """

    memos_settings: ClassVar[dict[str, Any]] = {}
    """Settings of the double, besides a clock that stands still."""
    asynchronous: ClassVar[bool] = True
    """Whether the application adds with `async_mode`, so that its tasks are running for a time."""
    statements: ClassVar[tuple[SampleStatement, ...]] = (
        SampleStatement("I own a telescope.", "telescope"),
        SampleStatement("I visited Lisbon in May.", "Lisbon"),
        SampleStatement("I booked the Harbour Inn.", "Harbour"),
        SampleStatement("我养了一只鹦鹉。", "鹦鹉"),
    )
    """What users say. One must neither contradict nor repeat another: that would be forgotten."""

    memos: Memos

    # --- what a subclass says of its application ---

    def double(self) -> AbstractContextManager[Memos]:
        """The double of one example, in process unless a subclass has another."""
        return MockMemos(clock="manual", **self.memos_settings)

    def connect(self, memos: Memos) -> None:
        """Make the application ready, once for each example."""

    def add(self, user_id: str, conversation_id: str, text: str) -> str | None:
        """Tell the application something; gives the task's id if the application knows it."""
        raise NotImplementedError(f"{type(self).__name__} has to say how the application adds")

    def search(self, user_id: str, query: str) -> list[str]:
        """The texts that the application recalls."""
        raise NotImplementedError(f"{type(self).__name__} has to say how the application searches")

    def status(self, task_id: str) -> str:
        """How far a task is: running, completed or failed."""
        raise NotImplementedError

    def history(self, user_id: str, conversation_id: str) -> list[str]:
        """The newest messages of a conversation, oldest first."""
        raise NotImplementedError

    def forget(self, user_id: str) -> None:
        """Delete all memories of a user who has some."""
        raise NotImplementedError

    # --- the model ---

    def __init_subclass__(cls, **more: Any) -> None:
        """A rule about something that the application cannot do is no rule."""
        super().__init_subclass__(**more)
        for ability, name in _OPTIONAL.items():
            able = getattr(cls, ability) is not getattr(MemosMachine, ability)
            setattr(cls, name, getattr(MemosMachine, name) if able else None)

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._tasks: list[PendingTask] = []
        self._kept: dict[str, list[SampleStatement]] = {user: [] for user in USERS}
        self._told: dict[tuple[str, str], list[str]] = {}
        self.memos = self._open.enter_context(self.double())
        self.connect(self.memos)

    def teardown(self) -> None:
        self._open.close()

    # --- the rules ---

    @rule(user=_USERS, conversation=_CONVERSATIONS, said=_STATEMENTS)
    def say(self, user: str, conversation: str, said: SampleStatement) -> None:
        """Somebody says something."""
        task_id = self.add(user, conversation, said.text)
        if task_id is not None:
            wait = self.memos.settings.processing_delay * 1000 if self.asynchronous else 0
            self._tasks.append(PendingTask(task_id, self.memos.clock.now + round(wait)))
        self._kept[user].append(said)
        self._told.setdefault((user, conversation), []).append(said.text)

    @rule(seconds=st.integers(1, 10))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.memos.clock.advance(seconds=seconds)

    @rule(user=_USERS, wanted=_STATEMENTS)
    def look_for(self, user: str, wanted: SampleStatement) -> None:
        """At any time, a search shows nobody anything that another one said."""
        self._only_own(user, self.search(user, wanted.keyword))

    @rule(user=_USERS)
    def look_when_all_is_done(self, user: str) -> None:
        """After the last task, whatever a user said is found."""
        self.memos.run_until_idle()
        for wanted in dict.fromkeys(self._kept[user]):
            found = self.search(user, wanted.keyword)
            self._only_own(user, found)
            assert any(wanted.keyword in text for text in found), (
                f"{user} said {wanted.text!r}, all tasks are done, and a search for "
                f"{wanted.keyword!r} shows {found}"
            )

    @rule()
    def ask_status(self) -> None:
        """A task is running until its time has come, and then completed."""
        for task in self._tasks:
            expected = "completed" if task.due_ms <= self.memos.clock.now else "running"
            said = self.status(task.id)
            assert said == expected, f"the task is {expected}, and the application says {said!r}"

    @rule()
    def read_history(self) -> None:
        """A conversation lists the newest of what was said in it, in order, and nothing else."""
        texts = {one.text for one in self.statements}
        for (user, conversation), told in self._told.items():
            listed = [one for one in self.history(user, conversation) if one in texts]
            newest = told[len(told) - len(listed) :] if listed else told
            assert listed == newest, f"{user} said {told} in {conversation}, and it lists {listed}"

    @rule(user=_USERS)
    def forget_when_all_is_done(self, user: str) -> None:
        """A user's memories are deleted, and nobody else's."""
        self.memos.run_until_idle()
        gone = dict.fromkeys(self._kept[user])
        if gone:
            self.forget(user)
            self._kept[user].clear()
        for one in gone:
            self._only_own(user, self.search(user, one.keyword))

    def _only_own(self, user: str, found: list[str]) -> None:
        for one in self.statements:
            if one not in self._kept[user]:
                strange = [text for text in found if one.keyword in text]
                assert not strange, (
                    f"{user} never said {one.text!r}, or it is forgotten, and is shown {strange}"
                )
