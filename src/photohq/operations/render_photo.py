"""POST /photos/{photo_id}/render: an edited version, made of the original by a recipe."""

from collections.abc import Collection

from photohq.events.port import Job, JobKind
from photohq.identity.port import Caller
from photohq.operations.access import owned, require_revision
from photohq.operations.app import App
from photohq.operations.changes import change
from photohq.operations.once import Once, claim_with, once_only
from photohq.operations.originals import decodable, require_frame
from photohq.operations.preview_recipe import stored_recipe
from photohq.operations.recipe_views import Rendering
from photohq.photos.errors import FieldError, InvalidInput, PresetNotFound, Unavailable
from photohq.photos.keys import key_of
from photohq.photos.photo import Photo, Version, VersionType
from photohq.photos.pictures import JPEG
from photohq.photos.recipe import Recipe, plain, read
from photohq.photos.recipe_requests import RenderRequest
from photohq.photos.times import iso
from photohq.photos.versions import with_edit_ticket

RENDER_AGE = 86_400
"""Seconds for which an edit that is to be rendered is waited for."""
MESSAGE = "The edited version is being rendered: poll the metadata"


def render_photo(
    app: App,
    caller: Caller,
    photo_id: str,
    body: RenderRequest,
    if_match: Collection[str] | None = None,
    *,
    once: Once | None = None,
) -> Rendering:
    """Announce an edit and have it rendered; it becomes the current one when it is done.

    Raises InvalidInput (CropOutside for one), PhotoNotFound, NotYours, PresetNotFound, NotUploaded,
    NotAPicture, StaleRevision, TooManyPendingEdits, IdempotencyKeyReused, Unavailable.
    """
    if app.jobs is None:
        raise Unavailable("Pictures are not rendered here")
    jobs = app.jobs
    upload_id = app.new_id()

    def act() -> Rendering:
        wanted = _wanted(app, caller, body)  # not for a repeat: the preset may be gone

        def announce(photo: Photo) -> Photo:
            require_revision(owned(photo, caller).revision, if_match)
            original = decodable(photo)
            recipe = wanted or stored_recipe(photo)
            require_frame(original, recipe)
            edit = _edit(app, photo, upload_id, recipe, body.quality)
            return with_edit_ticket(photo, edit, app.clock())

        with app.together():
            claim = claim_with(app, once, _answer)
            photo = change(app, photo_id, announce, claim)
            jobs.put([Job(photo.user_id, photo_id, upload_id, JobKind.RENDER)])
        return _answer(photo)

    def again(answer: Rendering) -> Rendering:
        """Put the job once more: it may not have been when the claim was stored."""
        if photo := app.catalog.find(photo_id):
            jobs.put(
                [
                    Job(photo.user_id, photo_id, edit.upload_id, JobKind.RENDER)
                    for edit in photo.pending_edits
                    if edit.recipe is not None
                ]
            )
        return answer

    return once_only(app, once, Rendering, act, again)


def _wanted(app: App, caller: Caller, body: RenderRequest) -> Recipe | None:
    """Answer the recipe that is asked for; None where it is the one that is stored."""
    if body.preset is None:
        return body.recipe
    if body.recipe is not None:
        raise InvalidInput(FieldError("preset", "preset and recipe can't be given together"))
    recipes = app.catalog.find_presets(caller.user_id).recipes
    if body.preset not in recipes:
        raise PresetNotFound
    return read(recipes[body.preset])


def _edit(app: App, photo: Photo, upload_id: str, recipe: Recipe, quality: int) -> Version:
    now = app.clock()
    filename = photo.original.filename
    return Version(
        upload_id=upload_id,
        bucket=app.objects.edited_bucket,
        s3_key=key_of(photo.user_id, VersionType.EDITED, photo.photo_id, filename),
        filename=filename,
        content_type=JPEG,
        file_size=0,
        created_at=iso(now),
        expires_at=now + RENDER_AGE,
        author=photo.user_id,
        recipe=plain(recipe),
        quality=quality,
        parent=photo.original.version_id,
    )


def _answer(photo: Photo) -> Rendering:
    edit = photo.pending_edits[-1]
    return Rendering(
        photo_id=photo.photo_id,
        status=edit.status,
        message=MESSAGE,
        recipe=edit.recipe or {},
        edit_count=photo.edit_count,
        revision=photo.revision,
    )
