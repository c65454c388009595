"""Checks whether a service, the mock or MemOS Cloud itself, behaves as the mock assumes.

`checks/` states facts and calls a service over HTTP only; change or add facts there. `drift/` and
`contracts/` compare the responses of a service with the mock's; `comparison/` says how. Called by
the commands `verify`, `drift` and `replay`.
"""
