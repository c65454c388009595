"""Default limits of the commands that call a service. Imports nothing slow."""

from typing import Final

MAX_RATE: Final = 20.0
"""Calls per second."""
TASK_TIMEOUT: Final = 180.0
"""Seconds to wait for tasks."""
