"""Process the picture of a version: decode it, read it, make its renditions."""

import logging
import time

import msgspec

from photohq.events.port import Job
from photohq.imaging.port import Pictures, Processed
from photohq.objects.port import Damaged
from photohq.operations.app import App
from photohq.operations.carry_metadata import carry_metadata
from photohq.operations.changes import change
from photohq.operations.confirm_upload import retire
from photohq.photos.errors import PhotoNotFound
from photohq.photos.keys import rendition_key, renditions_folder
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import Picture, Reason, Unreadable
from photohq.photos.processing import begun, to_process, with_failure, with_picture
from photohq.photos.versions import rendition_versions

log = logging.getLogger("photohq.pictures")


def process_photo(app: App, pictures: Pictures, job: Job) -> Status | None:
    """Make a version `ready` or `failed`, if it is still there and waits for it.

    Answers which of the two, None where there was nothing to do. Nothing is lost where it is cut
    off, or done twice. Raises what the object store and the catalog raise, Damaged also where the
    bytes have not the checksum of those that arrived: then it is to be tried again.
    """
    try:
        photo = change(app, job.photo_id, lambda photo: begun(photo, job.upload_id, app.clock()))
    except PhotoNotFound:
        _forget(app, job)
        return None
    version = to_process(photo, job.upload_id)
    if version is None:
        return None
    try:
        if carry_metadata(app, pictures, photo, version):
            return None  # the version that has taken its place has a job of its own
    except PhotoNotFound:
        return None
    began = time.perf_counter()
    source = app.objects.read(version.bucket, version.s3_key, version.version_id)
    try:
        processed = pictures.process(source, version.file_size)
    except Unreadable as unreadable:
        _fail(app, job, unreadable.reason)
        return Status.FAILED
    if version.checksum_sha256 not in {None, processed.checksum_sha256}:
        raise Damaged(version.s3_key)
    _keep(app, job, photo, version, processed)
    seconds = round(time.perf_counter() - began, 3)
    log.info("a picture is ready", extra={"photo_id": job.photo_id, "seconds": seconds})
    return Status.READY


def give_up_processing(app: App, job: Job) -> None:
    """Make a version `failed` that could not be processed however often it was tried."""
    _fail(app, job, Reason.PROCESSING_FAILED)


def _fail(app: App, job: Job, reason: Reason) -> None:
    def fail(photo: Photo) -> Photo:
        return with_failure(photo, job.upload_id, reason, app.clock())

    try:
        change(app, job.photo_id, fail)
    except PhotoNotFound:
        return
    log.info("a picture has failed", extra={"photo_id": job.photo_id, "reason": reason.value})


def _keep(app: App, job: Job, photo: Photo, version: Version, processed: Processed) -> None:
    """Store the renditions, then the record that tells of them."""
    with app.together():
        picture = _stored(app, photo, version, processed)

        def finish(photo: Photo) -> Photo:
            return with_picture(
                photo,
                job.upload_id,
                picture,
                processed.facts,
                checksum=processed.checksum_sha256,
                now=app.clock(),
            )

        try:
            after = change(app, job.photo_id, finish)
        except PhotoNotFound:
            _forget(app, job)
            return
        _drop_unused(app, photo, version, picture, after)
        retire(app, after)


def _stored(app: App, photo: Photo, version: Version, processed: Processed) -> Picture:
    bucket = app.objects.edited_bucket
    renditions = []
    for file in processed.files:
        rendition = file.rendition
        key = rendition_key(photo, version, rendition)
        version_id = app.objects.write(bucket, key, file.data, rendition.content_type)
        renditions.append(msgspec.structs.replace(rendition, version_id=version_id))
    return msgspec.structs.replace(processed.picture, renditions=tuple(renditions))


def _drop_unused(app: App, photo: Photo, version: Version, picture: Picture, after: Photo) -> None:
    """Leave none of the renditions but those that the record names.

    Those of an edit that was replaced meanwhile get delete markers. Those of a version that another
    one has made ready meanwhile are erased: they may lie on top of the ones that the record names,
    which would expire then as whatever was replaced.
    """
    bucket, named = app.objects.edited_bucket, rendition_versions(after)
    made = {
        rendition_key(photo, version, rendition): rendition.version_id
        for rendition in picture.renditions
    }
    app.objects.delete(bucket, *sorted(made.keys() - named.keys()))
    for key, version_id in made.items():
        if key in named and version_id and version_id != named[key]:
            app.objects.delete_version(bucket, key, version_id)


def _forget(app: App, job: Job) -> None:
    """Leave no renditions of a photo that is gone."""
    folder = renditions_folder(job.user_id, job.photo_id)
    app.objects.erase(app.objects.edited_bucket, folder)
