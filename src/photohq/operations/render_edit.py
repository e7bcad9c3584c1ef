"""Make the edit that was announced by a recipe."""

import logging
import time
from typing import Any

from photohq.events.port import Job
from photohq.imaging.port import Drawn, Pictures
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.confirm_upload import confirm_object
from photohq.photos.edits import to_render, with_failed_edit, with_rendered
from photohq.photos.errors import PhotoNotFound
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import JPEG, Reason, Unreadable
from photohq.photos.recipe import read
from photohq.photos.recipe_requests import QUALITY
from photohq.photos.recipe_rules import VERSION

NEUTRAL = {"recipe": VERSION}
"""A stored recipe that changes nothing."""

log = logging.getLogger("photohq.pictures")


def render_edit(app: App, pictures: Pictures, job: Job) -> Status | None:
    """Render an edit that is waited for, and have it arrive.

    Answers `uploaded` or `failed`, None where there was nothing to do. Nothing is lost where it is
    cut off, or done twice. Raises what the object store and the catalog raise: then it is to be
    tried again.
    """
    photo = app.catalog.find(job.photo_id)
    edit = to_render(photo, job.upload_id) if photo else None
    if photo is None or edit is None or edit.recipe is None:
        return None
    began = time.perf_counter()
    try:
        drawn = _drawn(app, pictures, photo.original, edit.recipe, edit.quality or QUALITY)
    except Unreadable as unreadable:
        fail_edit(app, job, unreadable.reason)
        return Status.FAILED
    _arrive(app, job, edit, drawn)
    seconds = round(time.perf_counter() - began, 3)
    log.info("an edit is rendered", extra={"photo_id": job.photo_id, "seconds": seconds})
    return Status.UPLOADED


def _drawn(
    app: App, pictures: Pictures, original: Version, recipe: dict[str, Any], quality: int
) -> Drawn:
    source = app.objects.read(original.bucket, original.s3_key, original.version_id)
    picture = original.picture
    changes_nothing = recipe == NEUTRAL and quality == QUALITY
    is_ready = original.status is Status.READY
    if picture and picture.orientation == 1 and is_ready and changes_nothing:
        # The same pixels have the same file: encoded anew they would change.
        return Drawn(data=b"".join(source), width=picture.width, height=picture.height)
    return pictures.render(source, original.file_size, read(recipe), quality=quality)


def fail_edit(app: App, job: Job, reason: Reason) -> None:
    """Say that an edit can't be rendered, unless it isn't waited for any more."""

    def fail(photo: Photo) -> Photo:
        return with_failed_edit(photo, job.upload_id, reason, app.clock())

    try:
        change(app, job.photo_id, fail)
    except PhotoNotFound:
        return
    log.info("an edit has failed", extra={"photo_id": job.photo_id, "reason": reason.value})


def _arrive(app: App, job: Job, edit: Version, drawn: Drawn) -> None:
    def tell(photo: Photo) -> Photo:
        return with_rendered(
            photo,
            job.upload_id,
            app.clock(),
            file_size=len(drawn.data),
            restored=drawn.restored,
            dropped=drawn.dropped,
        )

    with app.together():
        try:
            photo = change(app, job.photo_id, tell)
        except PhotoNotFound:
            return
        if to_render(photo, job.upload_id) is None:
            return  # it was undone meanwhile
        version_id = app.objects.write(
            edit.bucket, edit.s3_key, drawn.data, JPEG, upload_id=job.upload_id
        )
        confirm_object(app, edit.bucket, edit.s3_key, version_id)
