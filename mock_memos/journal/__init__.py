"""The journal of calls: filters, near misses, exports, and the map of identifiers for replay.

Change here what is kept of a call, how calls are selected and how they are exported.
`engine` writes entries; `control`, `testing`, `verification` and `recording` read them.
"""
