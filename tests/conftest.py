"""No property test has a deadline of its own: a busy machine would break it by chance."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
