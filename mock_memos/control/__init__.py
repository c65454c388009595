"""The control API below /_mock: clock, tasks, faults, journal and worlds.

Change here its requests and answers; `routes.py` lists them.
`engine` dispatches HTTP requests to it; `testing` calls its functions directly.
"""
