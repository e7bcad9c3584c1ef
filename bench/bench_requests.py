"""Requests per second of GET /photos/{id}/metadata against a constant answer of 600 bytes from the
same server and framework, 32 connections, one process each."""

import subprocess
import sys
import time
from urllib.parse import urlsplit

from bench.server import header, ratio, running
from photohq.photos.rules import MIB

SECONDS, CONNECTIONS, ROUNDS = 4, 32, 3
CONSTANT = """
import sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

BODY = b'{"constant": "' + b"x" * 584 + b'"}'

async def constant(request):
    return Response(BODY, media_type="application/json")

uvicorn.run(Starlette(routes=[Route("/constant", constant)]), port=int(sys.argv[1]), loop="uvloop",
            http="httptools", log_config=None, access_log=False, server_header=False)
"""


def load(url: str, path: str, token: str) -> tuple[float, float, float]:
    place = urlsplit(url)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {token}\r\n\r\n".encode()
    )
    command = [sys.executable, "-m", "bench.load", place.hostname, str(place.port)]
    command += [str(SECONDS), str(CONNECTIONS)]
    done = subprocess.run(command, input=request, capture_output=True, check=True, timeout=60)
    rate, p50, p99 = map(float, done.stdout.split())
    return rate, p50, p99


def main() -> None:
    header("GET /photos/{id}/metadata against a constant answer")
    with running() as server:
        client = server.sign_in()
        body = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 6 * MIB}
        photo_id = client.post("/photos/upload", json=body).raise_for_status().json()["photo_id"]
        token = client.headers["Authorization"]
        port = int(urlsplit(server.url).port or 0) + 1
        floor = subprocess.Popen([sys.executable, "-c", CONSTANT, str(port)])
        time.sleep(1.5)
        try:
            for _ in range(ROUNDS):
                constant = load(f"http://127.0.0.1:{port}", "/constant", token)
                ours = load(server.url, f"/photos/{photo_id}/metadata", token)
                ratio("requests/s, ours and constant", ours[0], constant[0], "req/s", ">= 0.4")
                print(f"  p50 {ours[1]:.2f} ms, p99 {ours[2]:.2f} ms   p99 < 50 ms")
        finally:
            floor.terminate()
            floor.wait()


if __name__ == "__main__":
    main()
