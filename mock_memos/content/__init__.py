"""Content: extracts memories from messages and files, and search terms from text.

Change here: extraction rules, document formats, stemming, relevance scores, token counts.
Called by api and simulation. Knows texts and records only, never a world.
"""
