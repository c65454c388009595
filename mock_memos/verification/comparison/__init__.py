"""Compares responses of a service with the mock's: which fields, which types, how severe.

Change here what counts as a difference. Called by `drift` and `contracts`.
"""
