"""The state of the present call in its world."""

import msgspec

from mock_memos.core.request_facts import RequestFacts
from mock_memos.faults.effects import Effect


class CallContext(msgspec.Struct, kw_only=True, gc=False):
    """What one API call says and does. The engine creates it, and the journal entry reads it."""

    facts: RequestFacts = RequestFacts("")
    note: str = ""
    """Why the answer may surprise the developer; a hint in the journal."""
    fault: str = ""
    """The name of the fault that is applied to the call."""
    pending_effect: Effect | None = None
    """The effect of the fault on the reply."""
    simulated_ms: int = 0
    """How long the real service would take, in virtual time."""
    tasks_started: tuple[str, ...] = ()
    tasks_ended: list[str] = []
    """The tasks that the call ended, or that were due when it began."""
    rules_used: tuple[str, ...] = ()
    """The keys of the scenario rules that the call used; each use counts once per call."""
