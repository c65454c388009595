"""The journal of calls, its queries, its near misses and its exports."""
