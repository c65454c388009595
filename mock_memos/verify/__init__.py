"""The contract, checked against any service that speaks it: the mock, or MemOS Cloud itself.

The checks know an HTTP client and nothing of the engine; `command` rehearses them on a double.
"""
