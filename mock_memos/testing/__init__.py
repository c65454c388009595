"""What tests use: MockMemos, MockMemosServer, RemoteMemos and their handles.

Change here what a test can inspect and control; the functions behind it are in `control`.
Tests, the pytest plugin, `recording`, `verification` and the command line call it.
"""
