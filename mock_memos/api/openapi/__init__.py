"""The OpenAPI document of a server: paths, schemas, examples, error responses.

Change here how routes and structs are described. Nothing here decides a reply.
`engine` serves the document; `cli` prints it; `verification` compares services with it.
"""
