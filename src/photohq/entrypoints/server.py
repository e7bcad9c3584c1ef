"""One process on one port: the API, the object endpoint and the user pool, over ASGI."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from prometheus_client import start_http_server
from starlette.routing import Router
from starlette.types import ASGIApp

from photohq.entrypoints.api_endpoint import ApiEndpoint
from photohq.entrypoints.identity_endpoint import identity_routes
from photohq.entrypoints.janitor import Janitor
from photohq.entrypoints.object_endpoint import object_routes
from photohq.entrypoints.observed import Observed
from photohq.entrypoints.processing import Processing
from photohq.entrypoints.protocol import protocol
from photohq.entrypoints.web import web_routes
from photohq.entrypoints.workers import Workers
from photohq.settings.server import Settings, names
from photohq.wiring.one_machine import OneMachine

GRACE = 10
"""Seconds in which requests that are in flight may end when the server is told to stop."""
PARTING = 3
"""Seconds in which a mail that is on its way may end then; a mail server that doesn't answer holds
nothing up, and the mail is sent again after the next start."""
MAIL_ROUND = 5.0
"""Seconds between two looks into the outbox; a mail that this process writes goes out at once."""
KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: longer than a proxy's usual 60, so that it is the proxy
who closes and never sends a request into a closing connection."""


def application(machine: OneMachine, workers: Workers, settings: Settings) -> ASGIApp:
    """Put the endpoints on one origin: the user pool's only where the pool is on."""
    origins = names(settings.cors_origins)
    pool = machine.pool
    endpoint = pool.describe().identity_endpoint if pool else None
    # Another issuer's tokens may have to wait for its keys, which the event loop must not.
    api = ApiEndpoint(machine.app, workers, origins, reads_inline=pool is not None)
    others = Router(
        routes=[
            *object_routes(machine.app, machine.store, machine.database, workers, origins),
            *(identity_routes(pool, workers, origins) if pool else ()),
            *web_routes(
                [url for url in (settings.public_url, endpoint, settings.issuer) if url],
                names(settings.web_apis),
                names(settings.web_origins),
            ),
        ],
        default=api,
        redirect_slashes=False,
    )
    return Observed(others)


def listen(host: str, port: int) -> socket.socket:
    """Claim the port; raises OSError where it is taken or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    claimed = socket.socket(family)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((host, port))
        claimed.listen(2048)
    except OSError:
        claimed.close()
        raise
    return claimed


def serve_metrics(port: int) -> None:
    """Serve /metrics on loopback; raises OSError where the port is taken."""
    start_http_server(port, "127.0.0.1")


def run(
    machine: OneMachine, claimed: socket.socket, settings: Settings, ready: Callable[[], None]
) -> None:
    """Serve until SIGTERM or SIGINT; calls `ready` once requests are answered."""
    workers = Workers()
    janitor = Janitor(machine.chores)
    if machine.pool:
        machine.pool.departures.left = janitor.wake
    processing = Processing(machine.app, machine.jobs, machine.pictures, machine.picture_threads)
    machine.jobs.arrived = processing.wake
    machine.jobs.resume()
    post: Janitor | None = None
    if machine.postman:
        post = Janitor([machine.postman.round], MAIL_ROUND)
        machine.postman.outbox.arrived = post.wake
    config = uvicorn.Config(
        application(machine, workers, settings),
        loop="uvloop",
        http=protocol(names(settings.cors_origins)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, ready)
    janitor.start()
    processing.start()
    if post:
        post.start()
    try:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve([claimed]))
    finally:
        janitor.stop()
        processing.stop()
        if post:
            post.stop(PARTING)
        workers.close()
        machine.database.close()


class _Server(uvicorn.Server):
    """Uvicorn's server that says when it is ready, and for which a signal is a decent end.

    Uvicorn itself raises the signal again at the end, so that the process would not exit with 0.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()
