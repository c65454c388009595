"""How two replies to the same call are compared, and what differs between them."""
