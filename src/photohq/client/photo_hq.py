"""The client: one object for one user of one deployment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from photohq.client import transfer
from photohq.client.arrival import version_of
from photohq.client.asking import MERGE_PATCH
from photohq.client.batches import Batches
from photohq.client.errors import NotArrived, NotFound, UploadFailed
from photohq.client.recipes import Recipe, Recipes, Rendering
from photohq.client.renderings import Rendered, Renderings
from photohq.client.shapes import (
    Deleted,
    Download,
    Metadata,
    Page,
    PhotoItem,
    Processing,
    Status,
    Thumbnail,
    Ticket,
    VersionType,
)
from photohq.client.transfer import Progress
from photohq.client.uploads import Uploaded, Uploads
from photohq.client.versions import Versions

JPEG = "image/jpeg"


class PhotoHQ(Versions, Recipes, Batches):
    """A client of the API at `url`. Threads may share it; close it, or use it in a `with`.

    With `email` and `password` the session begins at the first call; `sign_in` begins it at once,
    and `tokens` goes on with an earlier one. Every call may raise Unreachable and UnexpectedAnswer,
    and those that need a user NotSignedIn, IdentityRefused (the session is over) and Refused: its
    subclass tells the status, its `problem` is the whole problem document.
    """

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

        `described`: `tags`, `description`, `geolocation` and `camera_info` as in the API, and
        `on_duplicate="return"`: where the user has this file already nothing is sent, and the
        ticket, a `duplicate`, names that photo. `on_progress` is told the bytes that are sent.
        Raises InvalidInput, TransferRefused, and OSError where it can't be read.
        """
        body = {**_announcement(path, filename, content_type), **described}
        ticket = self._ask("POST", "/photos/upload", Ticket, body=body)
        if not ticket.duplicate:
            transfer.put(self._transport, ticket, path, on_progress)
        return ticket

    def upload_many(
        self,
        paths: Sequence[Path],
        *,
        concurrency: int = 4,
        tags: Sequence[str] = (),
        unfinished: Path | None = None,
        on_progress: Callable[[Path, int], object] | None = None,
        on_done: Callable[[Uploaded], object] | None = None,
        stop: threading.Event | None = None,
    ) -> list[Uploaded]:
        """Upload originals that are not there yet, `concurrency` at a time; a bad one spoils none.

        Answers what became of each, in order, once all that were sent have arrived. Files are told
        apart by their SHA-256: what the user has already is not sent again. `unfinished` is a
        folder where batches that are under way are remembered: after a break, the same call
        completes them, and nothing is there twice. It belongs to one user of one deployment.
        `on_progress` is told a file and how many of its bytes are sent, `on_done` what became of a
        file as soon as that is known; both by several threads. `stop` ends it early, with Stopped.
        """
        uploads = Uploads(
            self,
            concurrency=concurrency,
            tags=tags,
            unfinished=unfinished,
            on_progress=on_progress,
            on_done=on_done,
            stop=stop,
            clock=self._clock,
            sleep=self._sleep,
        )
        return uploads.run(paths)

    def send(self, ticket: Ticket, path: Path, on_progress: Progress | None = None) -> None:
        """Send the bytes that a ticket was given for. Raises TransferRefused, and OSError where the
        file can't be read."""
        transfer.put(self._transport, ticket, path, on_progress)

    def upload_edit(
        self,
        photo_id: str,
        path: Path,
        *,
        filename: str | None = None,
        content_type: str = JPEG,
        keep_metadata: str = "restore",
        if_match: int | None = None,
        on_progress: Progress | None = None,
    ) -> Ticket:
        """Upload an edited version, the first or one that replaces the last.

        `keep_metadata`: whether the edit gets back what an editor has dropped of the original's
        metadata (`restore`) or stays `as_uploaded`. `if_match`: only where the photo's revision is
        still this; the ticket's is the next one. Raises InvalidInput, NotFound, Forbidden, Conflict
        (ten edits are on their way already), Stale, TransferRefused, and OSError where the file
        can't be read.
        """
        body = {**_announcement(path, filename, content_type), "keep_metadata": keep_metadata}
        path_of_it = f"/photos/{photo_id}/edit"
        ticket = self._ask("PUT", path_of_it, Ticket, body=body, if_match=if_match)
        transfer.put(self._transport, ticket, path, on_progress)
        return ticket

    def render_many(
        self,
        photo_ids: Sequence[str],
        recipe: Recipe | None = None,
        *,
        preset: str | None = None,
        quality: int | None = None,
        wait: bool = True,
        on_done: Callable[[Rendered], object] | None = None,
    ) -> list[Rendered]:
        """Have the edited versions of photos made, as `render` does; a bad one spoils none.

        Answers what became of each, in order: once all are there or, without `wait`, once all are
        asked for. `on_done` is told of each as soon as that is known.
        """
        wanted = {"recipe": recipe, "preset": preset, "quality": quality}
        renderings = Renderings(self, wanted, on_done, clock=self._clock, sleep=self._sleep)
        return renderings.run(photo_ids, wait=wait)

    def wait(
        self, ticket: Ticket | Rendering, *, seconds: float = 60, ready: bool = False
    ) -> Metadata:
        """Wait until a ticket's bytes have arrived: the file is there, whole, as announced.

        `ready`: until the picture is decoded and its renditions are made, where the deployment does
        that (`pictures` among its features). A rendering is waited for until then. Raises
        UploadFailed, NotFound (deleted meanwhile), and NotArrived after `seconds`.
        """
        ready = isinstance(ticket, Rendering) or (ready and "pictures" in self.config.features)
        deadline = self._clock() + seconds
        pause = 0.05
        while True:
            metadata = self.metadata(ticket.photo_id)
            version = version_of(ticket, metadata)
            if version.status is Status.FAILED:
                raise UploadFailed(
                    version.status_reason or "no reason given", version.status_message
                )
            if version.status == Status.READY or (version.status.arrived and not ready):
                return metadata
            if self._clock() >= deadline:
                raise NotArrived(f"After {seconds:g} s the upload's status is {version.status}")
            self._sleep(pause)
            pause = min(2 * pause, 1)

    def download_ticket(
        self,
        photo_id: str,
        version: VersionType = VersionType.ORIGINAL,
        *,
        version_id: str | None = None,
    ) -> Download:
        """Answer leave to download a version, by its type or, one of the history, by its id.

        Raises NotFound, Forbidden.
        """
        query = {"version": version, "version_id": version_id}
        return self._ask("GET", f"/photos/{photo_id}", Download, query=query)

    def download(
        self,
        photo_id: str,
        destination: Path,
        version: VersionType = VersionType.ORIGINAL,
        *,
        version_id: str | None = None,
        on_progress: Progress | None = None,
    ) -> Download:
        """Download a version to a file, which appears when it is whole.

        Size and checksum are compared with what the API says. Raises NotFound, Forbidden,
        TransferRefused (404: not arrived yet), BrokenDownload, and OSError where it can't be
        written.
        """
        leave = self.download_ticket(photo_id, version, version_id=version_id)
        self.fetch(leave, destination, on_progress)
        return leave

    def fetch(
        self, leave: Download, destination: Path, on_progress: Progress | None = None
    ) -> None:
        """Download what leave was given for. Raises what `download` does."""
        url, described = leave.download_url, leave.metadata
        transfer.get(self._transport, url, described, destination, on_progress)

    def has_bytes(self, photo_id: str) -> bool:
        """Tell whether an original's bytes are there, which its status may say only later.

        Raises NotFound, Forbidden, TransferRefused.
        """
        return transfer.is_there(self._transport, self.download_ticket(photo_id).download_url)

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

    def change(
        self, photo_id: str, changes: dict[str, Any], *, if_match: int | None = None
    ) -> Metadata:
        """Change what is known of a photo: `tags`, `description`, `geolocation`, `camera_info`,
        `rating` (0 to 5), `custom`. None removes, objects are merged (RFC 7396).

        Raises InvalidInput, NotFound, Forbidden, and Stale where the photo's revision is not
        `if_match` any more.
        """
        path = f"/photos/{photo_id}/metadata"
        return self._ask(
            "PATCH", path, Metadata, body=changes, if_match=if_match, content_type=MERGE_PATCH
        )

    def delete(self, photo_id: str, *, purge: bool = False, if_match: int | None = None) -> Deleted:
        """Delete a photo and all its versions; `purge` erases the bytes at once, for good.

        Raises NotFound, Forbidden, Stale.
        """
        path, query = f"/photos/{photo_id}", {"purge": "true"} if purge else None
        try:
            return self._ask("DELETE", path, Deleted, query=query, if_match=if_match)
        except NotFound as error:
            if error.attempts > 1:  # done by an attempt whose answer was lost
                return Deleted(photo_id=photo_id)
            raise


def _announcement(path: Path, filename: str | None, content_type: str) -> dict[str, Any]:
    return {
        "filename": path.name if filename is None else filename,
        "content_type": content_type,
        "file_size": path.stat().st_size,
        "checksum_sha256": transfer.sha256(path),
    }
