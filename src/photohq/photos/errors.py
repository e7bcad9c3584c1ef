"""Everything that can be refused, as one closed list.

PhotoHQError
  InvalidInput          invalid          a field, parameter or body is not what is asked for
  Unauthenticated       unauthenticated  no valid access token
  NotYours              forbidden        a known photo (NotYourBatch: batch) of somebody else
  PhotoNotFound         not_found        no such photo
  VersionNotFound       not_found        the photo has no such version
  BatchNotFound         not_found        no such batch
  TooManyPendingEdits   conflict         ten edits are already on their way
  IdempotencyKeyReused  conflict         the key of another request
  StaleRevision         stale            `If-Match` names another revision
  TooLarge              too_large        a body past its limit
  Unavailable           unavailable      a part that is needed does not answer, or the disk is full

An error carries a stable `code` and one sentence for the caller. Nothing in it is secret: what only
the operator should know goes to the log. HTTP statuses are the business of `api/problems.py`.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec


class Kind(StrEnum):
    """The classes of refusal; each has one HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field, parameter or header of a request."""

    field: str
    message: str


MAX_ERRORS = 100
"""Mistakes that one answer names; who makes more sees the rest when these are mended."""
MAX_FIELD_CHARACTERS = 200
MAX_MESSAGE_CHARACTERS = 500


class PhotoHQError(Exception):
    """A refusal with a stable code and a sentence for the caller."""

    kind: ClassVar[Kind]
    code: ClassVar[str]
    message: ClassVar[str]

    def __init__(self, message: str | None = None) -> None:
        self.detail = message or self.message
        super().__init__(self.detail)


class InvalidInput(PhotoHQError):
    """Names every bad field at once, a hundred at most; its sentence is the first one's."""

    kind = Kind.INVALID
    code = "invalid_input"
    message = "The request is not valid"

    def __init__(self, *errors: FieldError, message: str | None = None) -> None:
        self.errors = tuple(
            FieldError(one.field[:MAX_FIELD_CHARACTERS], one.message[:MAX_MESSAGE_CHARACTERS])
            for one in errors[:MAX_ERRORS]
        )
        super().__init__(message or (self.errors[0].message if errors else None))


class Unauthenticated(PhotoHQError):
    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"
    message = "A valid access token is required"


class NotYours(PhotoHQError):
    kind = Kind.FORBIDDEN
    code = "forbidden"
    message = "You do not have access to this photo"


class NotYourBatch(NotYours):
    message = "You do not have access to this batch"


class PhotoNotFound(PhotoHQError):
    kind = Kind.NOT_FOUND
    code = "photo_not_found"
    message = "Photo not found"


class VersionNotFound(PhotoHQError):
    kind = Kind.NOT_FOUND
    code = "version_not_found"
    message = "No edited version available"


class TooManyPendingEdits(PhotoHQError):
    kind = Kind.CONFLICT
    code = "too_many_pending_edits"
    message = "Ten edits of this photo are already waiting for their bytes"


class NotUploaded(PhotoHQError):
    kind = Kind.CONFLICT
    code = "not_uploaded"
    message = "No file of this photo has arrived yet"


class NotAPicture(PhotoHQError):
    kind = Kind.CONFLICT
    code = "not_a_picture"
    message = "The original of this photo can't be decoded"


class NotReady(PhotoHQError):
    kind = Kind.CONFLICT
    code = "not_ready"
    message = "The picture of this photo is not processed yet"


class RecipeNotFound(PhotoHQError):
    kind = Kind.NOT_FOUND
    code = "recipe_not_found"
    message = "This photo has no recipe"


class PresetNotFound(PhotoHQError):
    kind = Kind.NOT_FOUND
    code = "preset_not_found"
    message = "There is no preset of this name"


class TooManyPresets(PhotoHQError):
    kind = Kind.CONFLICT
    code = "too_many_presets"
    message = "There are a hundred presets already"


class BatchNotFound(PhotoHQError):
    kind = Kind.NOT_FOUND
    code = "batch_not_found"
    message = "Batch not found"


class IdempotencyKeyReused(PhotoHQError):
    kind = Kind.CONFLICT
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used with another body"


class StaleRevision(PhotoHQError):
    kind = Kind.STALE
    code = "stale_revision"
    message = "The photo has changed since the revision that If-Match names"


class TooLarge(PhotoHQError):
    kind = Kind.TOO_LARGE
    code = "too_large"
    message = "The request body is too large"


class Unavailable(PhotoHQError):
    """A refusal that time heals; `retry_after` is in seconds."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"
    message = "The service cannot do this just now"

    def __init__(self, message: str | None = None, *, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(message)
