"""From messages and files to memories, and from text to search terms."""
