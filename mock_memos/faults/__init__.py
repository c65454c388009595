"""Faults: their effects on a call, presets of observed incidents, and the rules of a world.

Change here what can go wrong. An effect is a value; transports carry out what its reply says.
`engine` applies faults; `scenario`, `control` and `testing` add them.
"""
