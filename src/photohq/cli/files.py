"""Which files somebody means."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from photohq.cli.failure import Failure

SUFFIXES = {".jpg", ".jpeg"}
_START = b"\xff\xd8\xff"


def jpegs(paths: Iterable[Path], *, recursive: bool) -> list[Path]:
    """Answer the files that are named, and the JPEGs in the folders that are; each once, in order.

    What is not there is a Failure.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += in_folder(path, recursive=recursive)
        elif path.is_file():
            found.append(path)
        else:
            raise Failure(f"There is no file {path}")
    return list({os.path.realpath(path): path for path in found}.values())


def in_folder(folder: Path, *, recursive: bool) -> Iterator[Path]:
    """Answer the JPEGs in a folder; what is hidden is passed over."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise Failure(f"The folder {folder} can't be read: {error.strerror}") from error
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if recursive:
                yield from in_folder(path, recursive=True)
        elif path.suffix.lower() in SUFFIXES and entry.is_file():
            yield path


def begins_as_jpeg(file: Path) -> bool:
    """Tell by a file's first bytes whether it may be a JPEG; raises OSError."""
    with file.open("rb") as opened:
        return opened.read(len(_START)) == _START


def no_jpeg(file: Path) -> str:
    """Say that a file is not uploaded."""
    return f"{file} is no JPEG, so it was not uploaded"
