"""Which photos somebody means: by an id, the beginning of one, or a filename."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from photohq.cli.failure import Failure
from photohq.cli.words import minute

if TYPE_CHECKING:
    from photohq.client import PhotoHQ

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
BEGINNING = re.compile(r"[0-9a-f-]{4,36}", re.IGNORECASE)
SHORT = 8
"""Characters of an id where a person looks; they are unique as good as always."""
SHOWN = 10
TOGETHER = 50
"""Photos of a request."""


@dataclass(frozen=True)
class Chosen:
    photo_id: str
    filename: str
    created_at: datetime


def one(client: "PhotoHQ", word: str) -> Chosen:
    """Find the photo that a word means; where it is none or several that is a Failure."""
    return several(client, [word])[0]


def several(client: "PhotoHQ", words: Sequence[str]) -> list[Chosen]:
    """Find photos; the list is gone through once, and not at all where all words are ids."""
    vague = [word for word in words if not ID.fullmatch(word)]
    listed = [
        Chosen(photo.photo_id, photo.filename, photo.created_at)
        for photo in (client.photos(page_size=100) if vague else ())
    ]
    ids = [word.lower() for word in words if ID.fullmatch(word)]
    known = dict(_by_ids(client, list(dict.fromkeys(ids))))
    found = [known[word.lower()] if ID.fullmatch(word) else _only(word, listed) for word in words]
    return list(dict.fromkeys(found))


def _by_ids(client: "PhotoHQ", ids: Sequence[str]) -> Iterator[tuple[str, Chosen]]:
    from photohq.client.errors import Forbidden, NotFound, Refused

    for start in range(0, len(ids), TOGETHER):
        together = ids[start : start + TOGETHER]
        for photo_id, found in client.metadata_of_many(together).items():
            if isinstance(found, NotFound | Forbidden):
                raise Failure(f"There is no photo {photo_id}") from found
            if isinstance(found, Refused):
                raise found
            yield photo_id, Chosen(photo_id, found.original.filename, found.created_at)


def _only(word: str, listed: Sequence[Chosen]) -> Chosen:
    name = unicodedata.normalize("NFC", word)
    start = word.lower() if BEGINNING.fullmatch(word) else None
    found = [
        photo
        for photo in listed
        if photo.filename == name or (start and photo.photo_id.startswith(start))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(f"There is no photo {word}: photohq ls shows those that there are")
    lines = [f"  {one.photo_id}  {minute(one.created_at)}  {one.filename}" for one in found[:SHOWN]]
    more = [f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    raise Failure("\n".join([f"{word} could be {len(found)} photos:", *lines, *more]))
