"""`verify --from-journal`: the calls of an application's own tests, made again at a service."""
