"""The rules that find statements in English sentences.

Change here: the English words for attributes, events, choices and the clauses that state nothing.
Called by content.extraction, when a sentence is not Chinese.
"""
