"""Whether a service, the mock or MemOS Cloud itself, is what the double takes it for.

The facts of `checks/` know an HTTP client and nothing of the engine; `command` rehearses them on a
double. `drift/` and `contracts/` compare a service with the double, reply by reply.
"""
