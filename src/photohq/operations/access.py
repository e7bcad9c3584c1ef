"""Who may do what with a photo, and on which condition."""

from collections.abc import Collection

from photohq.identity.port import Caller
from photohq.photos.errors import NotYours, PhotoNotFound, StaleRevision
from photohq.photos.photo import Photo

ANY_REVISION = "*"
"""The `If-Match` that is met by whatever revision there is (RFC 9110, 13.1.1)."""


def owned(photo: Photo | None, caller: Caller) -> Photo:
    """Answer the caller's photo; raises PhotoNotFound (also while it is deleted), NotYours."""
    if photo is None:
        raise PhotoNotFound
    if photo.user_id != caller.user_id:
        raise NotYours
    if photo.deleting:
        raise PhotoNotFound
    return photo


def require_revision(photo: Photo, if_match: Collection[str] | None) -> None:
    """Hold the caller to the revisions that it named, if any; raises StaleRevision."""
    if if_match is None or ANY_REVISION in if_match:
        return
    if str(photo.revision) not in if_match:
        raise StaleRevision
