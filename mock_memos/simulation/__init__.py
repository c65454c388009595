"""The simulated service of one API key: its tasks, memories, profiles and virtual clock.

Change here how the service behaves over time. `api` and `control` call `World` and its parts.
"""
