"""moto: a second opinion on DynamoDB."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.emulators.process import HOST, answers, folder, free_ports, running


@contextmanager
def moto() -> Iterator[str]:
    """Run moto's server while the block lasts; answers its URL."""
    (port,) = free_ports(1)
    url = f"http://{HOST}:{port}"
    with folder() as here:
        arguments = ["-H", HOST, "-p", str(port)]
        with running("moto_server", arguments, here, lambda: answers(f"{url}/moto-api/")):
            yield url
