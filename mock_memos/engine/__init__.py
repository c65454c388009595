"""One call: routing, authentication, the operation, faults, the journal entry."""
