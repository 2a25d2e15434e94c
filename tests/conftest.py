"""What holds for every test."""

from hypothesis import settings

# A busy machine may take any time over one example: how long one takes is never what a test asserts.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")
