"""What a catalog promises: photo records, one at a time, and lists of one user's, newest first.

The promise is what DynamoDB can keep: each write is one conditional write, or one transaction of a
few; a list is an index read forwards from a key. Nothing here joins, counts or locks.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec

from photohq.photos.batch import Batch
from photohq.photos.photo import Photo, VersionType
from photohq.photos.presets import Presets

CLAIM_AGE = 86_400
"""Seconds for which an Idempotency-Key is remembered."""


class Changed(Exception):
    """The record is not the one that was read: somebody wrote in between, or removed it."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """An Idempotency-Key in use: for which request (`fingerprint`) and what that was answered.

    `key` holds the user, method and path beside the caller's own key. It is free again from
    `expires_at` on, CLAIM_AGE after it was used (seconds since the epoch).
    """

    key: str
    fingerprint: str
    answer: bytes
    expires_at: float

    @property
    def made_at(self) -> float:
        return self.expires_at - CLAIM_AGE


class Claimed(Exception):
    """The key is in use already; nothing was written."""

    def __init__(self, earlier: Claim) -> None:
        super().__init__(earlier.key)
        self.earlier = earlier


class PageKey(msgspec.Struct, frozen=True):
    """The place in a list after which the next page begins."""

    created_at: str
    photo_id: str


class Page(msgspec.Struct, frozen=True):
    """Some of a user's photos; `next` is None on the last page.

    `scanned` counts the records that were read to fill the page.
    """

    photos: list[Photo]
    scanned: int
    next: PageKey | None = None


class Scan(msgspec.Struct, frozen=True):
    """A part of all photos; `next` is None behind the last one."""

    photos: list[Photo]
    next: str | None = None


class Catalog(Protocol):
    """Reads are consistent with the writes before them; lists may trail by a second."""

    def add(self, photo: Photo, claim: Claim | None = None) -> None:
        """Store a new record, and the claim with it.

        Raises Claimed where the key is in use, else Changed where the photo's id is taken.
        """

    def find(self, photo_id: str) -> Photo | None:
        """Read one record."""

    def find_many(self, photo_ids: Collection[str]) -> dict[str, Photo]:
        """Read some hundreds of records, those that are there, each as `find` does."""

    def find_by_checksums(self, user_id: str, checksums: Collection[str]) -> dict[str, Photo]:
        """Answer by its checksum a photo of the user's whose original has arrived with it.

        Checksums are base64 of the SHA-256. Photos that are being deleted do not count.
        """

    def replace(self, old: Photo, new: Photo, claim: Claim | None = None) -> None:
        """Put `new` in the place of `old`, and store the claim with it.

        Raises Claimed where the key is in use, else Changed where `old.counter` is not the stored
        one or the record is gone, so that no writer overwrites or resurrects anything.
        """

    def remove(self, photo: Photo) -> None:
        """Remove the record on the same condition as `replace`."""

    def page(
        self,
        user_id: str,
        *,
        limit: int,
        now: float,
        version_type: VersionType | None = None,
        after: PageKey | None = None,
    ) -> Page:
        """List a user's photos, newest first (`created_at`, then `photo_id`, descending).

        Photos that are being deleted, and those whose original is an hour overdue, are left out.
        A page is shorter than `limit` only where it is the last.
        """

    def every(self, *, limit: int, after: str | None = None) -> Scan:
        """Go through the photos of all users, in an order that stays the same but means nothing.

        `after` is where the last part ended. A part may be shorter than `limit`, or empty, and not
        the last one.
        """

    def claim(self, claim: Claim) -> None:
        """Store a claim alone; raises Claimed where the key is in use."""

    def find_claim(self, key: str, now: float) -> Claim | None:
        """Read a claim that has not expired."""

    def add_batch(self, batch: Batch, photos: Sequence[Photo]) -> None:
        """Store the photos, then the batch.

        Not all at once: what a call that failed has left is gone over by a repeat, which leaves
        photos alone that are there already. Once the batch is there all its photos were stored, and
        nothing is stored any more: some may have been deleted since.
        """

    def find_batch(self, batch_id: str, now: float) -> Batch | None:
        """Read a batch that has not expired."""

    def find_presets(self, user_id: str) -> Presets:
        """Read a user's presets; none, with a counter of 0, where nothing is stored."""

    def replace_presets(self, old: Presets, new: Presets) -> None:
        """Put `new` in the place of `old`; raises Changed where `old.counter` is not the stored
        one."""

    def remove_presets(self, user_id: str) -> None:
        """Remove all presets of a user."""

    def check(self) -> None:
        """Raise Unavailable where records can't be read."""


class Agenda(Protocol):
    """A catalog that can be asked what is due. DynamoDB can't: there, time-outs are its TTL's."""

    def due(self, now: float, limit: int) -> list[Photo]:
        """Photos for which `photos.versions.due_at` has passed."""

    def forget(self, now: float) -> None:
        """Remove claims and batches that have expired."""
