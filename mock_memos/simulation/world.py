"""The simulated service of one API key."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Self

from mock_memos.core.clock import Clock
from mock_memos.core.identifiers import Ids
from mock_memos.core.records import Draft, File, Profile, Scope, Task, TaskKind, Template, Turn
from mock_memos.core.request_facts import RequestFacts
from mock_memos.core.settings import Settings
from mock_memos.faults.rules import Faults
from mock_memos.journal.journal import Journal
from mock_memos.scenario.language.document import Scenario
from mock_memos.scenario.language.rules import Then
from mock_memos.scenario.language.task_plan import DEFAULT_PLAN, TaskPlan, resolve_plan
from mock_memos.scenario.rule_matching import first_rule
from mock_memos.simulation.call_context import CallContext
from mock_memos.simulation.conversations import Conversations
from mock_memos.simulation.initial_state import InitialState, initial_state
from mock_memos.simulation.knowledgebases import KnowledgeBases, scope_of
from mock_memos.simulation.memories import Memories
from mock_memos.simulation.memory_index import MemoryIndex
from mock_memos.simulation.profiles import Profiles
from mock_memos.simulation.quotas import Quotas
from mock_memos.simulation.schedule import Schedule
from mock_memos.simulation.task_diagnosis import stall_reason
from mock_memos.simulation.tasks import Tasks

FILE_CONVERSATION: Final = "default_session"
"""The conversation that memories of a file show (observed)."""

_START_ONLY_SETTINGS: Final = {
    "clock", "journal_max_bytes", "journal_max_entries", "seed", "speed", "start_time",
    "step_seconds",
}  # fmt: skip
"""Settings that only apply when a world is created."""


class World:
    """The memories, conversations, tasks, profiles, knowledge bases and time of one API key.

    Its parts are public and change themselves: `world.memories.update(...)`. A part also changes
    the parts that it was created with: deleting a knowledge base deletes its memories. World
    itself does what concerns all parts or the present call: time, scenarios, tasks and forks.
    Methods of World that need the present moment read the clock; those of its parts take it.
    """

    def __init__(
        self, settings: Settings, id_namespace: str = "mock-key", scenarios: Sequence[Scenario] = ()
    ) -> None:
        """Worlds with one seed and different namespaces have different identifiers."""
        self.initial = (settings, id_namespace, tuple(scenarios))
        """What the world was created with."""
        self.settings = settings
        self.scenarios: tuple[Scenario, ...] = ()
        self.clock: Clock = settings.make_clock()
        self.ids = Ids(settings.seed, id_namespace)
        self.journal = Journal(settings.journal_max_entries, settings.journal_max_bytes)
        self.quotas = Quotas()
        self.faults = Faults(self.ids.random_fraction)
        self.rule_uses: dict[str, int] = {}
        """How many calls used each rule, by its key."""
        self.schedule = Schedule()
        self._index = MemoryIndex()
        self.conversations = Conversations()
        self.profiles = Profiles(self._index, self.ids)
        self.memories = Memories(self._index, self.profiles, self.ids)
        self.tasks = Tasks(self.schedule, self.memories)
        self.context = self.tasks.context
        """The present call, or the last one."""
        self.knowledgebases = KnowledgeBases(self.tasks, self.memories)
        for scenario in reversed(scenarios):
            self._add(scenario)

    # --- time ---

    def begin_call(self, call: CallContext) -> int:
        """Begins an API call: moves the clock by its mode and runs due jobs. Returns the time."""
        self.context = self.tasks.context = call
        return self._run_jobs(self.clock.begin_call())

    def run_due_jobs(self) -> int:
        """Runs all due jobs, each with its own timestamp. Returns the time."""
        return self._run_jobs(self.clock.now)

    def _run_jobs(self, now: int) -> int:
        while (job := self.schedule.pop_due(now)) is not None:
            self.tasks.run_job(job)
        return now

    def run_until_idle(self) -> int:
        """Moves the clock to the end of the last timed task. Returns the milliseconds passed.

        It does not wait for tasks that are held, stuck or wait for polls.
        """
        start = self.run_due_jobs()
        due_times = (job.due_ms for job in self.schedule.jobs() if self.tasks.is_current(job))
        last = max(due_times, default=start)
        self.clock.advance(milliseconds=max(0, last - self.clock.now))
        return self.run_due_jobs() - start

    # --- scenarios ---

    def load_scenario(self, scenario: Scenario) -> None:
        """Adds a scenario: its data immediately, its rules before those of earlier scenarios.

        Its settings apply from now on, except those that only apply when a world is created.
        """
        changes = {
            name: value
            for name, value in scenario.settings.items()
            if name not in _START_ONLY_SETTINGS
        }
        self.settings = self.settings.with_changes(**changes)
        self._add(scenario)

    def _add(self, scenario: Scenario) -> None:
        self.scenarios = (scenario, *self.scenarios)
        for given in scenario.given:
            self._put(initial_state(given, self.ids, self.clock.now))
        for rule in reversed(scenario.faults):
            self.faults.add(rule, now=self.clock.now)

    def _put(self, state: InitialState) -> None:
        for owner in state.owners:
            self.conversations.append(owner.scope, owner.messages)
            for memory in owner.memories:
                self.memories.put(memory)
        for base in state.knowledgebases:
            self.knowledgebases.put(base)
        for file in state.files:
            if file.status == "running":
                self.submit_file(file)
            else:
                self.knowledgebases.put_file(file)
        for template in state.templates:
            self.profiles.put_template(template)
        for scope, template, values in state.profiles:
            profile = self.bind_profile(scope, template)
            self.profiles.write(profile, profile.fields | values, self.clock.now)

    def rule_for(self, facts: RequestFacts, effects: Collection[str]) -> Then | None:
        """Returns what the first matching rule with one of these effects does, or None.

        Counts the use of the rule; a rule that is used several times by one call counts once.
        """
        used_keys = self.context.rules_used
        uses = {key: count - (key in used_keys) for key, count in self.rule_uses.items()}
        match = first_rule(self.scenarios, facts, uses, effects)
        if match is None:
            return None
        if match.key not in used_keys:
            self.context.rules_used += (match.key,)
            self.rule_uses = self.rule_uses | {match.key: self.rule_uses.get(match.key, 0) + 1}
        return match.rule.then

    # --- tasks ---

    def submit(
        self,
        turn: Turn,
        *,
        delay_seconds: float,
        kind: TaskKind = "message",
        plan: TaskPlan = DEFAULT_PLAN,
        synchronous: bool = False,
    ) -> Task:
        """Stores the messages of a turn and starts its task.

        The task ends as its plan says, else after `delay_seconds`; see `resolve_plan` for
        synchronous ones. The simulated duration of a synchronous call is its delay.
        """
        for scope in turn.subjects:
            self.conversations.append(scope, turn.messages)
        if synchronous:
            seconds = delay_seconds if plan.after_seconds is None else plan.after_seconds
            self.context.simulated_ms = round(seconds * 1000)
        resolved_plan = resolve_plan(
            plan,
            processing_delay=delay_seconds,
            fast_delay=self.settings.fast_delay,
            synchronous=synchronous,
        )
        return self.tasks.submit(turn, resolved_plan, self.clock.now, kind=kind)

    def submit_file(
        self, file: File, drafts: Iterable[Draft] = (), plan: TaskPlan = DEFAULT_PLAN
    ) -> File:
        """Stores a file and starts its task, which creates memories of its knowledge base."""
        self.knowledgebases.put_file(file)
        turn = Turn(
            task_id=file.id,
            subjects=(scope_of(file.knowledgebase_id),),
            fast=False,
            drafts=tuple(drafts),
            conversation_id=FILE_CONVERSATION,
            file_id=file.id,
        )
        resolved_plan = resolve_plan(
            plan, processing_delay=self.settings.file_processing_delay, fast_delay=0
        )
        self.tasks.submit(turn, resolved_plan, self.clock.now, kind="file")
        return self.knowledgebases.file(file.id) or file

    def poll(self, task_id: str, *, of_file: bool = False) -> Task | None:
        """Counts a poll. Returns the task, or None if it is unknown; see `Tasks.poll`."""
        now = self.clock.now
        task = self.tasks.poll(task_id, now, of_file=of_file)
        if task is not None:
            self.context.note = stall_reason(task, now, self.clock.mode)
        return task

    def poll_file(self, file: File) -> File:
        """Counts a poll of a file. Returns the file with its new status."""
        self.poll(file.id, of_file=True)
        return self.knowledgebases.file(file.id) or file

    # --- profiles ---

    def bind_profile(self, scope: Scope, template: Template) -> Profile:
        """Creates a profile from a template, or returns the one that this owner has."""
        self.conversations.append(scope)
        self.memories.flush(scope)  # a pending write must not change the new profile
        return self.profiles.bind(scope, template, self.clock.now)

    # --- copies ---

    def fork(self) -> Self:
        """Returns an equal world, in constant time. Neither sees later changes of the other."""
        self.run_due_jobs()
        copy = object.__new__(type(self))
        copy.initial, copy.settings, copy.scenarios = self.initial, self.settings, self.scenarios
        copy.rule_uses, copy.quotas = self.rule_uses, self.quotas.fork()
        copy.clock, copy.ids, copy.journal = self.clock.fork(), self.ids.fork(), self.journal.fork()
        copy.faults = self.faults.fork(copy.ids.random_fraction)
        copy.schedule, copy._index = self.schedule.fork(), self._index.fork()
        copy.conversations = self.conversations.fork()
        copy.profiles = self.profiles.fork(copy._index, copy.ids)
        copy.memories = self.memories.fork(copy._index, copy.profiles, copy.ids)
        copy.tasks = self.tasks.fork(copy.schedule, copy.memories)
        copy.context = copy.tasks.context
        copy.knowledgebases = self.knowledgebases.fork(copy.tasks, copy.memories)
        return copy
