"""The client: one object for one user of one deployment."""

import time
import uuid
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import msgspec

from photohq import __version__
from photohq.client import transfer
from photohq.client.errors import (
    BY_STATUS,
    NotArrived,
    NotFound,
    NoUserPool,
    Problem,
    Refused,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    UploadFailed,
)
from photohq.client.session import Session
from photohq.client.shapes import (
    Config,
    Deleted,
    Download,
    Metadata,
    Page,
    PhotoItem,
    Processing,
    Shape,
    Status,
    Thumbnail,
    Ticket,
    Version,
    VersionType,
)
from photohq.client.transfer import Progress
from photohq.client.transport import Retries, Transport, retry_after
from photohq.client.user_pool import Tokens, UserPool

S = TypeVar("S", bound=Shape)
TIMEOUT = httpx.Timeout(60, connect=10)
JPEG = "image/jpeg"


class PhotoHQ:
    """A client of the API at `url`. Threads may share it; close it, or use it in a `with`.

    `tokens` goes on with an earlier session. Every call may raise Unreachable and UnexpectedAnswer,
    and those that need a user NotSignedIn, IdentityRefused (the session is over) and Refused: its
    subclass tells the status, its `problem` is the whole problem document.
    """

    def __init__(
        self,
        url: str,
        *,
        tokens: Tokens | None = None,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._clock = clock
        self._sleep = sleep
        agent = {"User-Agent": f"photohq-python/{__version__}"}
        self._http = httpx.Client(transport=transport, timeout=TIMEOUT, headers=agent)
        self._transport = Transport(self._http, retries, sleep)
        self._session = Session(lambda: self.users, tokens, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def tokens(self) -> Tokens | None:
        """The session, to go on with it later."""
        return self._session.tokens

    @cached_property
    def config(self) -> Config:
        """What the deployment says of itself."""
        return self._ask("GET", "/config", Config, public=True)

    @cached_property
    def users(self) -> UserPool:
        """The deployment's user pool: sign up there, and confirm. Raises NoUserPool."""
        config = self.config
        endpoint, client_id = config.identity_endpoint, config.client_id
        if endpoint is None or client_id is None:
            raise NoUserPool(f"Users of this deployment sign in at {config.issuer}")
        return UserPool(self._transport, endpoint, client_id, self._clock)

    def sign_in(self, email: str, password: str) -> None:
        """Start a session; it is renewed as long as the user pool allows.

        Raises IdentityRefused, ChallengeRequired, NoUserPool.
        """
        self._session.tokens = self.users.sign_in(email, password)

    def upload(
        self,
        path: Path,
        *,
        filename: str | None = None,
        content_type: str = JPEG,
        on_progress: Progress | None = None,
        **described: Any,
    ) -> Ticket:
        """Upload an original and answer its ticket; `wait` tells when it has arrived.

        `described`: `tags`, `description`, `geolocation` and `camera_info` as in the API. Raises
        InvalidInput, TransferRefused, and OSError where it can't be read.
        """
        body = {**_announcement(path, filename, content_type), **described}
        ticket = self._ask("POST", "/photos/upload", Ticket, body=body)
        transfer.put(self._transport, ticket, path, on_progress)
        return ticket

    def upload_edit(
        self,
        photo_id: str,
        path: Path,
        *,
        filename: str | None = None,
        content_type: str = JPEG,
        on_progress: Progress | None = None,
    ) -> Ticket:
        """Upload an edited version, the first or one that replaces the last.

        Raises InvalidInput, NotFound, Forbidden, Conflict (ten edits are on their way already),
        TransferRefused, and OSError where the file can't be read.
        """
        body = _announcement(path, filename, content_type)
        ticket = self._ask("PUT", f"/photos/{photo_id}/edit", Ticket, body=body)
        transfer.put(self._transport, ticket, path, on_progress)
        return ticket

    def wait(self, ticket: Ticket, *, seconds: float = 60, ready: bool = False) -> Metadata:
        """Wait until a ticket's bytes have arrived: the file is there, whole, as announced.

        `ready`: until the picture is decoded and its renditions are made, where the deployment does
        that (`pictures` among its features). Raises UploadFailed, NotFound (deleted meanwhile), and
        NotArrived after `seconds`.
        """
        deadline = self._clock() + seconds
        pause = 0.05
        while True:
            metadata = self.metadata(ticket.photo_id)
            version = _version_of(ticket, metadata)
            if version.status is Status.FAILED:
                raise UploadFailed(
                    version.status_reason or "no reason given", version.status_message
                )
            if version.status is Status.READY or (version.status.arrived and not ready):
                return metadata
            if self._clock() >= deadline:
                raise NotArrived(f"After {seconds:g} s the upload's status is {version.status}")
            self._sleep(pause)
            pause = min(2 * pause, 1)

    def download_ticket(
        self, photo_id: str, version: VersionType = VersionType.ORIGINAL
    ) -> Download:
        """Answer leave to download a version. Raises NotFound, Forbidden."""
        return self._ask("GET", f"/photos/{photo_id}", Download, query={"version": version})

    def download(
        self,
        photo_id: str,
        destination: Path,
        version: VersionType = VersionType.ORIGINAL,
        *,
        on_progress: Progress | None = None,
    ) -> Download:
        """Download a version to a file, which appears when it is whole.

        Size and checksum are compared with what the API says. Raises NotFound, Forbidden,
        TransferRefused (404: not arrived yet), BrokenDownload, and OSError where it can't be
        written.
        """
        leave = self.download_ticket(photo_id, version)
        url, described = leave.download_url, leave.metadata
        transfer.get(self._transport, url, described, destination, on_progress)
        return leave

    def thumbnail_ticket(self, photo_id: str, *, size: int = 1024, webp: bool = False) -> Thumbnail:
        """Answer leave to download a rendition of the current version: of 256, 1024 or 2048 pixels,
        as JPEG or WebP. Raises InvalidInput, NotFound (also: not made), Forbidden."""
        kind = "webp" if webp else "jpeg"
        query = {"version": "thumbnail", "size": size, "format": kind}
        return self._ask("GET", f"/photos/{photo_id}", Thumbnail, query=query)

    def thumbnail(
        self, photo_id: str, destination: Path, *, size: int = 1024, webp: bool = False
    ) -> Thumbnail:
        """Download a rendition to a file. Raises what `thumbnail_ticket` and `download` do."""
        leave = self.thumbnail_ticket(photo_id, size=size, webp=webp)
        transfer.get(self._transport, leave.download_url, leave.metadata, destination, None)
        return leave

    def process(self, photo_id: str) -> Processing:
        """Have a photo's pictures processed again. Raises NotFound, Forbidden, Conflict (nothing
        has arrived yet)."""
        return self._ask("POST", f"/photos/{photo_id}/process", Processing)

    def photos(
        self, version_type: VersionType | None = None, *, page_size: int = 50
    ) -> Iterator[PhotoItem]:
        """Go through the photos, newest first; pages of 1 to 100 are asked for on the way.

        `version_type`: those with (`edited`) or without (`original`) an edited version.
        """
        cursor: str | None = None
        while True:
            page = self.page(version_type, limit=page_size, last_evaluated_key=cursor)
            yield from page.photos
            cursor = page.last_evaluated_key
            if not page.has_more or cursor is None:
                return

    def page(
        self,
        version_type: VersionType | None = None,
        *,
        limit: int = 50,
        last_evaluated_key: str | None = None,
    ) -> Page:
        """Answer one page. Raises InvalidInput, also for a cursor of another list."""
        query = {"limit": limit, "version_type": version_type}
        return self._ask(
            "GET", "/photos", Page, query={**query, "last_evaluated_key": last_evaluated_key}
        )

    def metadata(self, photo_id: str) -> Metadata:
        """Answer everything that is known of a photo. Raises NotFound, Forbidden."""
        return self._ask("GET", f"/photos/{photo_id}/metadata", Metadata)

    def delete(self, photo_id: str) -> Deleted:
        """Delete a photo and all its versions. Raises NotFound, Forbidden."""
        try:
            return self._ask("DELETE", f"/photos/{photo_id}", Deleted)
        except NotFound as error:
            if error.attempts > 1:  # done by an attempt whose answer was lost
                return Deleted(photo_id=photo_id)
            raise

    def _ask(
        self,
        method: str,
        path: str,
        gives: type[S],
        *,
        query: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        public: bool = False,
    ) -> S:
        headers: dict[str, str] = {}
        parts: dict[str, Any] = {"headers": headers}
        if query:
            parts["params"] = {name: value for name, value in query.items() if value is not None}
        if body:
            parts["content"] = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = str(uuid.uuid4())  # repeats make no second ticket

        def request() -> httpx.Request:
            return self._transport.build(method, self._url + path, **parts)

        def receive(response: httpx.Response, attempts: int) -> S:
            return _receive(response, attempts, gives)

        def send() -> S:
            return self._transport.send(request, receive)

        if public:
            return send()
        token = self._session.access_token()
        headers["Authorization"] = f"Bearer {token}"
        try:
            return send()
        except Unauthenticated:
            # Revoked, or this machine's clock is behind: one more with a fresh token.
            headers["Authorization"] = f"Bearer {self._session.access_token(refused=token)}"
            return send()


def _announcement(path: Path, filename: str | None, content_type: str) -> dict[str, Any]:
    return {
        "filename": path.name if filename is None else filename,
        "content_type": content_type,
        "file_size": path.stat().st_size,
        "checksum_sha256": transfer.sha256(path),
    }


def _version_of(ticket: Ticket, metadata: Metadata) -> Version:
    """Find the version that a ticket has become, or is still to become.

    Raises UploadFailed: an edit whose bytes are not what was announced is taken back, as if it had
    never come, and the count with it.
    """
    if ticket.edit_count is None:
        return metadata.original
    edited = metadata.edited
    if edited is None or edited.edit_count < ticket.edit_count:
        raise UploadFailed("undone")
    return edited.pending or edited


def _receive(response: httpx.Response, attempts: int, gives: type[S]) -> S:
    content = response.read()
    try:
        if response.is_success:
            return msgspec.json.decode(content, type=gives)
        problem = msgspec.json.decode(content, type=Problem)
        # A gateway's own refusals say less.
        problem = msgspec.structs.replace(problem, status=response.status_code)
    except msgspec.DecodeError as error:
        place = f"{response.request.method} {response.request.url.copy_with(query=None)}"
        kind = response.headers.get("content-type", "nothing")
        raise UnexpectedAnswer(
            f"{place} answered {response.status_code} with {kind} that is not Photo HQ's: {error}"
        ) from error
    refusal = BY_STATUS.get(problem.status, Unavailable if problem.status >= 500 else Refused)
    raise refusal(problem, retry_after=retry_after(response), attempts=attempts)
