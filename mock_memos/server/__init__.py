"""Serves an engine over HTTP: the ASGI application, its uvicorn server, access control, the log.

Change here how bytes become calls and replies become bytes; what a reply says is decided by the
engine. Called by `serve`, `record` and `MockMemosServer`; `create_app` is public.
"""
