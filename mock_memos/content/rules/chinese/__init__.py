"""The rules that find statements in Chinese sentences.

Change here: the Chinese words for attributes, events, choices and the clauses that state nothing.
Called by content.extraction, when a sentence is Chinese.
"""
