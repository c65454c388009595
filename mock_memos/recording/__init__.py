"""Recording: calls on their way to a service are noted, and become a scenario.

The proxy knows a service and nothing of the engine. What makes a scenario of a recording is a
function of values; it plays its draft through an engine of its own to see what is still different.
"""
