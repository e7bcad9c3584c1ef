"""What becomes of a version by its picture, rule by rule."""

import msgspec
import pytest

from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import JPEG, CameraInfo, Facts, Picture, Reason, Rendition
from photohq.photos.processing import (
    begun,
    begun_again,
    to_process,
    version_of,
    with_failure,
    with_picture,
)
from photohq.photos.versions import edited_keys, marked_deleting

NOW = 1_800_000_000.0
PICTURE = Picture(
    width=6000,
    height=4000,
    orientation=6,
    placeholder="AAAA",
    perceptual_hash="0123456789abcdef",
    renditions=(
        Rendition(size=256, width=171, height=256, content_type=JPEG, file_size=9, version_id="r"),
    ),
)
FACTS = Facts(taken_at="2026-05-01T10:00:00+02:00", description="From the file", rating=4)


def arrived(upload_id, bucket="originals", **changes) -> Version:
    return Version(
        upload_id=upload_id,
        bucket=bucket,
        s3_key=f"user/{bucket}/photo/a.jpg",
        filename="a.jpg",
        content_type=JPEG,
        file_size=1000,
        created_at="2026-01-01T00:00:00.000Z",
        expires_at=NOW,
        status=changes.pop("status", Status.UPLOADED),
        version_id=changes.pop("version_id", "v1"),
        **changes,
    )


@pytest.fixture
def photo():
    return Photo(
        photo_id="photo",
        user_id="user",
        created_at="2026-01-01T00:00:00.000Z",
        updated_at="2026-01-01T00:00:00.000Z",
        original=arrived("o"),
        edited=arrived("e", "edited"),
    )


def ready(photo, upload_id="o", picture=PICTURE, facts=FACTS, checksum="sum"):
    return with_picture(photo, upload_id, picture, facts, checksum=checksum, now=NOW)


def test_a_version_goes_from_uploaded_by_processing_to_ready(photo):
    working = begun(photo, "o", NOW)
    assert working.original.status is Status.PROCESSING
    assert working.edited == photo.edited
    done = ready(working)
    assert (done.original.status, done.original.picture) == (Status.READY, PICTURE)
    assert (done.counter, done.revision) == (photo.counter + 2, photo.revision)


def test_an_edit_is_processed_by_itself_and_says_nothing_of_the_photo(photo):
    done = ready(begun(photo, "e", NOW), "e")
    assert (done.edited.status, done.original.status) == (Status.READY, Status.UPLOADED)
    assert (done.taken_at, done.description) == (None, None)


@pytest.mark.parametrize("upload_id", ["gone", ""])
def test_what_is_not_there_any_more_changes_nothing(photo, upload_id):
    assert begun(photo, upload_id, NOW) is photo
    assert ready(photo, upload_id) is photo
    assert with_failure(photo, upload_id, Reason.CORRUPT, NOW) is photo


def test_a_photo_that_is_being_deleted_is_left_alone(photo):
    going = marked_deleting(photo, NOW)
    assert version_of(going, "o") is None
    assert begun(going, "o", NOW) is going
    assert begun_again(going, NOW) is going
    assert ready(going) is going


def test_what_has_not_arrived_is_not_processed(photo):
    waiting = arrived("o", status=Status.PENDING_UPLOAD, version_id=None)
    photo = msgspec.structs.replace(photo, original=waiting)
    assert to_process(photo, "o") is None
    assert begun_again(photo, NOW).original == waiting


def test_what_is_done_is_done_once(photo):
    done = ready(photo)
    assert to_process(done, "o") is None
    assert begun(done, "o", NOW) is done
    assert ready(done) is done


def test_a_failure_keeps_the_bytes_and_what_was_read_before(photo):
    again = begun_again(ready(photo), NOW)
    assert again.original.status is Status.PROCESSING
    failed = with_failure(again, "o", Reason.TOOK_TOO_LONG, NOW)
    assert (failed.original.status, failed.original.status_reason) == (
        Status.FAILED,
        "took_too_long",
    )
    assert failed.original.picture == PICTURE
    assert failed.original.version_id == "v1"
    assert begun_again(failed, NOW).original.status_reason is None


def test_what_a_file_says_becomes_metadata(photo):
    done = ready(photo)
    assert (done.taken_at, done.description, done.rating) == (
        FACTS.taken_at,
        "From the file",
        4,
    )


def test_what_the_owner_has_said_stays(photo):
    camera = CameraInfo(make="Mine")
    photo = msgspec.structs.replace(photo, camera_info=camera, said=("description",))
    facts = msgspec.structs.replace(FACTS, camera_info=CameraInfo(make="Theirs"))
    done = ready(photo, facts=facts)
    assert (done.camera_info, done.description, done.rating) == (camera, None, 4)


def test_a_second_reading_takes_the_place_of_the_first_but_not_of_the_owners_word(photo):
    first = ready(photo)
    said = msgspec.structs.replace(first, rating=1, said=(*first.said, "rating"))
    facts = msgspec.structs.replace(FACTS, rating=5, description="Read better")
    second = ready(begun_again(said, NOW), facts=facts)
    assert (second.rating, second.description) == (1, "Read better")


def test_the_checksum_that_the_store_computed_is_kept_and_a_missing_one_is_filled(photo):
    assert ready(photo).original.checksum_sha256 == "sum"
    known = msgspec.structs.replace(photo, original=arrived("o", checksum_sha256="known"))
    assert ready(known).original.checksum_sha256 == "known"


def test_renditions_that_are_not_made_any_more_are_retired(photo):
    done = ready(photo)
    key = "user/renditions/photo/o/256.jpg"
    assert edited_keys(done) == {photo.edited.s3_key, key}
    bare = msgspec.structs.replace(PICTURE, renditions=())
    assert ready(begun_again(done, NOW), picture=bare).retired == (key,)
