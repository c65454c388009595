"""Requests and responses as structs, one module for each page of the API documentation.

Change a field here and nowhere else: decoding, OpenAPI, strict mode and strategies derive from it.
Operations, decoding, openapi, `verification` and `testing.strategies` use the structs.
"""
