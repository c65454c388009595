"""Requests and responses as structs, one module for each page of the API documentation.

Validation, the OpenAPI document, strict mode and the property-test strategies are derived from
them: change a field here and nowhere else. Used by the operations, decoding and openapi.
"""
