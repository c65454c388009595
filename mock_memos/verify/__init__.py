"""The contract, checked against any service that speaks it: the mock, or MemOS Cloud itself.

What stands here knows an HTTP client and nothing of the engine.
"""
