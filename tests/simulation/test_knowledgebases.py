"""Files of knowledge bases, their tasks and memories."""

from typing import Any

from mock_memos.core.records import File, KnowledgeBase, Scope
from mock_memos.scenario.language.task_plan import TaskPlan
from mock_memos.simulation.world import World
from tests.support.task_worlds import fact, new_world, values_after


def upload(world: World, *facts: str, **plan: Any) -> File:
    if world.knowledgebases.get("b") is None:
        world.knowledgebases.put(KnowledgeBase(id="b", name="B", description="", created_ms=0))
    file = File(
        id=world.ids.next("file"), knowledgebase_id="b", name="a.md", type="document", size=1,
        status="running", created_ms=world.clock.now,
    )  # fmt: skip
    return world.submit_file(file, [fact(text) for text in facts], TaskPlan(**plan))


def base_values(world: World) -> list[str]:
    return [memory.value for memory in world.memories.of(Scope("knowledgebase", "b"))]


def status(world: World, file: File) -> str:
    result = world.knowledgebases.file(file.id)
    return world.poll_file(result).status if result else "unknown"


def test_file_task_has_the_file_delay() -> None:
    world = new_world(file_processing_delay=30)
    file = upload(world, "Rooms are paid.")
    assert [(task.id, task.kind) for task in world.tasks] == [(file.id, "file")]
    values_after(world, 29)
    assert (status(world, file), base_values(world)) == ("running", [])
    values_after(world, 1)
    assert (status(world, file), base_values(world)) == ("completed", ["Rooms are paid."])


def test_file_tasks_follow_every_plan() -> None:
    world = new_world()
    files = {
        "failed": upload(world, "A.", failed=True),
        "late": upload(world, "B.", "C.", partial_failure=True),
        "held": upload(world, "D.", hold=True),
        "once": upload(world, "E.", immediately=True),
        "polls": upload(world, "F.", after_polls=2),
        "lost": upload(world, "G.", unknown_to_status=True),
    }
    assert files["once"].status == "completed"
    assert status(world, files["lost"]) == "unknown"
    assert len(world.knowledgebases.files("b")) == 5
    values_after(world, 30)
    names = ("failed", "late", "held", "polls", "polls")
    assert [status(world, files[name]) for name in names] == [
        "failed", "failed", "running", "running", "completed",
    ]  # fmt: skip
    world.tasks.release(files["held"].id, world.clock.now)
    assert sorted(base_values(world)) == ["B.", "D.", "E.", "F.", "G."]


def test_file_task_is_unknown_to_get_status() -> None:
    world = new_world()
    assert world.poll(upload(world, "A.").id) is None


def test_deleted_running_file_creates_no_memories() -> None:
    world = new_world()
    first, other = upload(world, "A."), upload(world, "B.")
    world.knowledgebases.delete_file(first, world.clock.now)
    base = world.knowledgebases.get("b")
    assert base is not None
    values_after(world, 30)
    assert base_values(world) == ["B."]
    third = upload(world, "C.")
    world.knowledgebases.delete(base, world.clock.now)
    values_after(world, 30)
    assert base_values(world) == []
    assert world.tasks.pending == 0
    assert world.tasks.get(third.id) is None
    assert world.tasks.get(other.id) is None


def test_equal_files_have_one_memory_each() -> None:
    world = new_world()
    first, _ = upload(world, "Same."), upload(world, "Same.")
    values_after(world, 30)
    assert base_values(world) == ["Same.", "Same."]
    world.knowledgebases.delete_file(first, world.clock.now)
    assert base_values(world) == ["Same."]
