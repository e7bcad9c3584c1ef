"""DELETE /photos/{photo_id}: original, edited version and record."""

from collections.abc import Collection
from contextlib import suppress
from functools import partial

from photohq.catalog.port import Changed
from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.once import Once, claim_with, once_only
from photohq.operations.views import Deleted, DeletedItem
from photohq.photos.errors import PhotoNotFound
from photohq.photos.keys import folder_of, renditions_folder
from photohq.photos.photo import Photo, VersionType
from photohq.photos.requests import DeleteQuery
from photohq.photos.versions import arrived_versions, edited_keys, marked_deleting, rendition_keys


def delete_photo(
    app: App,
    caller: Caller,
    photo_id: str,
    query: DeleteQuery,
    if_match: Collection[str] | None = None,
    *,
    once: Once | None = None,
) -> Deleted:
    """Take a photo out of sight, put delete markers on its objects, then remove the record.

    `purge` erases every version of the objects instead of marking them. Where a step fails the
    photo stays `deleting`, and a repeat or the janitor finishes it. Raises PhotoNotFound (also for
    the later of two at once), NotYours, StaleRevision, Unavailable.
    """

    def mark(photo: Photo) -> Photo:
        if photo.deleting and photo.user_id == caller.user_id:
            if photo.purging or not query.purge:
                return photo
        else:
            require_revision(owned(photo, caller).revision, if_match)
        return marked_deleting(photo, app.clock(), purge=query.purge)

    def act() -> Deleted:
        photo = change(app, photo_id, mark, claim_with(app, once, partial(deleted, app)))
        return finish_deleting(app, photo)

    def again(first: Deleted) -> Deleted:
        photo = app.catalog.find(photo_id)
        if photo and photo.deleting:
            with suppress(PhotoNotFound):
                finish_deleting(app, photo)
        return first

    return once_only(app, once, Deleted, act, again)


def finish_deleting(app: App, photo: Photo) -> Deleted:
    """Delete the objects and the record of a photo that is marked `deleting`."""
    erasing = photo.purging and app.erases
    if erasing:
        delete_objects(app, photo)  # files go only outside a transaction: it might be rolled back
    with app.together():
        if not erasing:
            delete_objects(app, photo)
        try:
            app.catalog.remove(photo)
        except Changed:
            raise PhotoNotFound from None
    return deleted(app, photo)


def delete_objects(app: App, photo: Photo) -> None:
    """Put delete markers on all keys of a photo, or erase all that there ever was of a purged one,
    where this app erases.

    Raises Unavailable; a repeat finishes it.
    """
    if not (photo.purging and app.erases):
        app.objects.delete(photo.original.bucket, photo.original.s3_key)
        unwanted = sorted({*edited_keys(photo), *photo.retired})
        app.objects.delete(app.objects.edited_bucket, *unwanted)
        return
    originals = {photo.original.s3_key}
    edits = {*edited_keys(photo), *photo.retired} - rendition_keys(photo)
    for bucket, kind, keys in (
        (app.objects.originals_bucket, VersionType.ORIGINAL, originals),
        (app.objects.edited_bucket, VersionType.EDITED, edits),
    ):
        own = folder_of(photo.user_id, kind, photo.photo_id)
        for folder in sorted({own, *(key.rpartition("/")[0] + "/" for key in keys)}):
            app.objects.erase(bucket, folder)
    renditions = renditions_folder(photo.user_id, photo.photo_id)
    app.objects.erase(app.objects.edited_bucket, renditions)


def deleted(app: App, photo: Photo) -> Deleted:
    """Tell what a deletion takes: what was really there."""
    found = [
        DeletedItem(
            type="original" if version is photo.original else "edited",
            bucket=version.bucket,
            key=version.s3_key,
        )
        for version in arrived_versions(photo)
    ]
    bucket = app.objects.edited_bucket
    renditions = [
        DeletedItem(type="rendition", bucket=bucket, key=key)
        for key in sorted(rendition_keys(photo))
    ]
    return Deleted(
        photo_id=photo.photo_id,
        message="Photo and all versions deleted successfully",
        deleted_items=[*found, *renditions],
    )
