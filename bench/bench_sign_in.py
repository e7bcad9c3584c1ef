"""What time tells of users, and what sign-ins take from everybody else.

Guesses, handshakes, resets and resends go over HTTP to known and unknown users in random order;
printed is the AUC of the best classifier that knows nothing but the time of the answer (0.5 tells
nothing, 1 tells all). Then reads are timed while nobody and while 20 users a second sign in."""

import base64
import http.client
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bench.server import PASSWORD, Server, header, ratio, running
from photohq.embedded.data_folder import DataFolder
from photohq.identity.pool import Pool
from photohq.photos.rules import MIB
from photohq.settings import server as settings
from photohq.wiring import one_machine as wiring

USERS, TIMES = 250, 4  # locks and quotas begin with the fifth
PUBLIC = f"{pow(3, 1000):x}"
SECONDS, CONNECTIONS, SIGN_INS = 8, 8, 20
LIMIT = 0.55


class Client:
    """One connection that is kept, as its making would be most of the noise."""

    def __init__(self, url: str) -> None:
        config = json.loads(self._get(url))
        self.client_id = config["client_id"]
        place = urlsplit(config["identity_endpoint"])
        self._path = place.path
        self._connection = http.client.HTTPConnection(place.netloc, timeout=60)

    def call(self, action: str, **members: Any) -> tuple[float, dict[str, Any]]:
        """Answer the seconds that a call takes, and what it is answered."""
        headers = {
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
            "Content-Type": "application/x-amz-json-1.1",
        }
        body = json.dumps({"ClientId": self.client_id, **members})
        start = time.perf_counter()
        self._connection.request("POST", self._path, body, headers)
        content = self._connection.getresponse().read()
        return time.perf_counter() - start, json.loads(content or b"{}")

    def sign_in(self, email: str, password: str) -> float:
        parameters = {"USERNAME": email, "PASSWORD": password}
        seconds, _ = self.call(
            "InitiateAuth", AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        return seconds

    def begin(self, email: str) -> tuple[float, dict[str, Any]]:
        parameters = {"USERNAME": email, "SRP_A": PUBLIC}
        return self.call("InitiateAuth", AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)

    def handshake(self, email: str) -> float:
        """Answer the seconds of the second step, with a proof that is wrong."""
        _, begun = self.begin(email)
        of = begun["ChallengeParameters"]
        now = time.gmtime()
        responses = {
            "USERNAME": of["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": of["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(bytes(32)).decode(),
            "TIMESTAMP": time.strftime(f"%a %b {now.tm_mday} %H:%M:%S UTC %Y", now),
        }
        seconds, _ = self.call(
            "RespondToAuthChallenge",
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=responses,
        )
        return seconds

    @staticmethod
    def _get(url: str) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        connection.request("GET", "/config")
        return connection.getresponse().read()


@contextmanager
def pool_of(server: Server) -> Iterator[Pool]:
    read = settings.read(server.environment)
    with wiring.user_pool(read, DataFolder(server.data)) as pool:
        yield pool


def auc(known: list[float], unknown: list[float]) -> float:
    """Answer the area under the curve of a classifier by time, whichever way it points."""
    ranked = sorted([(seconds, True) for seconds in known] + [(s, False) for s in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    area = (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))
    return max(area, 1 - area)


def told(name: str, of: Callable[[str], float], known: list[str], unknown: list[str]) -> None:
    """Time calls for known and unknown names in random order, and print what the time tells."""
    order = [(email, True) for email in known] + [(email, False) for email in unknown]
    order *= TIMES
    random.Random(1).shuffle(order)
    for email, _ in order[:20]:
        of(f"warm-{email}")
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for email, is_known in order:
        seconds[is_known].append(of(email))
    halves = [sorted(seconds[is_known])[len(order) // 4] * 1000 for is_known in (True, False)]
    print(
        f"  {name:<32} AUC {auc(seconds[True], seconds[False]):.3f} <= {LIMIT}"
        f"   p50 {halves[0]:7.3f} ms known, {halves[1]:7.3f} ms unknown"
    )


def names(kind: str) -> list[str]:
    return [f"{kind}-{number:03}@example.com" for number in range(USERS)]


def secrecy(server: Server) -> None:
    with pool_of(server) as pool:
        for email in names("known"):
            pool.sign_up.add_confirmed(email, PASSWORD)
        for email in names("fresh"):
            pool.sign_up.sign_up(email, PASSWORD)
    client = Client(server.url)

    def wrong(email: str) -> float:
        return client.sign_in(email, f"{PASSWORD}-wrong")

    def reset(email: str) -> float:
        return client.call("ForgotPassword", Username=email)[0]

    def resend(email: str) -> float:
        return client.call("ResendConfirmationCode", Username=email)[0]

    def guess(email: str) -> float:
        members = {"Username": email, "ConfirmationCode": "000000", "Password": PASSWORD}
        return client.call("ConfirmForgotPassword", **members)[0]

    told("password, wrong", wrong, names("known"), names("nobody"))
    told("handshake begun", lambda email: client.begin(email)[0], names("known"), names("nobody"))
    told("handshake, wrong", client.handshake, names("fresh"), names("stranger"))
    told("reset", reset, names("known"), names("nobody"))
    told("reset, wrong code", guess, names("known"), names("nobody"))
    told("resend", resend, names("fresh"), names("stranger"))


def reads(server: Server, path: str, token: str) -> tuple[float, float]:
    place = urlsplit(server.url)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {token}\r\n\r\n".encode()
    )
    command = [sys.executable, "-m", "bench.load", str(place.hostname), str(place.port)]
    command += [str(SECONDS), str(CONNECTIONS)]
    done = subprocess.run(command, input=request, capture_output=True, check=True, timeout=60)
    _, p50, p99 = map(float, done.stdout.split())
    return p50, p99


@contextmanager
def signing_in(server: Server) -> Iterator[list[float]]:
    """Let 20 users a second sign in, whether those before them are done or not."""
    clients = threading.local()
    seconds: list[float] = []
    stopped = threading.Event()

    def sign_in(number: int) -> None:
        if not hasattr(clients, "client"):
            clients.client = Client(server.url)
        seconds.append(clients.client.sign_in(names("known")[number % USERS], PASSWORD))

    def clock() -> None:
        with ThreadPoolExecutor(20) as threads:
            start = time.perf_counter()
            for number in range(10_000):
                if stopped.wait(max(0.0, start + number / SIGN_INS - time.perf_counter())):
                    return
                threads.submit(sign_in, number)

    thread = threading.Thread(target=clock)
    thread.start()
    try:
        yield seconds
    finally:
        stopped.set()
        thread.join()


def neighbours(server: Server) -> None:
    client = server.sign_in()
    body = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 6 * MIB}
    photo_id = client.post("/photos/upload", json=body).raise_for_status().json()["photo_id"]
    path, token = f"/photos/{photo_id}/metadata", client.headers["Authorization"]
    _, alone = reads(server, path, token)
    with signing_in(server) as seconds:
        time.sleep(1)
        p50, p99 = reads(server, path, token)
    seconds.sort()
    ratio("p99 of reads, with sign-ins and alone", p99, alone, "ms", "< 50 ms")
    print(
        f"  p50 {p50:.2f} ms; {len(seconds)} sign-ins,"
        f" p50 {seconds[len(seconds) // 2] * 1000:.0f} ms, slowest {seconds[-1] * 1000:.0f} ms"
    )


def main() -> None:
    header(f"What time tells of users: {USERS * TIMES} calls each")
    with running() as server:
        secrecy(server)
        header(f"Reads while {SIGN_INS} users a second sign in, {CONNECTIONS} connections")
        neighbours(server)


if __name__ == "__main__":
    main()
