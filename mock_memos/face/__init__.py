"""What a test holds in its hand: one face for the double in process and for the live one."""

from mock_memos.face.clock import ClockFace
from mock_memos.face.double import Double, Source, Tasks, prepare
from mock_memos.face.faults import Fault, FaultFace
from mock_memos.face.journal import JournalFace
from mock_memos.face.memos import Memos
from mock_memos.face.tasks import TaskFace

__all__ = [
    "ClockFace", "Double", "Fault", "FaultFace", "JournalFace", "Memos", "Source", "TaskFace",
    "Tasks",
    "prepare",
]  # fmt: skip
