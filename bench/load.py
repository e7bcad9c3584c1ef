"""A closed-loop HTTP/1.1 load: so many connections, each sends the next request when it has its
answer. `python -m bench.load HOST PORT SECONDS CONNECTIONS` reads the request from standard input
and prints requests per second and p50, p99 in milliseconds."""

import asyncio
import sys
import time
from typing import cast

import uvloop


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, until: float, latencies: list[float]) -> None:
        self._request, self._until, self._latencies = request, until, latencies
        self._buffer = b""
        self._length = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def _next(self) -> None:
        self._started = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._length:
            head = self._buffer.find(b"\r\n\r\n")
            if head < 0:
                return
            assert self._buffer.startswith(b"HTTP/1.1 200"), self._buffer[:200]
            lower = self._buffer[:head].lower()
            at = lower.index(b"content-length:") + 15
            self._length = head + 4 + int(lower[at:].split(b"\r\n", 1)[0])
        if len(self._buffer) < self._length:
            return
        self._buffer, self._length = b"", 0
        now = time.perf_counter()
        self._latencies.append(now - self._started)
        if now < self._until:
            self._next()
        else:
            self._transport.close()
            self.done.set_result(None)


async def load(host: str, port: int, seconds: float, connections: int, request: bytes) -> str:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    made = [
        await loop.create_connection(lambda: _Connection(request, until, latencies), host, port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    latencies.sort()
    count = len(latencies)
    p50, p99 = latencies[count // 2] * 1000, latencies[int(count * 0.99)] * 1000
    return f"{count / seconds:.1f} {p50:.3f} {p99:.3f}"


if __name__ == "__main__":
    host, port, seconds, connections = sys.argv[1:]
    print(
        uvloop.run(load(host, int(port), float(seconds), int(connections), sys.stdin.buffer.read()))
    )
