"""Consumer contracts: repeats the calls of a test run at a service and compares the responses.

Change here how calls are repeated and what an application relies on. Called by `replay`.
"""
