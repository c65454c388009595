"""add/feedback: corrections in natural language."""

from mock_memos.api.models.feedback import AddFeedback
from mock_memos.api.models.messages import TaskStarted
from mock_memos.api.operations.turns import TurnOutcome, accept_turn, then_for, turn_scopes
from mock_memos.core.records import Edit, Message
from mock_memos.simulation.world import World


def add_feedback(world: World, request: AddFeedback) -> TaskStarted:
    """Creates the task that corrects, adds or deletes memories, or changes nothing."""
    scopes = turn_scopes(world, request)
    text = request.feedback_content
    message = Message(role="user", text=text, content=text, chat_time=request.feedback_time)
    task = accept_turn(
        world,
        request,
        [message],
        _outcome(world, request),
        "feedback",
        scopes=scopes,
        delay_seconds=world.settings.feedback_processing_delay,
    )
    return TaskStarted(task_id=task.id, status=task.status)


def _outcome(world: World, request: AddFeedback) -> TurnOutcome:
    """Returns what feedback changes: by the scenario, else by the built-in rules."""
    then = then_for(world, ("feedback", "no_memories"))
    if then is not None and then.no_memories:
        return TurnOutcome(())
    if then is not None and then.feedback is not None:
        edits = [Edit(change.text, change.entry().draft()) for change in then.feedback.replace]
        edits += [Edit(text, None) for text in then.feedback.delete]
        return TurnOutcome(tuple(then.feedback.drafts()), edits=edits)
    from mock_memos.content import extraction  # the rules are slow to import

    correction = extraction.parse_correction(request.feedback_content)
    edits = [Edit(correction.old, correction.new)] if correction.old else []
    edits += [Edit(text, None) for text in correction.forgotten]
    return TurnOutcome(correction.drafts, edits=edits)
