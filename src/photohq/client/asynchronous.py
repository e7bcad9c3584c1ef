"""The client in asynchronous code.

Its calls block; `await asyncio.to_thread(photo_hq.upload, path)` keeps the event loop free and the
types as they are. `each` does the same for iterators.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")


async def each(items: Iterable[T]) -> AsyncIterator[T]:
    """Go through what blocks between its items, such as `photo_hq.photos()`, in a thread.

    Raises what the iterator raises.
    """
    iterator = iter(items)
    end = object()
    while (item := await asyncio.to_thread(next, iterator, end)) is not end:
        yield item  # type: ignore[misc]
