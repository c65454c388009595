"""Handles calls: authentication, routing, faults, operations and journal entries.

Change here what happens to every call; one operation is changed in `api`.
`server`, `interception` and `testing` create an `Engine` and pass `Call`s to it.
"""
