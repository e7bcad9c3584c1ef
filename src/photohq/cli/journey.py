"""The whole journey of a user on one deployment, where every step is checked.

A check that fails raises CheckFailed; so does a call that is refused.
"""

import contextlib
import filecmp
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from photohq.cli.display import Display, Transfers
from photohq.cli.words import megabytes, rate, seconds
from photohq.client import PhotoHQ, VersionType
from photohq.client.errors import ClientError, NotFound, Refused
from photohq.client.recipes import Recipe
from photohq.client.shapes import PhotoItem, Ticket, Version

LAG_SECONDS = 15
"""Lists may trail a write."""
PAGE = 5
"""Small, so that the list has more than one page."""
RECIPE: Recipe = {
    "recipe": 1,
    "straighten": 1.5,
    "crop": {"left": 0.05, "top": 0.1, "width": 0.9, "height": 0.8},
    "exposure": 0.3,
    "contrast": 25,
    "temperature": 15,
    "vibrance": 30,
}
"""A horizon set straight, and an evening that is warmer."""


class CheckFailed(Exception):
    """One sentence that says what was expected and not seen."""


class Stopped(Exception):
    """Another upload has failed, or the user has had enough."""


@dataclass
class Step:
    """A line of the table at the end; `size` is in bytes."""

    name: str
    count: int = 1
    size: int = 0
    seconds: float = 0.0
    transfer: bool = False


def check(condition: object, sentence: str) -> None:
    if not condition:
        raise CheckFailed(sentence)


class Journey:
    """One user and some photos: `photos` maps those that are there to the files they came from."""

    def __init__(self, url: str, display: Display, folder: Path) -> None:
        self.client = PhotoHQ(url, sleep=self._sleep)
        self.photos: dict[str, Path] = {}
        self.edits: list[Path] = []
        self.steps: list[Step] = []
        self.display = display
        self._folder = folder
        self._stop = threading.Event()
        self._since: datetime | None = None
        self._tickets: dict[str, Ticket] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.client.close()

    @contextlib.contextmanager
    def step(self, heading: str, name: str, *, transfer: bool = False) -> Iterator[Step]:
        """Take a step: its heading is shown, its time goes into the table."""
        self.display.heading(heading)
        step = Step(name, transfer=transfer)
        began = time.perf_counter()
        try:
            yield step
        except ClientError as error:
            request = f" (request {error.request_id})" if isinstance(error, Refused) else ""
            raise CheckFailed(f"{heading}: {error}{request}") from error
        step.seconds = time.perf_counter() - began
        self.steps.append(step)

    def sign_up(self, email: str, password: str, code: Callable[[str], str | None]) -> None:
        """Sign a user up; `code` answers the code that was sent, or confirms the user itself."""
        with self.step("Sign a user up", "user signed up, confirmed, signed in"):
            self.client.users.sign_up(email, password)
            self.display.say(f"{email} signed up")
            if found := code(email):
                self.client.users.confirm(email, found)
                self.display.say("address confirmed with the code that was sent there")
            else:
                self.display.say("confirmed by the command")
            self.client.sign_in(email, password)
            self.display.say("signed in with the password")

    def sign_in(self, email: str, password: str) -> None:
        with self.step("Sign in", "user signed in"):
            self.client.sign_in(email, password)
            self.display.say(email)

    def upload(self, files: list[Path], concurrency: int) -> None:
        sizes = {path.name: path.stat().st_size for path in files}
        heading = f"Upload them through presigned URLs, {concurrency} at a time"
        with self.step(heading, "originals uploaded", transfer=True) as step:
            step.count, step.size = len(files), sum(sizes.values())
            began = time.perf_counter()
            with self.display.transfers(sizes) as transfers:
                self._upload_all(files, concurrency, transfers)
            elapsed = time.perf_counter() - began
            self.display.say(
                f"{megabytes(step.size)} in {seconds(elapsed)}, {rate(step.size, elapsed)}:"
                " every one has arrived whole"
            )

    def show_list(self) -> None:
        with self.step(f"List the photos, in pages of {PAGE}", "photos listed") as step:
            items = self._listed(None, set(self.photos))
            order = [(item.created_at, item.photo_id) for item in items]
            check(order == sorted(order, reverse=True), "The list is not ordered newest first")
            for item in items:
                size = self.photos[item.photo_id].stat().st_size
                check(item.file_size == size, f"The list has another size for {item.filename}")
            step.count = len(items)
            self.display.table(
                ("Photo", "Filename", "Size", "Version", "Status", "Created"),
                [_row(item) for item in items],
                right=("Size",),
            )

    def download(self) -> None:
        with self.step("Download one and compare", "original downloaded", transfer=True) as step:
            photo_id, source = next(iter(self.photos.items()))
            began = time.perf_counter()
            step.size = self._same(photo_id, VersionType.ORIGINAL, source)
            elapsed = time.perf_counter() - began
            self.display.say(
                f"{source.name}: {megabytes(step.size)} in {seconds(elapsed)},"
                " the same byte for byte"
            )

    def edit(self, make: Callable[[Path, Path], str], label: str, number: int) -> None:
        """Upload the `number`-th edited version of the first photo, as `make` makes it."""
        photo_id, source = next(iter(self.photos.items()))
        first = number == 1
        heading = "Upload an edited version" if first else "Replace the edited version"
        name = "edited version uploaded" if first else "edited version replaced"
        with self.step(heading, name) as step:
            edited = self._folder / f"{source.stem}-{label}.jpg"
            # In a thread: Ctrl-C inside libvips would be raised in a callback of its, and be lost.
            with ThreadPoolExecutor(1) as thread:
                look = thread.submit(make, source, edited).result()
            before = self.client.metadata(photo_id)
            ticket = self.client.upload_edit(photo_id, edited)
            after = self.client.wait(ticket)
            previous = before.edited.s3_key if before.edited else None
            check(ticket.previous_version == previous, "The ticket names another previous version")
            check(after.edited and after.edited.edit_count == number, "The edits are miscounted")
            check(
                _bytes(after.original) == _bytes(before.original),
                "The edit has touched the original",
            )
            step.size = self._same(photo_id, VersionType.EDITED, edited)
            self._same(photo_id, VersionType.ORIGINAL, source)
            self.edits.append(edited)
            self.display.say(f"{edited.name}: {look}, {megabytes(step.size)}")
            self.display.say("downloaded again the same; the original is untouched")

    def render(self) -> None:
        """Have the edited version made by a recipe: first as a preview, then in full size."""
        with self.step("Have one rendered by a recipe", "edited version rendered") as step:
            photo_id, source = next(iter(self.photos.items()))
            self.client.wait(self._tickets[photo_id], ready=True)
            began = time.perf_counter()
            preview = self.client.preview(photo_id, RECIPE)
            elapsed = time.perf_counter() - began
            self.display.say(f"preview of {preview.width} x {preview.height} in {seconds(elapsed)}")
            began = time.perf_counter()
            after = self.client.wait(self.client.render(photo_id, RECIPE))
            elapsed = time.perf_counter() - began
            assert after.edited is not None
            check(after.edited.edit_count == len(self.edits) + 1, "The edits are miscounted")
            step.size = after.edited.file_size
            made = sorted({(one.width, one.height) for one in after.renditions}, reverse=True)
            check(made, "There are no renditions of what was rendered")
            self.display.say(f"in full size, {megabytes(step.size)}, in {seconds(elapsed)}")
            self.display.say(f"to be shown as {', '.join(f'{w} x {h}' for w, h in made)}")
            self._same(photo_id, VersionType.ORIGINAL, source)

    def show_history(self) -> None:
        """List the versions and go back to the first edit."""
        with self.step("Look at the history and go back", "earlier edit restored"):
            photo_id = next(iter(self.photos))
            versions = self.client.versions(photo_id)
            edits = [one for one in versions if one.version_type is VersionType.EDITED]
            check(edits[0].is_current and edits[0].recipe, "The current version has no recipe")
            check(len(edits) > len(self.edits), "The history lacks an edit")
            self.display.table(
                ("Version", "Filename", "Size", "Made", "By"),
                [
                    (
                        one.version_type,
                        one.filename,
                        megabytes(one.file_size),
                        f"{one.created_at:%H:%M:%S}",
                        "recipe" if one.recipe else "upload",
                    )
                    for one in versions
                ],
                right=("Size",),
            )
            self.client.restore(photo_id, edits[-1].version_id)
            self._same(photo_id, VersionType.EDITED, self.edits[0])
            self.display.say(f"{self.edits[0].name} is the edited version again")

    def show_metadata(self) -> None:
        with self.step("Show its metadata", "metadata read"):
            photo_id, source = next(iter(self.photos.items()))
            found = self.client.metadata(photo_id)
            check(found.original.filename == source.name, "The original has another filename")
            check(found.version_type is VersionType.EDITED, "The photo is not marked as edited")
            assert found.edited is not None
            original, edited = found.original, found.edited
            self.display.pairs(
                [
                    ("photo", found.photo_id),
                    ("owner", found.user_id),
                    ("created", f"{found.created_at:%Y-%m-%d %H:%M:%S} UTC"),
                    ("status", found.status),
                    ("tags", ", ".join(found.tags or ())),
                    ("original", f"{original.filename}, {megabytes(original.file_size)}"),
                    ("  sha-256", original.checksum_sha256 or "-"),
                    ("edited", f"{edited.filename}, {megabytes(edited.file_size)}"),
                    ("  sha-256", edited.checksum_sha256 or "-"),
                    ("  edits", str(edited.edit_count)),
                ]
            )

    def show_filtered_lists(self) -> None:
        with self.step("Filter the list", "filtered lists") as step:
            edited, *others = self.photos
            step.count = 2
            for kind, expected in (("edited", {edited}), ("original", set(others))):
                items = self._listed(VersionType(kind), expected)
                self.display.say(f"version_type={kind:<8}  {len(items):>3} of {len(self.photos)}")

    def delete(self) -> None:
        with self.step("Delete one", "photo deleted"):
            photo_id, source = list(self.photos.items())[-1]
            has_edit = len(self.photos) == 1
            deleted = self.client.delete(photo_id)
            kinds = sorted({item.type for item in deleted.deleted_items} - {"rendition"})
            expected = ["edited", "original"] if has_edit else ["original"]
            check(kinds == expected, f"Deleted was {kinds}, not {expected}")
            del self.photos[photo_id]
            for call in (self.client.metadata, self.client.download_ticket, self.client.delete):
                with contextlib.suppress(NotFound):
                    call(photo_id)
                    raise CheckFailed(f"{source.name} is deleted, but still answers")
            self._listed(None, set(self.photos))
            self.display.say(
                f"{source.name} is gone: not found any more, {len(self.photos)} left in the list"
            )

    def clean_up(self) -> None:
        """Delete what the journey has left on the deployment."""
        for photo_id in list(self.photos):
            with contextlib.suppress(NotFound):
                self.client.delete(photo_id)
            del self.photos[photo_id]

    def _upload_all(self, files: list[Path], concurrency: int, transfers: Transfers) -> None:
        """Upload at most `concurrency` files at a time; the first failure ends the others."""
        with ThreadPoolExecutor(concurrency) as pool:
            try:
                uploads = [pool.submit(self._upload, path, transfers) for path in files]
                done, _ = wait(uploads, return_when=FIRST_EXCEPTION)
            finally:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                self._stop.clear()
        failures = [error for upload in done if (error := upload.exception())]
        for failure in sorted(failures, key=lambda error: isinstance(error, Stopped)):
            raise failure
        self._since = min(upload.result() for upload in uploads)
        self.photos = dict(sorted(self.photos.items(), key=lambda pair: files.index(pair[1])))

    def _upload(self, path: Path, transfers: Transfers) -> datetime:
        def through(size: int) -> None:
            self._sleep(0)
            transfers.through(path.name, size)

        transfers.start(path.name)
        ticket = self.client.upload(path, tags=["demo"], on_progress=through)
        self.photos[ticket.photo_id] = path
        self._tickets[ticket.photo_id] = ticket
        created = self.client.wait(ticket).created_at
        transfers.finish(path.name)
        return created

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped

    def _listed(self, version_type: VersionType | None, expected: set[str]) -> list[PhotoItem]:
        """List the journey's own photos, once they are those that are expected."""
        deadline = time.monotonic() + LAG_SECONDS
        while True:
            items = []
            for item in self.client.photos(version_type, page_size=PAGE):
                if self._since and item.created_at < self._since:
                    break  # only photos from before the journey follow
                if item.photo_id in self._tickets:
                    items.append(item)
            if {item.photo_id for item in items} == expected and len(items) == len(expected):
                return items
            kind = f"version_type={version_type}" if version_type else "all photos"
            check(
                time.monotonic() < deadline,
                f"The list of {kind} shows {len(items)} photos that are not the {len(expected)}"
                " which were expected",
            )
            time.sleep(0.5)

    def _same(self, photo_id: str, version: VersionType, source: Path) -> int:
        """Download a version and compare it with a file; answers its size."""
        copy = self._folder / "downloaded.jpg"
        self.client.download(photo_id, copy, version)
        check(
            filecmp.cmp(copy, source, shallow=False),
            f"The {version} version that was downloaded is not {source.name}",
        )
        copy.unlink()
        return source.stat().st_size


def _row(item: PhotoItem) -> tuple[str, ...]:
    return (
        item.photo_id[:8],
        item.filename,
        megabytes(item.file_size),
        item.version_type,
        item.status,
        f"{item.created_at:%H:%M:%S}",
    )


def _bytes(version: Version) -> tuple[str | int | None, ...]:
    """Tell what makes a version the one it is; its status may go on."""
    return (version.s3_key, version.version_id, version.file_size, version.checksum_sha256)
