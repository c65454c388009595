"""The operations of the MemOS Cloud API: routes, request and response structs, decoding, evidence.

Add or change an operation here, beginning in `routes.py`. `engine` calls the operations;
`verification`, `recording` and `testing.strategies` read the routes and structs.
"""
