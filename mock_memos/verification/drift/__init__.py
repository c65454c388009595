"""The command `drift`: one tour of the API, at a service and at the double."""
