"""Change a record by comparing first: read, decide, write if nobody else has written meanwhile."""

from collections.abc import Callable

from photohq.catalog.port import Changed, Claim
from photohq.operations.app import App
from photohq.photos.errors import PhotoNotFound, Unavailable
from photohq.photos.photo import Photo

ATTEMPTS = 20
"""Tries before a photo that many write at once is given up; each is two short calls."""


def change(
    app: App,
    photo_id: str,
    decide: Callable[[Photo], Photo],
    claim: Callable[[Photo], Claim] | None = None,
) -> Photo:
    """Write what `decide` makes of the photo and answer it; `decide` runs anew when others win.

    `claim` makes the claim that is stored with it, of the new photo. Raises PhotoNotFound where
    there is no such photo, whatever `decide` raises, Claimed where the key is in use, and
    Unavailable where others win too often.
    """
    return changed(app, photo_id, decide, claim)[1]


def changed(
    app: App,
    photo_id: str,
    decide: Callable[[Photo], Photo],
    claim: Callable[[Photo], Claim] | None = None,
) -> tuple[Photo, Photo]:
    """Do what `change` does and answer the photo before and after: the same where it stays."""
    for _ in range(ATTEMPTS):
        photo = app.catalog.find(photo_id)
        if photo is None:
            raise PhotoNotFound
        new = decide(photo)
        if new is photo:
            if claim:
                app.catalog.claim(claim(photo))
            return photo, photo
        try:
            app.catalog.replace(photo, new, claim(new) if claim else None)
        except Changed:
            continue
        return photo, new
    raise Unavailable("Too many clients are changing this photo")
