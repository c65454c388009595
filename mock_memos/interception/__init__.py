"""Answers calls of httpx and requests in the process that makes them.

Change here how requests and replies convert to those of a client library.
`testing.in_process` starts and stops the patches; tests use the httpx transport directly.
"""
