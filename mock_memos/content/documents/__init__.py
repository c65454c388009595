"""Reads knowledge-base files into memories, and refuses files that the service refuses.

Change here: the file types that are read, how a file is cut into passages, the skill format.
Called by api.operations to add files; imported at first use, because it loads slowly.
"""
