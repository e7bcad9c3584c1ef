"""What a catalog promises: photo records, one at a time, and lists of one user's, newest first.

The promise is what DynamoDB can keep in one call each: conditional writes of one record, and an
index read forwards from a key. Nothing here joins, counts or locks.
"""

from typing import Protocol

import msgspec

from photohq.photos.photo import Photo, VersionType


class Changed(Exception):
    """The record is not the one that was read: somebody wrote in between, or removed it."""


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


class Catalog(Protocol):
    """Reads are consistent with the writes before them; lists may trail by a second."""

    def add(self, photo: Photo) -> None:
        """Store a new record; raises Changed where its id is taken."""

    def find(self, photo_id: str) -> Photo | None:
        """Read one record."""

    def replace(self, old: Photo, new: Photo) -> None:
        """Put `new` in the place of `old`; raises Changed where `old.counter` is not the stored
        one or the record is gone, so that no writer overwrites or resurrects anything."""

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

    def due(self, now: float, limit: int) -> list[Photo]:
        """Photos for which `photos.versions.due_at` has passed: the janitor's work."""

    def check(self) -> None:
        """Raise Unavailable where records can't be read."""
