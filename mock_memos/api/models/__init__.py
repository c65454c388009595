"""Requests and responses as types, one module for each page of the API documentation.

They are the single source of validation, of the OpenAPI document, of strict mode's hints and of
the strategies for property tests.
"""
