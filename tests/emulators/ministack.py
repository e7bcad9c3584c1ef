"""ministack: API Gateway, Cognito, S3, DynamoDB, SQS, EventBridge and Lambda in one process."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.emulators.process import HOST, answers, folder, free_ports, running

CLOSED = {"LAMBDA_EXECUTOR": "local", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
"""Without these it looks for Docker and opens ports at all addresses."""
QUICK = {"SFN_WAIT_SCALE": "0.02"}
"""State machines wait for a fiftieth of their time."""


@contextmanager
def ministack(*, enforcing: bool = False) -> Iterator[str]:
    """Run ministack while the block lasts; answers its URL.

    `enforcing`: it keeps to policies and signatures. The access key `test` may do everything then,
    functions what their roles allow.
    """
    (port,) = free_ports(1)
    url = f"http://{HOST}:{port}"
    environment = {"BIND_HOST": HOST, "GATEWAY_PORT": str(port), **CLOSED, **QUICK}
    if enforcing:
        environment["AUTH"] = "true"
    with folder() as here:
        health = f"{url}/_ministack/health"
        with running("ministack", [], here, lambda: answers(health), environment):
            yield url
