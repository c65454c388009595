"""Values that every room uses: calls, clock, identifiers, records, settings, errors."""
