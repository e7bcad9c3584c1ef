"""A deployment that answers from a script, behind httpx's own transport."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from photohq.client import PhotoHQ, Retries, Tokens

URL = "https://photos.example.com/prod"
POOL = "https://pool.example.com"
STORE = "https://store.example.com"
TOKENS = Tokens(access_token="first", refresh_token="refresh", expires_at=1_000.0)
CONFIG = {
    "api_version": "1",
    "deployment": "test",
    "region": "eu-west-1",
    "user_pool_id": "eu-west-1_pool",
    "client_id": "client",
    "identity_endpoint": POOL,
    "limits": {"min_file_size": 1, "max_file_size": 2, "max_edit_size": 3},
    "features": ["pictures"],
    "a_field_of_tomorrow": [1],
}
METADATA = {
    "photo_id": "p1",
    "user_id": "u1",
    "created_at": "2026-11-24T10:01:11.000Z",
    "updated_at": "2026-11-24T10:01:11.000Z",
    "status": "uploaded",
    "version_type": "original",
    "has_edited_version": False,
    "original": {
        "filename": "a.jpg",
        "content_type": "image/jpeg",
        "file_size": 3,
        "s3_key": "u1/originals/p1/a.jpg",
        "bucket": "originals",
        "status": "uploaded",
    },
    "edited": None,
}

Answer = httpx.Response | Exception


PICTURE = {
    "taken_at": "2026-05-01T10:11:12+02:00",
    "width": 6000,
    "height": 4000,
    "orientation": 6,
    "placeholder": "UecFDYBXinaMh4iMhwiHcHlxkNYH",
}
RENDITION = {
    "size": 256,
    "width": 171,
    "height": 256,
    "content_type": "image/jpeg",
    "url": f"{STORE}/rendition?X-Amz-Signature=secret",
}


def problem(status: int, code: str = "x", **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    body = {"status": status, "code": code, "detail": "Because", "request_id": "r1", **more}
    return httpx.Response(status, json=body, headers=headers)


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


class StandIn:
    """Answers each `METHOD path` (or Cognito action) with the next of its scripted answers.

    The last answer goes on being given. Requests and pauses are kept; pauses move the clock.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.requests: list[httpx.Request] = []
        self._script: dict[str, list[Answer | Callable[[httpx.Request], Answer]]] = {}
        self.on("GET /prod/config", ok(CONFIG))

    def on(self, what: str, *answers: Answer | Callable[[httpx.Request], Answer]) -> None:
        self._script[what] = list(answers)

    def client(self, tokens: Tokens | None = TOKENS, **options: Any) -> PhotoHQ:
        return PhotoHQ(
            URL,
            tokens=tokens,
            transport=httpx.MockTransport(self._answer),
            clock=lambda: self.now,
            sleep=self._sleep,
            **{"retries": Retries(attempts=3), **options},
        )

    def asked(self, what: str) -> list[httpx.Request]:
        return [request for request in self.requests if _name(request) == what]

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        script = self._script[_name(request)]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if not answer.is_stream_consumed:
            return answer
        fresh = httpx.ByteStream(answer.content)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=fresh)


def _name(request: httpx.Request) -> str:
    if target := request.headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    return f"{request.method} {request.url.path}"


def body(request: httpx.Request) -> Any:
    return json.loads(request.content)
