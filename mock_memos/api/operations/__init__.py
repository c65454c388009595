"""One function for each operation: from a world and a request struct to a response struct.

Change here what an operation does; what a task does later is in `simulation`.
Only `routes.py` refers to the functions, and `engine` calls them from there.
"""
