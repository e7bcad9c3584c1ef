"""Bytes on the wire that are no decent request: what is answered, and when the server hangs up."""

import json
import socket
import threading
import time

import pytest
import uvicorn

from photohq.entrypoints import protocol
from photohq.entrypoints.server import listen

ORIGIN = "https://app.example.org"


async def hello(scope, receive, send):
    headers = [(b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def connect(monkeypatch):
    """Opens connections to a server whose patience is half a second."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    claimed = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        hello, http=protocol.protocol((ORIGIN,)), lifespan="off", ws="none", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([claimed],))
    thread.start()
    opened = []

    def open_one():
        opened.append(socket.create_connection(claimed.getsockname(), timeout=10))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()
    server.should_exit = True
    thread.join()
    claimed.close()


def everything(connection):
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def problem_of(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.lower(), json.loads(body)


@pytest.mark.parametrize("sent", [b"\x00nonsense\r\n\r\n", b"BREW /pot HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_gets_a_problem_document(connect, sent):
    connection = connect()
    connection.sendall(sent)
    head, problem = problem_of(everything(connection))
    assert head.startswith(b"http/1.1 400")
    assert problem["code"] == "malformed_request"
    assert problem["request_id"].encode() in head


def test_the_callers_id_and_origin_are_known_even_then(connect):
    connection = connect()
    given = f"X-Request-Id: mine\r\nOrigin: {ORIGIN}\r\nX: y\r\n".encode()
    connection.sendall(b"GET / HTTP/1.1\r\n" + given + b"bad head\r\n\r\n")
    head, problem = problem_of(everything(connection))
    assert problem["request_id"] == "mine"
    assert b"access-control-allow-origin: https://app.example.org" in head


def test_a_request_that_came_whole_is_answered_whatever_follows_it(connect):
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\x00garbage\r\n\r\n")
    answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"hello")


def test_a_head_without_end_is_refused(connect):
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\nX-A: ")
    with pytest.raises(ConnectionError):
        for _ in range(4096):
            connection.sendall(b"x" * 65536)
        everything(connection)


def test_a_head_past_the_limit_is_told_so(connect):
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\nX-A: " + b"x" * (protocol.MAX_HEAD + 1))
    head, problem = problem_of(everything(connection))
    assert head.startswith(b"http/1.1 431")
    assert problem["code"] == "head_too_large"


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost:"])
def test_a_client_that_sends_no_whole_head_is_hung_up_on(connect, sent):
    connection = connect()
    connection.sendall(sent)
    started = time.monotonic()
    assert everything(connection) == b""
    assert time.monotonic() - started < 5


def test_a_connection_that_is_kept_alive_serves_again(connect):
    connection = connect()
    for _ in range(3):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while not received.endswith(b"hello"):
            received += connection.recv(65536)
        assert received.startswith(b"HTTP/1.1 200")
