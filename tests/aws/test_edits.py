"""Edits made on AWS: rendered by a recipe, or uploaded and completed; S3 tells of them, too."""

import json
import time

import pytest
from tests.aws.jobs import calling, hidden_for, lose_bytes, row_of, waiting
from tests.contract.deployment import eventually
from tests.contract.pictures import LEAST, stretched
from tests.imaging.pictures import ASCII, exif_app1, inserted, jpeg

CAMERA = exif_app1([(0x0110, ASCII, b"K-1\0")])
PICTURE = stretched(inserted(jpeg(600, 400), CAMERA), LEAST, seed=8)
BRIGHT = {"recipe": 1, "exposure": 0.5}
QUEUES = ("Uploads", "Renders", "Pictures")


@pytest.fixture
def photo(alice):
    """A photo of a camera's, which is ready."""
    made = alice.upload(content=PICTURE)
    assert alice.settled(made.id)["status"] == "ready"
    return made


@pytest.fixture(scope="module")
def render(stack):
    return calling(stack, "RenderFunction")


def asked(user, photo):
    """Ask for a rendering, which is pending then."""
    answer = user.send("POST", f"/photos/{photo.id}/render", {"recipe": BRIGHT})
    assert answer.status_code == 202, answer.text


def versions(user, photo):
    return user.api.get(f"/photos/{photo.id}/versions").json()["versions"]


def quiet(stack):
    """Whether no message waits, and none is worked on."""
    return not any(waiting(stack, queue) for queue in QUEUES)


def version_ids(stack, prefix):
    """The object versions that lie under a prefix of the bucket of edits, by their keys."""
    bucket = stack.outputs["EditedBucketName"]
    found = stack.client("s3").list_object_versions(Bucket=bucket, Prefix=prefix)
    assert "DeleteMarkers" not in found
    return [(one["Key"], one["VersionId"]) for one in found.get("Versions", [])]


def test_a_rendering_arrives_once_though_s3_tells_of_it_too(alice, stack, photo):
    asked(alice, photo)
    assert eventually(lambda: (alice.metadata(photo.id)["edited"] or {}).get("status") == "ready")
    assert eventually(lambda: quiet(stack), seconds=30)
    edit, original = versions(alice, photo)
    assert (edit["recipe"], edit["restored_metadata"]) == (BRIGHT, ["exif"])
    ((_, stored),) = version_ids(stack, f"{alice.sub}/edited/{photo.id}/")
    assert stored == edit["version_id"]
    renditions = f"{alice.sub}/renditions/{photo.id}/"
    keys = [key for key, _ in version_ids(stack, renditions)]
    assert len(keys) == len(set(keys)) == 2 * len(alice.metadata(photo.id)["renditions"])
    assert original["is_current"] is False


def test_s3s_news_of_a_rendering_is_an_event_that_changes_nothing(alice, stack, photo):
    asked(alice, photo)
    assert eventually(lambda: (alice.metadata(photo.id)["edited"] or {}).get("status") == "ready")
    assert eventually(lambda: quiet(stack), seconds=30)
    before = row_of(stack, photo.id)["counter"]
    ((key, version_id),) = version_ids(stack, f"{alice.sub}/edited/{photo.id}/")
    body = _event(stack.outputs["EditedBucketName"], key, version_id)
    assert not calling(stack, "ConfirmUploadFunction")(body, 1)
    assert row_of(stack, photo.id)["counter"] == before
    assert waiting(stack, "Pictures") == 0


def _event(bucket, key, version_id):
    detail = {"bucket": {"name": bucket}, "object": {"key": key, "version-id": version_id}}
    return json.dumps({"detail": detail})


def test_the_rule_tells_of_what_render_stores(alice, stack, photo):
    """S3's event lies in the queue of arrivals while nobody takes it out."""
    lambda_ = stack.client("lambda")
    mapping = {"UUID": stack.physical("UploadsToConfirm")}
    lambda_.update_event_source_mapping(**mapping, Enabled=False)
    try:
        time.sleep(1)
        asked(alice, photo)
        assert eventually(lambda: waiting(stack, "Uploads") == 1, seconds=30)
        ready = lambda: (alice.metadata(photo.id)["edited"] or {}).get("status") == "ready"  # noqa: E731
        assert eventually(ready, seconds=30)  # nobody had to wait for the event
    finally:
        lambda_.update_event_source_mapping(**mapping, Enabled=True)
    assert eventually(lambda: quiet(stack), seconds=30)
    assert len(versions(alice, photo)) == 2


def test_an_upload_gets_the_metadata_back_that_its_editor_has_dropped(alice, stack, photo):
    bare = jpeg(600, 400)
    alice.edit(photo.id, bare, filename="edit.jpg")
    assert eventually(lambda: "restored_metadata" in versions(alice, photo)[0], seconds=30)
    alice.settled(photo.id)
    assert eventually(lambda: quiet(stack), seconds=30)
    edit, came, _ = versions(alice, photo)
    assert edit["restored_metadata"] == ["exif"]
    assert "exif" in edit["dropped_metadata"]
    assert edit["parent"] == came["version_id"]
    assert alice.metadata(photo.id)["edited"]["edit_count"] == 1
    assert b"K-1" in alice.download(photo.id, "edited")
    view = alice.view(photo.id, version_id=came["version_id"])
    assert alice.deployment.bytes.get(view["download_url"]).content == bare
    kept = {version for _, version in version_ids(stack, f"{alice.sub}/edited/{photo.id}/")}
    assert kept == {edit["version_id"], came["version_id"]}


def test_an_edit_that_can_not_be_rendered_is_given_up_at_the_third_try(alice, stack, photo, render):
    lose_bytes(stack, photo)
    with hidden_for(stack, "Renders", 600):
        asked(alice, photo)
        row = row_of(stack, photo.id)
        (edit,) = row["pending_edits"]["L"]
        job = {
            "user_id": alice.sub,
            "photo_id": photo.id,
            "upload_id": edit["M"]["upload_id"]["S"],
            "kind": "render",
        }
        assert render(json.dumps(job), 2)
        assert not render(json.dumps(job), 3)
    edit = alice.metadata(photo.id)["edited"]
    assert (edit["status"], edit["status_reason"]) == ("failed", "processing_failed")
