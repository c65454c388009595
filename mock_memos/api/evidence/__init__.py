"""What is known about the real service: notes on operations, open questions, observations.

Change here a statement about the service; then run `python -m mock_memos.api.reference_pages`.
The reference pages, the OpenAPI document, `verification` and `cli` read it.
"""
