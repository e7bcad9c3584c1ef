"""The emulators, and how much hypothesis tries: `quick` is the same on every run, `nightly` looks
further."""

import os
from functools import cache

from botocore.loaders import JSONFileLoader
from hypothesis import settings

from photohq.catalog.dynamodb_client import _Files

pytest_plugins = ["tests.emulators.fixtures"]

settings.register_profile("quick", max_examples=50, deadline=None, database=None, derandomize=True)
settings.register_profile("nightly", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def _read_once(loader: type) -> None:
    """Let a loader read each file once: botocore reads megabytes for every client, of hundreds."""
    read = cache(loader().load_file)
    loader.load_file = lambda self, path: read(path)


_read_once(JSONFileLoader)
_read_once(_Files)
