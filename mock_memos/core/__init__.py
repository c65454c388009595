"""Core: values that every room uses: calls, clock, identifiers, records, settings, errors.

Change here: settings, error codes, request matching, checks and wording of invalid values.
Called by all rooms. Imports no other room; only core.clock reads the time.
"""
