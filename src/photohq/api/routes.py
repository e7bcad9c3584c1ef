"""The route table: the contract as data. Everything else about it is derived from here."""

from collections.abc import Callable
from typing import Any

import msgspec

from photohq.api import batches, bodies, pages, sidecars
from photohq.api.messages import Request
from photohq.operations import recipe_views, service, views
from photohq.operations.batch_photos import batch_photos
from photohq.operations.compare_versions import compare_versions
from photohq.operations.create_batch import create_batch
from photohq.operations.delete_edited import delete_edited
from photohq.operations.delete_photo import delete_photo
from photohq.operations.delete_preset import delete_preset
from photohq.operations.delete_recipe import delete_recipe
from photohq.operations.get_batch import get_batch
from photohq.operations.get_metadata import get_metadata
from photohq.operations.get_photo import get_photo
from photohq.operations.get_recipe import get_recipe
from photohq.operations.get_recipe_xmp import get_recipe_xmp
from photohq.operations.list_photos import list_photos
from photohq.operations.list_presets import list_presets
from photohq.operations.list_versions import list_versions
from photohq.operations.patch_metadata import patch_metadata
from photohq.operations.preview_recipe import preview_recipe
from photohq.operations.process_again import process_again
from photohq.operations.put_preset import put_preset
from photohq.operations.put_recipe import put_recipe
from photohq.operations.render_photo import render_photo
from photohq.operations.restore_version import restore_version
from photohq.operations.resume_batch import resume_batch
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import (
    BatchNotFound,
    IdempotencyKeyReused,
    InvalidInput,
    NotAPicture,
    NotReady,
    NotUploaded,
    NotYourBatch,
    NotYours,
    PhotoHQError,
    PhotoNotFound,
    PresetNotFound,
    RecipeNotFound,
    StaleRevision,
    TooManyPendingEdits,
    TooManyPresets,
    Unavailable,
    VersionNotFound,
)
from photohq.photos.recipe import Recipe
from photohq.photos.recipe_requests import CompareQuery, PreviewRequest, RenderRequest
from photohq.photos.requests import (
    BatchRequest,
    DeleteQuery,
    EditRequest,
    GetQuery,
    ListQuery,
    MetadataPatch,
    PhotoOperations,
    Shape,
    UploadRequest,
)

IDEMPOTENCY_KEY = "Idempotency-Key"
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
BATCH_BYTES = 4 * 1024 * 1024


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """What a method and path do: the operation, what it takes and gives, how it may refuse.

    A public route needs no token and its operation takes no caller. `gives` is a shape, or a union
    of them, or None where no shape says what is answered, as a `media_type`. A `raw` body is handed
    on as decoded JSON, and the operation reads it. `once` routes take an Idempotency-Key. `write`
    makes a response of what the operation answers, where that is no view.
    """

    method: str
    path: str
    operation: Callable[..., Any]
    summary: str
    gives: Any
    media_type: str = JSON
    body: type[Shape] | None = None
    raw: bool = False
    accepts: tuple[str, ...] = (JSON,)
    query: type[Shape] | None = None
    may: tuple[type[PhotoHQError], ...] = ()
    if_match: bool = False
    once: bool = False
    write: Callable[[Any, Request], Any] | None = None
    public: bool = False
    max_body: int = bodies.MAX_BYTES
    status: int = 200
    draws: bool = False

    @property
    def name(self) -> str:
        return self.operation.__name__


_A_PHOTO = (PhotoNotFound, NotYours)
_A_PICTURE = (NotUploaded, NotReady, NotAPicture)

ROUTES = (
    Route(
        method="POST",
        path="/photos/upload",
        operation=upload_photo,
        summary="Get leave to upload an original",
        body=UploadRequest,
        once=True,
        gives=views.UploadTicket | views.Duplicate,
        may=(InvalidInput, IdempotencyKeyReused, Unavailable),
    ),
    Route(
        method="GET",
        path="/photos/{photo_id}",
        operation=get_photo,
        summary="Get leave to download a version",
        query=GetQuery,
        gives=views.Download,
        may=(InvalidInput, *_A_PHOTO, VersionNotFound),
    ),
    Route(
        method="GET",
        path="/photos",
        operation=list_photos,
        summary="List your photos, newest first",
        query=ListQuery,
        gives=views.PhotoList,
        may=(InvalidInput,),
    ),
    Route(
        method="PUT",
        path="/photos/{photo_id}/edit",
        operation=update_photo,
        summary="Get leave to upload an edited version",
        body=EditRequest,
        gives=views.EditTicket,
        if_match=True,
        once=True,
        may=(
            InvalidInput,
            *_A_PHOTO,
            StaleRevision,
            TooManyPendingEdits,
            IdempotencyKeyReused,
            Unavailable,
        ),
    ),
    Route(
        method="DELETE",
        path="/photos/{photo_id}",
        operation=delete_photo,
        summary="Delete a photo and all its versions",
        query=DeleteQuery,
        gives=views.Deleted,
        if_match=True,
        may=(InvalidInput, *_A_PHOTO, StaleRevision, Unavailable),
    ),
    Route(
        method="GET",
        path="/photos/{photo_id}/metadata",
        operation=get_metadata,
        summary="Get everything that is known of a photo",
        gives=views.Metadata,
        may=_A_PHOTO,
    ),
    Route(
        method="PATCH",
        path="/photos/{photo_id}/metadata",
        operation=patch_metadata,
        summary="Change what is known of a photo",
        body=MetadataPatch,
        raw=True,
        accepts=(MERGE_PATCH, JSON),
        if_match=True,
        gives=views.Metadata,
        may=(InvalidInput, *_A_PHOTO, StaleRevision, Unavailable),
    ),
    Route(
        method="GET",
        path="/photos/{photo_id}/versions",
        operation=list_versions,
        summary="The history of a photo, newest first",
        gives=views.VersionList,
        may=_A_PHOTO,
    ),
    Route(
        method="POST",
        path="/photos/{photo_id}/versions/{version_id}/restore",
        operation=restore_version,
        summary="Make an earlier edit the current one",
        if_match=True,
        once=True,
        gives=views.Metadata,
        may=(
            InvalidInput,
            *_A_PHOTO,
            VersionNotFound,
            StaleRevision,
            TooManyPendingEdits,
            IdempotencyKeyReused,
            Unavailable,
        ),
    ),
    Route(
        method="DELETE",
        path="/photos/{photo_id}/edited",
        operation=delete_edited,
        summary="Go back to the original alone",
        if_match=True,
        gives=views.Metadata,
        may=(*_A_PHOTO, VersionNotFound, StaleRevision, Unavailable),
    ),
    Route(
        method="PUT",
        path="/photos/{photo_id}/recipe",
        operation=put_recipe,
        summary="Store a recipe with a photo",
        body=Recipe,
        raw=True,
        if_match=True,
        gives=recipe_views.PhotoRecipe,
        may=(InvalidInput, *_A_PHOTO, StaleRevision, Unavailable),
    ),
    Route(
        method="GET",
        path="/photos/{photo_id}/recipe",
        operation=get_recipe,
        summary="The recipe of a photo",
        gives=recipe_views.PhotoRecipe,
        may=(*_A_PHOTO, RecipeNotFound),
    ),
    Route(
        method="DELETE",
        path="/photos/{photo_id}/recipe",
        operation=delete_recipe,
        summary="Forget the recipe of a photo",
        if_match=True,
        gives=recipe_views.RecipeDeleted,
        may=(*_A_PHOTO, RecipeNotFound, StaleRevision, Unavailable),
    ),
    Route(
        method="GET",
        path="/photos/{photo_id}/recipe.xmp",
        operation=get_recipe_xmp,
        summary="The recipe of a photo as an XMP sidecar, for other editors",
        gives=None,
        media_type=sidecars.XMP,
        write=sidecars.write_sidecar,
        may=(InvalidInput, *_A_PHOTO, RecipeNotFound, *_A_PICTURE),
    ),
    Route(
        method="POST",
        path="/photos/{photo_id}/preview",
        operation=preview_recipe,
        summary="See what a recipe looks like",
        body=PreviewRequest,
        once=True,
        gives=recipe_views.Preview,
        may=(InvalidInput, *_A_PHOTO, *_A_PICTURE, IdempotencyKeyReused, Unavailable),
    ),
    Route(
        method="POST",
        path="/photos/{photo_id}/render",
        operation=render_photo,
        summary="Make the edited version by a recipe",
        body=RenderRequest,
        if_match=True,
        once=True,
        gives=recipe_views.Rendering,
        status=202,
        may=(
            InvalidInput,
            *_A_PHOTO,
            PresetNotFound,
            NotUploaded,
            NotAPicture,
            StaleRevision,
            TooManyPendingEdits,
            IdempotencyKeyReused,
            Unavailable,
        ),
    ),
    Route(
        method="GET",
        path="/photos/{photo_id}/compare",
        operation=compare_versions,
        summary="The original and the edited version in frames of the same size",
        query=CompareQuery,
        gives=recipe_views.Comparison,
        draws=True,
        may=(InvalidInput, *_A_PHOTO, VersionNotFound, NotReady, NotAPicture, Unavailable),
    ),
    Route(
        method="GET",
        path="/presets",
        operation=list_presets,
        summary="Your presets",
        gives=recipe_views.PresetList,
    ),
    Route(
        method="PUT",
        path="/presets/{name}",
        operation=put_preset,
        summary="Keep a recipe under a name",
        body=Recipe,
        raw=True,
        gives=recipe_views.Preset,
        may=(InvalidInput, TooManyPresets, Unavailable),
    ),
    Route(
        method="DELETE",
        path="/presets/{name}",
        operation=delete_preset,
        summary="Forget a preset",
        gives=recipe_views.PresetDeleted,
        may=(InvalidInput, PresetNotFound, Unavailable),
    ),
    Route(
        method="POST",
        path="/photos/{photo_id}/process",
        operation=process_again,
        summary="Have a photo processed again",
        once=True,
        gives=views.Processing,
        status=202,
        may=(*_A_PHOTO, NotUploaded, IdempotencyKeyReused, Unavailable),
    ),
    Route(
        method="POST",
        path="/photos/batch",
        operation=batch_photos,
        summary="Do many things with photos at once",
        body=PhotoOperations,
        raw=True,
        once=True,
        max_body=BATCH_BYTES,
        gives=batches.OperationResults,
        write=batches.write_results,
        may=(InvalidInput, IdempotencyKeyReused, Unavailable),
    ),
    Route(
        method="POST",
        path="/batches",
        operation=create_batch,
        summary="Get leave to upload many originals",
        body=BatchRequest,
        raw=True,
        once=True,
        max_body=BATCH_BYTES,
        gives=batches.BatchTickets,
        write=batches.write_tickets,
        may=(InvalidInput, IdempotencyKeyReused, Unavailable),
    ),
    Route(
        method="GET",
        path="/batches/{batch_id}",
        operation=get_batch,
        summary="How far a batch has come",
        gives=views.BatchStatus,
        may=(BatchNotFound, NotYourBatch),
    ),
    Route(
        method="POST",
        path="/batches/{batch_id}/resume",
        operation=resume_batch,
        summary="Get fresh leave to upload what has not arrived",
        once=True,
        gives=batches.BatchTickets,
        write=batches.write_tickets,
        may=(InvalidInput, BatchNotFound, NotYourBatch, IdempotencyKeyReused, Unavailable),
    ),
    Route(
        method="GET",
        path="/config",
        operation=service.get_config,
        summary="What a client needs to start",
        gives=service.Config,
        public=True,
    ),
    Route(
        method="GET",
        path="/healthz",
        operation=service.get_health,
        summary="Whether the process is alive",
        gives=service.Health,
        public=True,
    ),
    Route(
        method="GET",
        path="/readyz",
        operation=service.get_readiness,
        summary="Whether requests can be served",
        gives=service.Health,
        may=(Unavailable,),
        public=True,
    ),
    Route(
        method="GET",
        path="/openapi.json",
        operation=pages.get_openapi,
        summary="This contract as an OpenAPI 3.1 document",
        gives=None,
        public=True,
    ),
    Route(
        method="GET",
        path="/docs",
        operation=pages.get_docs,
        summary="This contract for people",
        gives=None,
        media_type="text/html",
        public=True,
    ),
    Route(
        method="GET",
        path="/docs/{file}",
        operation=pages.get_docs_file,
        summary="The files of the page above",
        gives=None,
        media_type="text/*",
        public=True,
    ),
)

METHODS = sorted({route.method for route in ROUTES})
"""The methods that there are, for browsers' preflights."""
