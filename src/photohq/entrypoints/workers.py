"""The small bounded pool of threads for whatever writes, hashes, encrypts or waits."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
THREADS = 8


class Workers:
    """Runs blocking functions off the event loop, a few at a time, the others in line."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="photohq")

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Await `function(*arguments)`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    def close(self) -> None:
        """Wait for what is running."""
        self._threads.shutdown()
