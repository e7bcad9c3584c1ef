"""Edits that the deployment makes itself: by a recipe, or an upload with its metadata back."""

import pytest
from tests.imaging.pictures import (
    ASCII,
    RATIONAL,
    SHORT,
    exif_app1,
    flat,
    inserted,
    jpeg,
    segment,
    tiff,
)
from tests.operations.deployment import Deployment
from tests.operations.test_deleting import FILE, ME
from tests.operations.test_process_photo import Queue

from photohq.events.port import JobKind
from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses
from photohq.operations.delete_edited import delete_edited
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_metadata import get_metadata
from photohq.operations.list_versions import list_versions
from photohq.operations.once import Once
from photohq.operations.preview_recipe import preview_recipe
from photohq.operations.render_photo import render_photo
from photohq.operations.restore_version import restore_version
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.operations.work import give_up, work
from photohq.photos.errors import InvalidInput, NotAPicture, NotReady, NotUploaded, VersionNotFound
from photohq.photos.photo import KeepMetadata, Status
from photohq.photos.recipe import Crop, Recipe
from photohq.photos.recipe_requests import PreviewRequest, RenderRequest
from photohq.photos.requests import DeleteQuery, EditRequest, UploadRequest
from photohq.photos.versions import rendition_keys

PLAIN = jpeg(320, 240)
DESCRIBED = inserted(PLAIN, exif_app1([(0x0110, ASCII, b"K-1\0")]))
BRIGHTER = RenderRequest(recipe=Recipe(recipe=1, exposure=1.0))


@pytest.fixture(scope="module")
def pool():
    made = PictureProcesses(Plan(), 1)
    yield made
    made.close()


@pytest.fixture
def deployment(pool):
    made = Deployment(jobs=Queue(), pictures=pool)
    yield made
    made.close()


@pytest.fixture
def photo_id(deployment):
    return upload(deployment, DESCRIBED)


def upload(deployment, data):
    ticket = upload_photo(deployment.app, ME, UploadRequest(**{**FILE, "file_size": len(data)}))
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, data)
    settle(deployment)
    return ticket.photo_id


def edit(deployment, photo_id, data, **changes):
    body = EditRequest(**{**FILE, "file_size": len(data), **changes})
    ticket = update_photo(deployment.app, ME, photo_id, body)
    upload_id = ticket.upload_headers["x-amz-meta-upload-id"]
    assert deployment.put(deployment.store.edited_bucket, ticket.s3_key, upload_id, data)
    settle(deployment)


def settle(deployment):
    """Do all jobs, each twice, as a queue may bring it."""
    jobs = deployment.app.jobs
    while jobs:
        job = jobs.pop(0)
        for _ in range(2):
            work(deployment.app, deployment.app.pictures, job)


def edited_bytes(deployment, photo_id):
    edited = deployment.app.catalog.find(photo_id).edited
    return b"".join(deployment.store.read(edited.bucket, edited.s3_key, edited.version_id))


def history(deployment, photo_id):
    return list_versions(deployment.app, ME, photo_id).versions


@pytest.mark.parametrize("quality", [92, 60])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_recipe_that_does_nothing_leaves_an_upright_file_as_it_is(
    deployment, orientation, quality
):
    original = inserted(PLAIN, exif_app1([(0x0112, SHORT, [orientation])]))
    photo_id = upload(deployment, original)
    wanted = RenderRequest(recipe=Recipe(recipe=1), quality=quality)
    render_photo(deployment.app, ME, photo_id, wanted)
    settle(deployment)
    assert (edited_bytes(deployment, photo_id) == original) == ((orientation, quality) == (1, 92))
    picture = deployment.app.catalog.find(photo_id).edited.picture
    assert picture.orientation == 1
    assert (picture.width, picture.height) == ((320, 240) if orientation == 1 else (240, 320))


def test_a_recipe_becomes_an_edited_version(deployment, photo_id):
    answer = render_photo(deployment.app, ME, photo_id, BRIGHTER)
    assert (answer.status, answer.edit_count) == (Status.PENDING_UPLOAD, 1)
    metadata = get_metadata(deployment.app, ME, photo_id)
    assert metadata.has_edited_version
    assert metadata.edited.status is Status.PENDING_UPLOAD
    settle(deployment)
    edited = get_metadata(deployment.app, ME, photo_id).edited
    assert (edited.status, edited.edit_count) == (Status.READY, 1)
    assert (edited.width, edited.height) == (320, 240)
    assert b"K-1" in edited_bytes(deployment, photo_id)
    first = history(deployment, photo_id)[0]
    assert first.recipe == {"recipe": 1, "exposure": 1.0}
    assert (first.restored_metadata, first.author) == (("exif",), ME.user_id)


def test_a_key_renders_once(deployment, photo_id):
    once = Once(key="k", fingerprint="f")
    first = render_photo(deployment.app, ME, photo_id, BRIGHTER, once=once)
    deployment.app.jobs.clear()  # what was put was lost
    assert render_photo(deployment.app, ME, photo_id, BRIGHTER, once=once) == first
    settle(deployment)
    assert [one.version_type for one in history(deployment, photo_id)] == ["edited", "original"]


def test_two_renderings_are_both_in_the_history(deployment, photo_id):
    for exposure in (1.0, -1.0):
        body = RenderRequest(recipe=Recipe(recipe=1, exposure=exposure))
        render_photo(deployment.app, ME, photo_id, body)
    settle(deployment)
    recipes = [one.recipe for one in history(deployment, photo_id)]
    assert [one and one["exposure"] for one in recipes] == [-1.0, 1.0, None]


def test_what_can_not_be_rendered_says_why(deployment, photo_id):
    render_photo(deployment.app, ME, photo_id, BRIGHTER)
    job = deployment.app.jobs.pop()
    assert job.kind is JobKind.RENDER
    give_up(deployment.app, job)
    metadata = get_metadata(deployment.app, ME, photo_id)
    assert not metadata.has_edited_version
    assert (metadata.edited.status, metadata.edited.edit_count) == (Status.FAILED, 0)
    assert metadata.edited.status_reason == "processing_failed"
    deployment.now += 2 * 86_400
    deployment.tidy()
    assert get_metadata(deployment.app, ME, photo_id).edited is None


def test_an_edit_that_was_undone_is_not_rendered(deployment, photo_id):
    render_photo(deployment.app, ME, photo_id, BRIGHTER)
    delete_edited(deployment.app, ME, photo_id)
    settle(deployment)
    assert [one.version_type for one in history(deployment, photo_id)] == ["original"]


def test_a_crop_beside_the_picture_is_refused_at_once(deployment, photo_id):
    corner = Recipe(recipe=1, straighten=45.0, crop=Crop(left=0, top=0, width=0.01, height=0.01))
    for ask in (
        lambda: render_photo(deployment.app, ME, photo_id, RenderRequest(recipe=corner)),
        lambda: preview_recipe(deployment.app, ME, photo_id, PreviewRequest(recipe=corner)),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask()
        assert refused.value.code == "crop_outside"
    assert deployment.app.jobs == []


def test_only_a_picture_that_has_arrived_is_rendered(deployment):
    ticket = upload_photo(deployment.app, ME, UploadRequest(**FILE))
    with pytest.raises(NotUploaded):
        render_photo(deployment.app, ME, ticket.photo_id, BRIGHTER)
    broken = upload(deployment, b"text")
    with pytest.raises(NotAPicture):
        render_photo(deployment.app, ME, broken, BRIGHTER)


def test_a_preview_waits_for_the_picture_to_be_processed(deployment):
    body = UploadRequest(**{**FILE, "file_size": len(PLAIN)})
    ticket = upload_photo(deployment.app, ME, body)
    assert deployment.put(deployment.store.originals_bucket, ticket.s3_key, None, PLAIN)
    asked = PreviewRequest(recipe=BRIGHTER.recipe)
    with pytest.raises(NotReady):
        preview_recipe(deployment.app, ME, ticket.photo_id, asked)
    settle(deployment)
    preview = preview_recipe(deployment.app, ME, ticket.photo_id, asked)
    assert (preview.width, preview.height) == (320, 240)


def test_previews_go_with_their_photo(deployment, photo_id):
    preview_recipe(deployment.app, ME, photo_id, PreviewRequest(recipe=BRIGHTER.recipe))
    drawn = [key for key in rendition_keys(deployment.app.catalog.find(photo_id)) if "drawn" in key]
    bucket = deployment.store.edited_bucket
    assert [deployment.store.head(bucket, key) is not None for key in drawn] == [True]
    delete_photo(deployment.app, ME, photo_id, DeleteQuery())
    assert [deployment.store.head(bucket, key) for key in drawn] == [None]


def test_an_upload_gets_its_metadata_back_as_a_new_version(deployment, photo_id):
    edit(deployment, photo_id, PLAIN)
    edited = get_metadata(deployment.app, ME, photo_id).edited
    assert (edited.status, edited.edit_count, edited.pending) == (Status.READY, 1, None)
    assert b"K-1" in edited_bytes(deployment, photo_id)
    current, uploaded, _ = history(deployment, photo_id)
    assert current.is_current
    assert current.parent == uploaded.version_id
    assert (current.dropped_metadata, current.restored_metadata) == (("exif",), ("exif",))
    past = deployment.app.catalog.find(photo_id).past_edits[-1]
    assert b"".join(deployment.store.read(past.bucket, past.s3_key, past.version_id)) == PLAIN


def test_an_upload_that_kept_a_part_gets_the_rest_back(deployment):
    whole = tiff(
        [(0x0110, ASCII, b"K-1\0")],
        [(0x9003, ASCII, b"2026:05:06 07:08:09\0")],
        [(1, ASCII, b"N\0"), (2, RATIONAL, [(47, 1), (22, 1), (0, 1)])],
    )
    photo_id = upload(deployment, inserted(PLAIN, segment(0xE1, b"Exif\0\0" + whole)))
    edit(deployment, photo_id, inserted(PLAIN, exif_app1([(0x0131, ASCII, b"An Editor\0")])))
    current, uploaded, _ = history(deployment, photo_id)
    assert current.restored_metadata == ("dates", "exif", "gps")
    assert current.parent == uploaded.version_id
    data = edited_bytes(deployment, photo_id)
    assert all(text in data for text in (b"K-1", b"An Editor", b"2026:05:06 07:08:09"))


def test_an_upload_that_is_to_stay_as_it_is_does_so(deployment, photo_id):
    edit(deployment, photo_id, PLAIN, keep_metadata=KeepMetadata.AS_UPLOADED)
    assert edited_bytes(deployment, photo_id) == PLAIN
    current, _ = history(deployment, photo_id)
    assert (current.dropped_metadata, current.restored_metadata) == (("exif",), ())


def test_bytes_as_they_came_that_are_brought_back_stay_so_and_say_what_they_lack(
    deployment, photo_id
):
    edit(deployment, photo_id, PLAIN)
    came = history(deployment, photo_id)[1]
    restore_version(deployment.app, ME, photo_id, came.version_id)
    settle(deployment)
    assert edited_bytes(deployment, photo_id) == PLAIN
    current = history(deployment, photo_id)[0]
    assert (current.dropped_metadata, current.restored_metadata) == (("exif",), ())


def test_an_upload_that_lacks_nothing_stays_as_it_is(deployment, photo_id):
    edit(deployment, photo_id, DESCRIBED)
    assert edited_bytes(deployment, photo_id) == DESCRIBED
    current, _ = history(deployment, photo_id)
    assert current.restored_metadata == ()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"text", "not_a_jpeg"),
        (PLAIN[: len(PLAIN) // 2], "truncated"),
        (PLAIN[: len(PLAIN) // 2] + PLAIN[-2:], "truncated"),
        (flat(12_001, 10_000), "too_many_pixels"),
    ],
    ids=["text", "truncated", "closed", "bomb"],
)
def test_an_upload_that_is_no_picture_stays_and_says_why(deployment, photo_id, broken, reason):
    edit(deployment, photo_id, broken)
    edited = get_metadata(deployment.app, ME, photo_id).edited
    assert (edited.status, edited.status_reason) == (Status.FAILED, reason)
    assert edited_bytes(deployment, photo_id) == broken
    assert [one.restored_metadata for one in history(deployment, photo_id)] == [None, None]


def test_an_edit_that_is_replaced_meanwhile_does_not_come_back(deployment, photo_id):
    for data in (PLAIN, jpeg(64, 48)):
        body = EditRequest(**{**FILE, "file_size": len(data)})
        ticket = update_photo(deployment.app, ME, photo_id, body)
        upload_id = ticket.upload_headers["x-amz-meta-upload-id"]
        assert deployment.put(deployment.store.edited_bucket, ticket.s3_key, upload_id, data)
    settle(deployment)
    edited = get_metadata(deployment.app, ME, photo_id).edited
    assert (edited.width, edited.edit_count) == (64, 2)
    assert len(history(deployment, photo_id)) == 4


def test_a_version_that_has_expired_or_is_lost_is_not_restored(deployment, photo_id):
    for data in (PLAIN, jpeg(64, 48), jpeg(48, 64)):
        edit(deployment, photo_id, data, keep_metadata=KeepMetadata.AS_UPLOADED)
    lost, past = (one.version_id for one in history(deployment, photo_id)[1:3])
    found = next(
        one for one in deployment.app.catalog.find(photo_id).past_edits if one.version_id == lost
    )
    deployment.store.delete_version(found.bucket, found.s3_key, lost)
    with pytest.raises(VersionNotFound):
        restore_version(deployment.app, ME, photo_id, lost)
    assert deployment.app.catalog.find(photo_id).pending_edits == ()
    deployment.now += 31 * 86_400
    with pytest.raises(VersionNotFound):
        restore_version(deployment.app, ME, photo_id, past)
    assert [one.version_type for one in history(deployment, photo_id)] == ["edited", "original"]
