"""Give an uploaded edit back what its editor has dropped of the original's metadata."""

from photohq.imaging.port import Carried, Pictures
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.confirm_upload import confirm_object
from photohq.photos.edits import carried, is_to_be_looked_at, with_carried, with_metadata_looked_at
from photohq.photos.photo import KeepMetadata, Photo, Version
from photohq.photos.pictures import Unreadable


def carry_metadata(app: App, pictures: Pictures, photo: Photo, version: Version) -> bool:
    """Store an edit once more with its metadata back, as the new current version; the bytes that
    were uploaded stay in the history. Of an edit that is to stay as it was uploaded, only say what
    it lacks.

    Answers whether another version has taken the place of this one. Raises what the object store
    and the catalog raise; PhotoNotFound where the photo is gone.
    """
    if version is not photo.edited or not is_to_be_looked_at(photo, version):
        return False
    original = photo.original
    try:
        found = pictures.carry(_bytes(app, original), _bytes(app, version))
    except Unreadable:
        return False  # processing it will tell why
    if found.data is None or version.keep_metadata is KeepMetadata.AS_UPLOADED:
        _look_at(app, photo, version, found)
        return False
    return _replace(app, photo, version, found, found.data)


def _bytes(app: App, version: Version) -> bytes:
    return b"".join(app.objects.read(version.bucket, version.s3_key, version.version_id))


def _look_at(app: App, photo: Photo, version: Version, found: Carried) -> None:
    dropped = tuple(sorted({*found.restored, *found.dropped}))

    def tell(photo: Photo) -> Photo:
        return with_metadata_looked_at(photo, version.upload_id, dropped, app.clock())

    change(app, photo.photo_id, tell)


def _replace(app: App, photo: Photo, version: Version, found: Carried, data: bytes) -> bool:
    edit = carried(
        version, app.clock(), file_size=len(data), restored=found.restored, lost=found.dropped
    )
    with app.together():
        after = change(app, photo.photo_id, lambda photo: with_carried(photo, edit, app.clock()))
        if all(one.upload_id != edit.upload_id for one in after.pending_edits):
            return True  # a newer edit is current, or this one has its metadata already
        new = app.objects.write(
            edit.bucket, edit.s3_key, data, edit.content_type, upload_id=edit.upload_id
        )
        confirm_object(app, edit.bucket, edit.s3_key, new)
    return True
