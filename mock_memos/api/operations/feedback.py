"""add/feedback: corrections in plain words."""

from mock_memos.api.models.feedback import AddFeedback
from mock_memos.api.models.messages import TaskStarted
from mock_memos.api.operations.scopes import PUBLIC, linked_bases
from mock_memos.api.operations.turns import Outcome, Said, course_for, keep, script_for, turn_of
from mock_memos.core.records import Edit, Scope
from mock_memos.simulation.world import World


def add_feedback(world: World, request: AddFeedback) -> TaskStarted:
    """Take feedback in. When its task ends, memories are corrected, added, or left as they are."""
    bases = linked_bases(world, request.allow_knowledgebase_ids)
    more = {"chat_time": request.feedback_time} if request.feedback_time else {}
    said: tuple[Said, ...] = (("user", request.feedback_content, more),)
    turn = turn_of(
        world,
        keep(world, said, request.conversation_id),
        _effect(world, request),
        subjects=(Scope("user", request.user_id),),
        shared=(PUBLIC, *bases) if request.allow_public else bases,
        named=(request.user_id,),
        agents=(request.agent_id,) if request.agent_id else (),
        app_id=request.app_id,
        fast=False,
    )
    task = world.accept(
        turn,
        delay=world.settings.feedback_delay,
        kind="feedback",
        course=course_for(world, "add/feedback", request),
    )
    return TaskStarted(task_id=task.id, status=task.status)


def _effect(world: World, request: AddFeedback) -> Outcome:
    """What the feedback does: as the scenario says, else by the fixed rules."""
    then = script_for(world, "add/feedback", request, ("feedback", "nothing"))
    if then is not None and then.nothing:
        return Outcome(())
    if then is not None and then.feedback is not None:
        edits = [Edit(one.text, one.entry().draft()) for one in then.feedback.replace]
        edits += [Edit(text, None) for text in then.feedback.delete]
        return Outcome(tuple(then.feedback.drafts()), edits=edits)
    from mock_memos.content import extraction  # the rules are slow to import

    correction = extraction.correction(request.feedback_content)
    edits = [Edit(correction.old, correction.new)] if correction.old else []
    edits += [Edit(text, None) for text in correction.gone]
    return Outcome(correction.drafts, edits=edits)
