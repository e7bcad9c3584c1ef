"""Warm handlers of the functions without the network: DynamoDB's answers are made before a request
would be sent. Run by `bench.cold_start` on the runtime's Python; prints milliseconds as JSON."""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.awsrequest import AWSResponse

from bench.lambda_runtime import EVENTS, PHOTO
from photohq.catalog.dynamodb_items import photo_item
from photohq.entrypoints import aws_lambda
from photohq.objects.presign import Credentials, presign

CALLS = 2_000
FOUND = json.dumps({"Item": photo_item(PHOTO)}).encode()
CREDENTIALS = Credentials("key", "secret", "token" * 200)


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def at_once(request: Any, **_: object) -> AWSResponse:
    body = FOUND if b"GetItem" in request.headers["X-Amz-Target"] else b"{}"
    return AWSResponse(request.url, 200, {}, _Raw(body))


def sign() -> None:
    presign(
        "PUT",
        "https://originals.s3.eu-central-1.amazonaws.com/u/originals/p/vacation.jpg",
        credentials=CREDENTIALS,
        region="eu-central-1",
        now=time.time(),
        expires_in=900,
        headers={"content-type": "image/jpeg", "content-length": "1", "if-none-match": "*"},
    )


def p50(act: Callable[[], object]) -> float:
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def main() -> None:
    client = aws_lambda._aws.app.catalog.client
    client.meta.events.register("before-send.dynamodb", at_once)
    output, sys.stdout = sys.stdout, io.StringIO()  # the functions' own lines
    figures = {}
    for name, event in EVENTS.items():
        handler = getattr(aws_lambda, name)
        assert handler(event, None)["statusCode"] == 200
        figures[name] = p50(lambda handler=handler, event=event: handler(event, None))
    figures["presign"] = p50(sign)
    output.write(json.dumps(figures))


if __name__ == "__main__":
    main()
