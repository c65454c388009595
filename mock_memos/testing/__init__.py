"""What tests use: MockMemos, MockMemosServer and their handles."""
