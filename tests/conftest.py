"""The emulators, and how much hypothesis tries: `quick` is the same on every run, `nightly` looks
further."""

import os

from hypothesis import settings

pytest_plugins = ["tests.emulators.fixtures"]

settings.register_profile("quick", max_examples=50, deadline=None, database=None, derandomize=True)
settings.register_profile("nightly", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
