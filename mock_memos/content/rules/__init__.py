"""The rules that extract memories when no scenario rule matches, one module per subject.

Change here: what counts as a statement, an attribute, an event, a choice, a correction.
Called by content.extraction. Rules read messages and return drafts.
"""
