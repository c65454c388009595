"""Defaults."""

from typing import Final

PACE: Final = 20.0
"""Calls a second at most, unless told otherwise."""


PATIENCE: Final = 180.0
"""Seconds to wait for tasks, unless told otherwise."""
