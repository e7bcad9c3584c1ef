"""An OpenID Connect provider on loopback, as small as one can be: two documents and its tokens."""

import base64
import contextlib
import json
import threading
import time
import uuid
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from photohq.photos.errors import Unauthenticated, Unavailable

CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/keys"
CLIENT = "photo-app"
AUDIENCE = "https://api.example.org"
ACCESS_TYPE = {"typ": "at+jwt"}
SUB = "7d1c5a44-90e1-70a2-b6a5-3c1f0f6a9d10"


@cache
def private_key(algorithm, number=0, bits=2048):
    """A key of its own for each number; RSA's take a while to make."""
    del number
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, bits)


def jwk(private, algorithm, **described):
    made = jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return made | described


class Provider:
    """Counts what it is asked. `answers` replaces a document, `away` hangs up, `gate` holds back.

    `requests` holds the paths in order. Tokens are signed with the newest key.
    """

    def __init__(self, algorithm="RS256", clock=time.time):
        self.clock = clock
        self.requests = []
        self.answers = {}
        self.away = False
        self.gate = threading.Event()
        self.gate.set()
        self.published = []
        self._number = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                with contextlib.suppress(ConnectionError):  # who asked may have given up
                    provider._answer(self)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.rotate(algorithm)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.gate.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def jwks_uri(self):
        return self.issuer + KEYS

    @property
    def fetches(self):
        """How often the keys were asked for, the configuration before them."""
        return self.requests.count(CONFIGURATION)

    def rotate(self, algorithm=None):
        """Sign with another key from now on, and withdraw the old one."""
        self.algorithm = algorithm or self.algorithm
        self._number += 1
        self.kid = f"key-{self._number}"
        self.key = private_key(self.algorithm, self._number)
        described = jwk(self.key, self.algorithm, kid=self.kid, use="sig", alg=self.algorithm)
        self.published = [described]

    def claims(self, **changes):
        """Those of an access token; one that is changed to `...` is left out."""
        now = int(self.clock())
        claims = {
            "iss": self.issuer,
            "sub": SUB,
            "aud": AUDIENCE,
            "client_id": CLIENT,
            "iat": now,
            "exp": now + 3600,
            "scope": "photos",
            "jti": str(uuid.uuid4()),
        }
        return {name: value for name, value in (claims | changes).items() if value is not ...}

    def token(self, *, headers=None, **changes):
        return self.signed(self.claims(**changes), headers)

    def id_token(self, **changes):
        return self.token(aud=CLIENT, client_id=..., scope=..., nonce="n-0S6_WzA2Mj", **changes)

    def signed(self, claims, headers=None):
        named = {"kid": self.kid, **(headers or {})}
        named = {name: value for name, value in named.items() if value is not ...}
        # By hand of the JWS layer: it signs claims that the JWT layer would refuse to.
        return jwt.PyJWS().encode(
            json.dumps(claims).encode(), self.key, algorithm=self.algorithm, headers=named
        )

    def _answer(self, request):
        self.requests.append(request.path)
        self.gate.wait(30)
        if self.away:
            request.close_connection = True
            return
        documents = {
            CONFIGURATION: {"issuer": self.issuer, "jwks_uri": self.jwks_uri},
            KEYS: {"keys": self.published},
        }
        answer = self.answers.get(request.path, documents.get(request.path))
        if callable(answer):
            answer(request)
        elif answer is None:
            request.send_error(404)
        else:
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            request.send_response(200)
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)


def refused(issuer, token):
    with pytest.raises(Unauthenticated):
        issuer.caller(token)


def unavailable(call, *arguments):
    with pytest.raises(Unavailable) as raised:
        call(*arguments)
    return raised.value


def part(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def by_hand(key, header, payload, algorithm="RS256"):
    """A token whatever its parts are, signed as its header may or may not say."""
    signed = f"{part(header)}.{part(payload)}"
    signature = jwt.get_algorithm_by_name(algorithm).sign(signed.encode(), key)
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
