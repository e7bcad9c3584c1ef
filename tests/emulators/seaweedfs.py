"""SeaweedFS: an S3 that checks signatures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.emulators.process import HOST, answers, folder, free_ports, running

PORTS = ["master", "volume", "filer", "s3", "admin"]
"""Each server listens at one port for HTTP and at one for gRPC."""


class SeaweedFs(NamedTuple):
    """Where it is and whom it knows."""

    url: str
    access_key: str = "photohq-tests"
    secret_key: str = "photohq-tests-secret"


@contextmanager
def seaweedfs() -> Iterator[SeaweedFs]:
    """Run SeaweedFS while the block lasts; who has the key may do anything."""
    ports = iter(free_ports(2 * len(PORTS)))
    numbers = {f"{name}.port{kind}": next(ports) for name in PORTS for kind in ("", ".grpc")}
    server = SeaweedFs(f"http://{HOST}:{numbers['s3.port']}")
    key = {"accessKey": server.access_key, "secretKey": server.secret_key}
    identity = {
        "name": "tests",
        "credentials": [key],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    with folder() as here:
        (here / "s3.json").write_text(json.dumps({"identities": [identity]}))
        options = {
            **numbers,
            "ip": HOST,
            "ip.bind": HOST,
            "dir": here,
            "filer.localSocket": here / "filer.sock",
            "s3.localSocket": here / "s3.sock",
            "s3.config": here / "s3.json",
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "admin.ui": "false",
            "webdav": "false",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": 64,
            "volume.max": 1000,  # a bucket takes one, and tests make many buckets
            "volume.preStopSeconds": 0,
        }
        arguments = ["mini", *(f"-{name}={value}" for name, value in options.items())]
        with running("weed", arguments, here, lambda: answers(f"{server.url}/healthz")):
            yield server
