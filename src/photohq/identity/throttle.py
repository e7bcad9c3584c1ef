"""What one process lets in at once, and from one address."""

import asyncio
import ipaddress
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from photohq.identity.refusals import TooManyRequests
from photohq.photos.times import Clock


class HashingGate:
    """Lets a few requests hash passwords at once and some wait in line; refuses all others.

    Without it a flood of sign-ins would grow a queue that nobody in it lives to see the end of,
    and take every thread from the photos.
    """

    def __init__(self, at_once: int = 2, waiting: int = 16) -> None:
        self._places = at_once + waiting
        self._running = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raises TooManyRequests where the line is full."""
        if self._places == 0:
            raise TooManyRequests(retry_after=1)
        self._places -= 1
        try:
            async with self._running:
                yield
        finally:
            self._places += 1


class AddressLimit:
    """Counts guesses and mails from an address: at most `limit` in `seconds`.

    An IPv6 network of 64 bits counts as one address, as it is one customer's. Loopback is not
    counted: it is this machine, or its proxy, which stands for everybody.
    """

    _KNOWN = 10_000

    def __init__(self, clock: Clock, limit: int = 100, seconds: float = 900) -> None:
        self._clock = clock
        self._limit = limit
        self._seconds = seconds
        self._windows: dict[str, tuple[int, float]] = {}

    def spend(self, host: str | None) -> None:
        """Count one before it is known what becomes of it; raises TooManyRequests."""
        name = _network(host)
        if name is None:
            return
        now = self._clock()
        count, ends_at = self._windows.pop(name, (0, 0.0))
        if ends_at <= now:
            count, ends_at = 0, now + self._seconds
        if len(self._windows) >= self._KNOWN:
            del self._windows[next(iter(self._windows))]  # the one that was quiet for longest
        self._windows[name] = (min(count + 1, self._limit), ends_at)
        if count >= self._limit:
            raise TooManyRequests(retry_after=math.ceil(ends_at - now))

    def give_back(self, host: str | None, number: int) -> None:
        """Take back what was no guess after all."""
        name = _network(host)
        if name in self._windows:
            count, ends_at = self._windows[name]
            self._windows[name] = (max(0, count - number), ends_at)


def _network(host: str | None) -> str | None:
    """Answer the name under which an address is counted, None where it isn't."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            network = ipaddress.ip_network((int(address), 64), strict=False)
            return None if address.is_loopback else str(network)
        address = address.ipv4_mapped
    return None if address.is_loopback else str(address)
