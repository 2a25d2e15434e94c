"""What holds for every test."""

from hypothesis import settings

# A busy machine may take any time over one example, and every run draws the same ones: what fails here fails
# everywhere. Fresh examples are for the fuzzers and the long runs.
settings.register_profile("busy", deadline=None, derandomize=True)
settings.load_profile("busy")
