"""How long one `advance` over many due tasks takes, in seconds of the processor.

    python -m tests.benchmarks.advance [tasks]

`scripted` tasks become what a scenario says, `by rules` what the fixed rules make of their words.
"""

import gc
import sys
from time import process_time

from mock_memos.inprocess import MockMemos
from mock_memos.records import Draft, Message, Scope, Turn

USERS = 1000
WORDS = "I booked room {} in the Harbour Inn."


def filled(tasks: int, *, scripted: bool) -> MockMemos:
    """A double in which that many tasks are due in three seconds; their rough stage is done."""
    memos = MockMemos(clock="manual")
    with memos.here() as world:
        for number in range(tasks):
            text = WORDS.format(number)
            user = f"user-{number % USERS}"
            said = Message(
                id=world.ids.next("message"), role="user", text=text, content=text,
                time=world.clock.now, conversation_id="c",
            )  # fmt: skip
            fact = Draft(view="detail_factual", key=text, value=text, tags=("hotel",))
            turn = Turn(
                task_id=world.ids.next("task"), subjects=(Scope("user", user),), messages=(said,),
                drafts=(fact,) if scripted else None, conversation_id="c", related=(user,),
            )  # fmt: skip
            world.accept(turn, delay=3)
        world.catch_up()
    return memos


def main() -> None:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for scripted in (True, False):
        memos = filled(tasks, scripted=scripted)
        gc.collect()
        began = process_time()
        memos.clock.advance(seconds=3)
        took = process_time() - began
        assert not memos.tasks.running
        kind = "scripted" if scripted else "by rules"
        print(f"{tasks} tasks, {kind}: {took:.2f} s, {took / tasks * 1e6:.1f} us a task")


if __name__ == "__main__":
    main()
