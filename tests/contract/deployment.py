"""A deployment under test and the people who use it, known by nothing but the HTTP contract."""

import json
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import httpx
import jwt
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from tests.aws.stack import Stack

from photohq.identity.mail.outbox import Outbox

from . import expect
from .pictures import LEAST, jpeg
from .serving import PHOTOHQ, Server, environment

PASSWORD = "Correct-Horse-7"
UPLOAD = {"filename": "vacation.jpg", "content_type": "image/jpeg", "file_size": 8 * 1024 * 1024}
_Seen = TypeVar("_Seen")


def eventually(look: Callable[[], _Seen], *, seconds: float = 15) -> _Seen:
    """Polls until `look` answers something true: lists and arrival may trail a write."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The body with `changes`; a field changed to `...` is left out."""
    merged = {**body, **changes}
    return {name: value for name, value in merged.items() if value is not ...}


class Deployment:
    """Where the API is, and how a new user gets the code that confirms the address."""

    is_emulated = False
    """Whether S3 and Cognito are played by an emulator."""

    def __init__(
        self, base_url: str, confirm_command: list[str], confirm_env: dict[str, str] | None = None
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._confirm_command = confirm_command
        self._confirm_env = confirm_env
        self.anonymous = httpx.Client(base_url=self.base_url, timeout=60)
        self.bytes = httpx.Client(timeout=60)  # for presigned URLs
        self._clients: list[Any] = [self.anonymous, self.bytes]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        for client in self._clients:
            client.close()

    @cached_property
    def config(self) -> dict[str, Any]:
        return expect.ok(self.anonymous.get("/config"))

    @cached_property
    def pool(self) -> Any:
        """boto3's client of the user pool."""
        client = boto3.client(
            "cognito-idp",
            region_name=self.config["region"],
            endpoint_url=self.config["identity_endpoint"],
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
        )
        self._clients.append(client)
        return client

    @property
    def client_id(self) -> str:
        return self.config["client_id"]

    def serves(self, url: str) -> bool:
        """Whether a URL is on the API's own origin: it is not where S3 or Cognito answer.

        An emulator of AWS answers for all of them at one.
        """
        is_here = urlsplit(url)[:2] == urlsplit(self.base_url)[:2]
        return is_here and not self.has_gateway

    @property
    def has_gateway(self) -> bool:
        """Whether API Gateway stands in front, which has a way of its own with odd requests."""
        return self.config["deployment"] == "aws"

    @property
    def processes_pictures(self) -> bool:
        return "pictures" in self.config["features"]

    @property
    def has_own_pool(self) -> bool:
        return self.serves(self.config["identity_endpoint"])

    def client(self, access_token: str) -> httpx.Client:
        client = httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=60,
        )
        self._clients.append(client)
        return client

    def new_email(self) -> str:
        return f"user-{uuid4().hex[:16]}@example.com"

    def sign_up(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        return self.pool.sign_up(
            ClientId=self.client_id,
            Username=email,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )

    def newest_code(self, email: str) -> str:
        """The newest code sent to the address; empty where none was."""
        found = re.fullmatch(r"\d{6}", self._run_confirm_command(email).stdout.strip())
        return found[0] if found else ""

    def code(self, email: str, *, other_than: str = "") -> str:
        """The newest code sent to the address, once there is one."""

        def look() -> str:
            code = self.newest_code(email)
            return code if code != other_than else ""

        code = eventually(look)
        assert code, f"no code for {email} by {shlex.join(self._confirm_command)}"
        return code

    def _run_confirm_command(self, email: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [word.replace("{email}", email) for word in self._confirm_command],
            env=self._confirm_env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def confirm(self, email: str, code: str) -> None:
        self.pool.confirm_sign_up(ClientId=self.client_id, Username=email, ConfirmationCode=code)

    def confirm_new(self, email: str) -> None:
        """Confirm somebody who has signed up, where the command has not done so itself.

        It says so by exit code 0 and no word, as what an administrator of Cognito calls, who can't
        read users' mail.
        """
        done = self._run_confirm_command(email)
        if done.returncode or done.stdout.strip():
            self.confirm(email, self.code(email))

    def sign_in(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        """The tokens: AccessToken, IdToken, RefreshToken."""
        answer = self.pool.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return answer["AuthenticationResult"]

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        answer = self.pool.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )
        return answer["AuthenticationResult"]

    def new_user(self) -> "User":
        """Somebody who has signed up, confirmed and signed in. Slow: passwords are hashed."""
        email = self.new_email()
        self.sign_up(email)
        self.confirm_new(email)
        return User(self, email, self.sign_in(email))

    def put(self, ticket: dict[str, Any], content: Any, **changes: Any) -> httpx.Response:
        """Sends bytes as the ticket says; `changes` replaces its headers (`...`: left out)."""
        headers = changed(ticket["upload_headers"], changes.pop("headers", {}))
        method = changes.pop("method", ticket["upload_method"])
        url = changes.pop("url", ticket["upload_url"])
        assert not changes
        return self.bytes.request(method, url, content=content, headers=headers)


class Photo:
    """An original that has arrived."""

    def __init__(self, photo_id: str, ticket: dict[str, Any], content: bytes) -> None:
        self.id = photo_id
        self.ticket = ticket
        self.content = content


class User:
    """Somebody signed in."""

    password = PASSWORD

    def __init__(self, deployment: Deployment, email: str, tokens: dict[str, Any]) -> None:
        self.deployment = deployment
        self.email = email
        self.tokens = tokens
        self.api = deployment.client(tokens["AccessToken"])
        claims = jwt.decode(tokens["AccessToken"], options={"verify_signature": False})
        self.sub: str = claims["sub"]

    def send(self, method: str, path: str, body: Any, **headers: Any) -> httpx.Response:
        """Sends JSON, also such as httpx would refuse to write (NaN, lone surrogates)."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.api.request(
            method, path, content=content, headers={"Content-Type": "application/json", **headers}
        )

    def ask_upload(self, **changes: Any) -> httpx.Response:
        return self.send("POST", "/photos/upload", changed(UPLOAD, changes))

    def ask_edit(self, photo_id: str, **changes: Any) -> httpx.Response:
        return self.send("PUT", f"/photos/{photo_id}/edit", changed(UPLOAD, changes))

    def patch(self, photo_id: str, patch: Any, **headers: Any) -> httpx.Response:
        return self.send("PATCH", f"/photos/{photo_id}/metadata", patch, **headers)

    def upload_ticket(self, **changes: Any) -> dict[str, Any]:
        return expect.ok(self.ask_upload(**changes))

    def edit_ticket(self, photo_id: str, **changes: Any) -> dict[str, Any]:
        return expect.ok(self.ask_edit(photo_id, **changes))

    def patched(self, photo_id: str, patch: Any) -> dict[str, Any]:
        """The metadata after a merge patch."""
        return expect.ok(self.patch(photo_id, patch))

    def ask_batch(self, items: Any, **headers: Any) -> httpx.Response:
        return self.send("POST", "/batches", {"items": items}, **headers)

    def ask_operations(self, operations: Any, **headers: Any) -> httpx.Response:
        return self.send("POST", "/photos/batch", {"operations": operations}, **headers)

    def operate(self, *operations: Any) -> list[dict[str, Any]]:
        """The results of operations on photos, one for each, in order."""
        results = expect.ok(self.ask_operations(list(operations)))["results"]
        assert [result["index"] for result in results] == list(range(len(operations)))
        return results

    def tag(self, photo_id: str) -> str:
        """The photo's entity tag."""
        return expect.etag(self.api.get(f"/photos/{photo_id}/metadata"))

    def pending_photo(self, **changes: Any) -> str:
        """The id of a photo whose bytes never come: all that many a test needs."""
        return self.upload_ticket(**changes)["photo_id"]

    def view(self, photo_id: str, **query: Any) -> dict[str, Any]:
        return expect.ok(self.api.get(f"/photos/{photo_id}", params=query))

    def metadata(self, photo_id: str) -> dict[str, Any]:
        return expect.ok(self.api.get(f"/photos/{photo_id}/metadata"))

    def listing(self, **query: Any) -> dict[str, Any]:
        return expect.ok(self.api.get("/photos", params=query))

    def listed_ids(self, **query: Any) -> list[str]:
        return [photo["photo_id"] for photo in self.listing(**query)["photos"]]

    def upload(
        self, length: int = LEAST, *, seed: int = 0, content: bytes = b"", **changes: Any
    ) -> Photo:
        """An original, uploaded and arrived: a filler, or `content`."""
        content = content or jpeg(length, seed)
        ticket = self.upload_ticket(file_size=len(content), **changes)
        answer = self.deployment.put(ticket, content)
        assert answer.status_code == 200, answer.text
        photo_id = ticket["photo_id"]
        assert eventually(lambda: self.metadata(photo_id)["status"] in expect.ARRIVED)
        return Photo(photo_id, ticket, content)

    def edit(self, photo_id: str, content: bytes, **changes: Any) -> dict[str, Any]:
        """An edited version, uploaded and arrived; answers its ticket."""
        ticket = self.edit_ticket(photo_id, file_size=len(content), **changes)
        answer = self.deployment.put(ticket, content)
        assert answer.status_code == 200, answer.text

        def arrived() -> bool:
            edited = self.metadata(photo_id)["edited"]
            return edited["status"] in expect.ARRIVED and not edited.get("pending")

        assert eventually(arrived)
        return ticket

    def settled(self, photo_id: str) -> dict[str, Any]:
        """The metadata once nothing happens to the photo any more but what clients ask for."""
        passing = expect.PASSING if self.deployment.processes_pictures else set()
        metadata: dict[str, Any] = {}

        def look() -> bool:
            metadata.update(self.metadata(photo_id))
            versions = (metadata["original"], metadata["edited"] or {})
            return not any(version.get("status") in passing for version in versions)

        assert eventually(look, seconds=60), metadata
        return metadata

    def download_url(self, photo_id: str, version: str = "original") -> str:
        return self.view(photo_id, version=version)["download_url"]

    def download(self, photo_id: str, version: str = "original") -> bytes:
        answer = self.deployment.bytes.get(self.download_url(photo_id, version))
        assert answer.status_code == 200, answer.text[:500]
        return answer.content

    def sign_in_again(self) -> Self:
        """The same person in another session."""
        tokens = self.deployment.sign_in(self.email, self.password)
        return type(self)(self.deployment, self.email, tokens)


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("deployment")
    try:
        group.addoption("--base-url", metavar="URL", help="test this deployment, which is running")
        group.addoption(
            "--deployment",
            choices=["one-machine", "aws"],
            default="one-machine",
            help="what to start: `photohq serve`, or the template in an emulator of AWS",
        )
        group.addoption(
            "--confirm-command",
            metavar="COMMAND",
            help="prints the newest code sent to {email}, such as "
            "'photohq outbox --data DIR --latest-code {email}', or confirms the user itself and "
            "prints nothing, such as 'aws cognito-idp admin-confirm-sign-up --user-pool-id POOL "
            "--username {email}'",
        )
    except ValueError:  # both suites that offer them are named in one run
        return


@contextmanager
def tested(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    """Answer the deployment that the options name, started if it is none that runs already."""
    option = request.config.getoption
    base_url = option("--base-url", default=None)
    if base_url:
        command = option("--confirm-command", default=None)
        if not command:
            raise pytest.UsageError("--base-url needs --confirm-command, to confirm new users")
        with Deployment(base_url, shlex.split(command)) as running:
            yield running
    elif option("--deployment", default=None) == "aws":
        with on_aws(request.getfixturevalue("stack")) as emulated:
            yield emulated
    else:
        folder = request.getfixturevalue("tmp_path_factory").mktemp("server")
        with Server(folder) as server, of_server(server) as started:
            yield started


def on_aws(stack: Stack) -> Deployment:
    """Know a stack in an emulator, whose user pool takes any confirmation code."""
    deployment = Deployment(stack.api_url, ["echo", "123456"])
    deployment.is_emulated = True
    return deployment


def of_server(server: Server) -> Deployment:
    return _WithOutbox(server)


class _WithOutbox(Deployment):
    """A server here, whose mails lie in a folder: a code is read without a process of its own."""

    def __init__(self, server: Server) -> None:
        words = [PHOTOHQ, "outbox", "--data", str(server.data), "--latest-code", "{email}"]
        super().__init__(server.url, words, environment(server.folder))
        self._outbox = Outbox(server.data / "outbox")

    def newest_code(self, email: str) -> str:
        return self._outbox.latest_code(email) or ""

    def confirm_new(self, email: str) -> None:
        self.confirm(email, self.code(email))
