"""The two services that a function's process talks to, in miniature: Lambda's runtime API, which
hands it events and takes its answers, and a DynamoDB that answers at once.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from photohq.catalog.dynamodb_items import photo_item
from photohq.photos.photo import Photo, Version
from photohq.photos.times import iso

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv" / "emulators" / "bin" / "python"
PACKAGE = ROOT / ".venv" / "functions" / "functions"
PLAIN = ROOT / "bench" / "plain"
USER = "5b0e8d2c-7a51-4f0e-9c1f-3d2b6a7e8f90"
PHOTO = Photo(
    photo_id="0b7e9f6a-1c1d-4d0e-8a6b-0e0f5a1b2c3d",
    user_id=USER,
    created_at=iso(0),
    updated_at=iso(0),
    original=Version(
        upload_id="7c0e9f6a-1c1d-4d0e-8a6b-0e0f5a1b2c3d",
        bucket="originals",
        s3_key=f"{USER}/originals/0b7e9f6a-1c1d-4d0e-8a6b-0e0f5a1b2c3d/vacation.jpg",
        filename="vacation.jpg",
        content_type="image/jpeg",
        file_size=8_000_000,
        created_at=iso(0),
        expires_at=0,
    ),
)
UPLOAD = {"filename": "vacation.jpg", "content_type": "image/jpeg", "file_size": 8_000_000}


def event(method: str, resource: str, body: object = None, **parameters: str) -> dict[str, Any]:
    """Make an event of API Gateway's proxy integration, with the claims of a user."""
    path = resource.format(**parameters)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "multiValueHeaders": {
            "Authorization": ["Bearer token"],
            "Content-Type": ["application/json"],
        },
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters or None,
        "requestContext": {
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "authorizer": {"claims": {"sub": USER, "token_use": "access", "jti": "1"}},
        },
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }


EVENTS = {
    "upload_photo": event("POST", "/photos/upload", UPLOAD),
    "get_photo": event("GET", "/photos/{photo_id}", photo_id=PHOTO.photo_id),
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A function that is stopped hangs up: that is no news."""


class Services:
    """Both services, at one address."""

    def __init__(self) -> None:
        self.events: queue.Queue[bytes] = queue.Queue()
        self.answers: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def function(self, handler: str, code: Path) -> Iterator[subprocess.Popen[bytes]]:
        """Start a function's process as Lambda does; its code is in the folder `code`."""
        self.events, self.answers = queue.Queue(), queue.Queue()
        process = subprocess.Popen(
            [PYTHON, "-m", "awslambdaric", handler],
            cwd=code,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(code),
                "PYTHONDONTWRITEBYTECODE": "1",
                "LAMBDA_TASK_ROOT": str(code),
                "AWS_LAMBDA_RUNTIME_API": self.address,
                "AWS_LAMBDA_FUNCTION_NAME": "bench",
                "AWS_LAMBDA_FUNCTION_VERSION": "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                "AWS_LAMBDA_LOG_FORMAT": "JSON",
                "AWS_ENDPOINT_URL": f"http://{self.address}",
                "AWS_REGION": "eu-central-1",
                "AWS_DEFAULT_REGION": "eu-central-1",
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_SESSION_TOKEN": "token",
                "PHOTOS_TABLE": "photos",
                "ORIGINALS_BUCKET": "originals",
                "EDITED_BUCKET": "edited",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            assert process.stderr
            process.stderr.close()

    def ask(self, name: str, process: subprocess.Popen[bytes]) -> float:
        """Hand an event over and wait for a good answer; answers when it came."""
        self.events.put(json.dumps(EVENTS[name]).encode())
        while True:
            try:
                at, body = self.answers.get(timeout=1)
                break
            except queue.Empty:
                if process.poll() is not None:
                    assert process.stderr
                    raise RuntimeError(process.stderr.read().decode()) from None
        answer = json.loads(body)
        assert answer.get("statusCode") == 200, answer
        return at


def _handler(services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer

        def do_GET(self) -> None:
            self._send(
                services.events.get(),
                {
                    "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 30_000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:x:0:function:b",
                },
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if "runtime" in self.path:
                services.answers.put((time.perf_counter(), body))
                self._send(b"", {}, 202)
            elif self.headers["X-Amz-Target"].endswith("GetItem"):
                self._send(json.dumps({"Item": photo_item(PHOTO)}).encode(), {})
            else:
                self._send(b"{}", {})

        def _send(self, body: bytes, headers: dict[str, str], status: int = 200) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            return

    return Handler
