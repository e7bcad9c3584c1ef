"""GET /photos: the caller's photos, newest first, a page at a time."""

from photohq.identity.port import Caller
from photohq.operations import cursors
from photohq.operations.app import App
from photohq.operations.renditions import thumbnail_url
from photohq.operations.views import PhotoItem, PhotoList, described
from photohq.photos.photo import Photo
from photohq.photos.processing import shown
from photohq.photos.requests import ListQuery
from photohq.photos.versions import as_of


def list_photos(app: App, caller: Caller, query: ListQuery) -> PhotoList:
    """Answer the page that begins after `last_evaluated_key`.

    Raises InvalidInput where that is not a cursor of this caller and filter.
    """
    bound_to = (caller.user_id, query.version_type or "")
    after = None
    if query.last_evaluated_key is not None:
        after = cursors.decode(query.last_evaluated_key, *bound_to)
    now = app.clock()
    page = app.catalog.page(
        caller.user_id,
        limit=query.limit,
        now=now,
        version_type=query.version_type,
        after=after,
    )
    return PhotoList(
        photos=[_item(app, as_of(photo, now)) for photo in page.photos],
        count=len(page.photos),
        scanned_count=page.scanned,
        has_more=page.next is not None,
        last_evaluated_key=cursors.encode(page.next, *bound_to) if page.next else None,
    )


def _item(app: App, photo: Photo) -> PhotoItem:
    original = photo.original
    picture = shown(photo).picture
    return PhotoItem(
        photo_id=photo.photo_id,
        version_type=photo.version_type,
        filename=original.filename,
        content_type=original.content_type,
        file_size=original.file_size,
        created_at=photo.created_at,
        updated_at=photo.updated_at,
        has_edited_version=photo.has_edited_version,
        status=photo.status,
        revision=photo.revision,
        placeholder=picture.placeholder if picture else None,
        thumbnail_url=thumbnail_url(app, photo),
        **described(photo, original.picture),
    )
