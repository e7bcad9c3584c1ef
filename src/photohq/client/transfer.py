"""Bytes: files go up to presigned URLs and come down from them, in constant memory."""

import base64
import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import httpx

from photohq.client.errors import BrokenDownload, TransferRefused
from photohq.client.shapes import File, Ticket
from photohq.client.transport import Transport

CHUNK = 256 * 1024
WRITTEN_ONCE = 412
"""What the object store answers to a second upload of an original: the first one arrived."""
MISSING = {404, 403}
"""What it answers to a download of nothing; S3 says 403 to whoever may not list its bucket."""

Progress = Callable[[int], object]
"""Is told how many bytes of the file are through; it starts anew where a transfer is repeated."""


def sha256(path: Path) -> str:
    """Answer a file's SHA-256 in base64, as the API and S3 write it."""
    with path.open("rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()


def put(transport: Transport, ticket: Ticket, path: Path, on_progress: Progress | None) -> None:
    """Upload a file. Raises TransferRefused, Unreachable."""
    # Without a length httpx would send chunks, which a presigned URL doesn't take.
    headers = {**ticket.upload_headers, "Content-Length": str(path.stat().st_size)}

    def request() -> httpx.Request:
        content = _chunks(path, on_progress)
        return transport.build("PUT", ticket.upload_url, content=content, headers=headers)

    def receive(response: httpx.Response, _: int) -> None:
        write_once = "If-None-Match" in ticket.upload_headers
        if not response.is_success and not (write_once and response.status_code == WRITTEN_ONCE):
            raise _refusal(response)

    transport.send(request, receive)


def get(
    transport: Transport,
    url: str,
    described: File,
    destination: Path,
    on_progress: Progress | None,
) -> None:
    """Download a file; `destination` appears when it is whole and is what `described` says.

    Raises TransferRefused, BrokenDownload, Unreachable, and OSError where it can't be written.
    """

    def receive(response: httpx.Response, _: int) -> None:
        if not response.is_success:
            raise _refusal(response)
        with _appearing(destination) as file:
            digest = hashlib.sha256()
            size = 0
            for chunk in response.iter_raw(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                if on_progress:
                    on_progress(size)
            if size != described.file_size:
                raise BrokenDownload(f"{size} bytes came instead of {described.file_size}")
            checksum = base64.b64encode(digest.digest()).decode()
            if described.checksum_sha256 not in {None, checksum}:
                raise BrokenDownload("The bytes that came have another checksum than the photo")

    # What a proxy compresses on the way is not the file.
    headers = {"Accept-Encoding": "identity"}
    transport.send(lambda: transport.build("GET", url, headers=headers), receive)


def is_there(transport: Transport, url: str) -> bool:
    """Tell whether a presigned download would begin. Raises TransferRefused, Unreachable."""

    def receive(response: httpx.Response, _: int) -> bool:
        if response.is_success:
            return True
        if response.status_code in MISSING:
            return False
        raise _refusal(response)

    headers = {"Accept-Encoding": "identity", "Range": "bytes=0-0"}
    return transport.send(lambda: transport.build("GET", url, headers=headers), receive)


def _chunks(path: Path, on_progress: Progress | None) -> Iterator[bytes]:
    sent = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
            sent += len(chunk)
            if on_progress:
                on_progress(sent)


@contextlib.contextmanager
def _appearing(destination: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `destination` that takes its place at the end, or is removed."""
    with NamedTemporaryFile(
        dir=destination.parent, prefix=f".{destination.name}.", suffix=".part", delete=False
    ) as file:
        try:
            yield file
            file.flush()
            Path(file.name).replace(destination)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _refusal(response: httpx.Response) -> TransferRefused:
    text = response.read().decode(errors="replace")
    parts = {
        name: match[1] if (match := re.search(rf"<{name}>([^<]*)</{name}>", text)) else ""
        for name in ("Code", "Message")
    }
    return TransferRefused(response.status_code, parts["Code"], parts["Message"])
