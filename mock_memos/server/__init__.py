"""The ASGI application and the live server."""
