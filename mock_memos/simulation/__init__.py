"""The simulated service: worlds, tasks, memories, profiles, knowledge bases."""
