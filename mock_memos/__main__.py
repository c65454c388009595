"""`python -m mock_memos` is the command `mock-memos`."""

import sys

from mock_memos.cli import main

if __name__ == "__main__":
    sys.exit(main())
