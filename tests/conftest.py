"""The emulators, and how much hypothesis tries: `quick` is the same on every run, `nightly` looks
further."""

import gc
import os
import ssl
from collections.abc import Generator
from functools import cache
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader
from httpx._transports import default as httpx_transport
from hypothesis import settings

from photohq.catalog.dynamodb_client import _Files

pytest_plugins = ["tests.emulators.fixtures"]

settings.register_profile("quick", max_examples=50, deadline=None, database=None, derandomize=True)
settings.register_profile("nightly", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores: some wait for a server or a clock."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is collected: it is much, and lives as long as the tests do.

    Looking takes two of the six seconds of a process that collects them all.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _read_once(loader: type) -> None:
    """Let a loader read each file once: botocore reads megabytes for every client, of hundreds."""
    read = cache(loader().load_file)
    loader.load_file = lambda self, path: read(path)


_read_once(JSONFileLoader)
_read_once(_Files)


def _trust_once() -> None:
    """Let CAs be loaded once: each HTTP client does it anew, for 20 ms, also who asks loopback."""
    make = httpx_transport.create_ssl_context

    @cache
    def made(files: tuple[str | None, ...], **options: Any) -> ssl.SSLContext:
        return make(**options)

    def known(**options: Any) -> ssl.SSLContext:
        return made(tuple(map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR"))), **options)

    httpx_transport.create_ssl_context = known


_trust_once()
