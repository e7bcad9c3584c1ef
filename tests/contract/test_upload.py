"""POST /photos/upload: a ticket for an original."""

import base64
import hashlib
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from . import bad_inputs, expect
from .deployment import eventually
from .pictures import LEAST, MIB, jpeg

GEOLOCATION = {"latitude": 48.2082, "longitude": 16.3738, "altitude": 171.5}
CAMERA = {"make": "Canon", "model": "EOS R5", "lens": "RF 24-70", "iso": 100, "aperture": 2.8}


@pytest.fixture(scope="module")
def ticket(alice):
    return alice.upload_ticket(filename="vacation.jpg")


def test_a_ticket_names_a_new_photo(ticket):
    expect.uuid(ticket["photo_id"])


def test_a_ticket_says_how_to_send_the_bytes(ticket):
    expect.absolute(ticket["upload_url"])
    assert ticket["upload_method"] == "PUT"
    assert ticket["upload_headers"] == {"Content-Type": "image/jpeg", "If-None-Match": "*"}


def test_a_ticket_is_good_for_fifteen_minutes(alice):
    asked = datetime.now(UTC)
    ticket = alice.upload_ticket()
    assert ticket["expires_in"] == 900
    expires_at = expect.timestamp(ticket["expires_at"])
    assert abs(expires_at - asked - timedelta(seconds=900)) < timedelta(seconds=60)


def test_the_key_is_the_users_own(alice, ticket):
    assert ticket["s3_key"] == f"{alice.sub}/originals/{ticket['photo_id']}/vacation.jpg"


def test_the_photo_waits_for_its_bytes(ticket):
    assert ticket["status"] == "pending_upload"
    assert isinstance(ticket["message"], str)


def test_every_upload_is_a_photo_of_its_own(alice, ticket):
    again = alice.upload_ticket(filename="vacation.jpg")
    assert again["photo_id"] != ticket["photo_id"]


def test_the_answer_to_image_jpg_says_image_jpeg(alice):
    ticket = alice.upload_ticket(content_type="image/jpg")
    assert ticket["upload_headers"]["Content-Type"] == "image/jpeg"
    assert alice.metadata(ticket["photo_id"])["original"]["content_type"] == "image/jpeg"


def test_a_checksum_is_sent_with_the_bytes(alice):
    checksum = base64.b64encode(hashlib.sha256(b"picture").digest()).decode()
    ticket = alice.upload_ticket(checksum_sha256=checksum)
    assert ticket["upload_headers"] == {
        "Content-Type": "image/jpeg",
        "If-None-Match": "*",
        "x-amz-checksum-sha256": checksum,
    }


def test_bytes_with_their_checksum_arrive(alice, deployment):
    content = jpeg(LEAST, seed=11)
    checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
    ticket = alice.upload_ticket(file_size=len(content), checksum_sha256=checksum)
    assert deployment.put(ticket, content).status_code == 200
    photo_id = ticket["photo_id"]
    assert eventually(lambda: alice.metadata(photo_id)["status"] in expect.ARRIVED)
    assert alice.metadata(photo_id)["original"]["checksum_sha256"] == checksum


@pytest.mark.parametrize("size", [LEAST, 20 * MIB])
def test_sizes_at_the_limits_are_taken(alice, size):
    assert alice.upload_ticket(file_size=size)["status"] == "pending_upload"


def test_the_largest_original_arrives(alice, deployment):
    content = jpeg(20 * MIB, seed=12)
    ticket = alice.upload_ticket(file_size=len(content))
    assert deployment.put(ticket, content).status_code == 200
    assert alice.download(ticket["photo_id"]) == content


@pytest.mark.parametrize(
    "filename",
    [
        pytest.param("a.jpg", id="short"),
        pytest.param("a" * 251 + ".jpg", id="255-characters"),
        pytest.param("\U0001f305" * 127 + ".jpg", id="512-bytes"),
        pytest.param("\U0001f3d4\ufe0f peak.jpg", id="emoji"),
        pytest.param("\u5bcc\u58eb\u5c71.jpg", id="japanese"),
        pytest.param("\u05e9\u05dc\u05d5\u05dd.jpg", id="hebrew"),
        pytest.param("a b+c%20d&e=f#g?h;i.jpg", id="url-characters"),
        pytest.param('it\'s "quoted" & 100% <i>.jpg', id="quotes-and-markup"),
        pytest.param(".hidden", id="leading-dot"),
        pytest.param("...jpg", id="dots"),
    ],
)
def test_real_filenames_are_kept(alice, filename):
    ticket = alice.upload_ticket(filename=filename)
    assert alice.metadata(ticket["photo_id"])["original"]["filename"] == filename


def test_filenames_are_kept_composed(alice):
    decomposed = "Zu\u0308rich-Cafe\u0301.jpg"
    ticket = alice.upload_ticket(filename=decomposed)
    composed = unicodedata.normalize("NFC", decomposed)
    assert alice.metadata(ticket["photo_id"])["original"]["filename"] == composed
    assert ticket["s3_key"].endswith(f"/{composed}")


def test_the_length_of_a_filename_is_that_of_its_composed_form(alice):
    ticket = alice.upload_ticket(filename="e\u0301" * 255)
    assert alice.metadata(ticket["photo_id"])["original"]["filename"] == "\u00e9" * 255


def test_descriptive_fields_are_kept(alice):
    fields = {
        "tags": ["vienna", "night"],
        "description": "The view from the tower \U0001f303",
        "geolocation": GEOLOCATION,
        "camera_info": CAMERA,
    }
    photo_id = alice.pending_photo(**fields)
    metadata = alice.metadata(photo_id)
    assert {name: metadata[name] for name in fields} == fields


def test_tags_keep_their_order_without_duplicates(alice):
    photo_id = alice.pending_photo(tags=["sea", "boat", "sea", "air", "boat"])
    assert alice.metadata(photo_id)["tags"] == ["sea", "boat", "air"]


@pytest.mark.parametrize("filename", [..., None, ""], ids=["missing", "null", "empty"])
def test_a_filename_is_required(visitor, filename):
    body = expect.problem(visitor.ask_upload(filename=filename), 400, "filename")
    assert body["error"] == "filename is required"


@pytest.mark.parametrize("size", [-1, 0, LEAST - 1, 20 * MIB + 1])
def test_sizes_outside_the_limits_are_refused(visitor, size):
    body = expect.problem(visitor.ask_upload(file_size=size), 400, "file_size")
    assert body["error"] == "File size must be between 5MB and 20MB"


@pytest.mark.parametrize("content_type", ["image/png", "image/heic", "application/pdf"])
def test_other_types_are_refused(visitor, content_type):
    body = expect.problem(visitor.ask_upload(content_type=content_type), 400, "content_type")
    assert body["error"] == "Only JPEG files are supported"


@pytest.mark.parametrize("filename", bad_inputs.FILENAMES)
def test_bad_filenames_are_refused(visitor, filename):
    expect.problem(visitor.ask_upload(filename=filename), 400, "filename")
    assert visitor.listed_ids() == []


@pytest.mark.parametrize("content_type", bad_inputs.CONTENT_TYPES)
def test_bad_content_types_are_refused(visitor, content_type):
    expect.problem(visitor.ask_upload(content_type=content_type), 400, "content_type")
    assert visitor.listed_ids() == []


@pytest.mark.parametrize("size", bad_inputs.SIZES)
def test_bad_sizes_are_refused(visitor, size):
    expect.problem(visitor.ask_upload(file_size=size), 400, "file_size")
    assert visitor.listed_ids() == []


@pytest.mark.parametrize("size", ["NaN", "Infinity", "-Infinity", "1e999", "0x800000", "08388608"])
def test_sizes_that_are_no_json_are_refused(visitor, size):
    raw = f'{{"filename": "a.jpg", "content_type": "image/jpeg", "file_size": {size}}}'
    expect.problem(visitor.send("POST", "/photos/upload", raw.encode()), 400)
    assert visitor.listed_ids() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("filename", "a\ud83d.jpg"),
        ("content_type", "image/jpeg\ude00"),
        ("description", "a\ud83d"),
        ("tags", ["a\ud83d"]),
        ("camera_info", {"make": "a\ud83d"}),
        ("camera_info", {"a\ud83d": "Canon"}),
        ("a\ud83d", 1),
    ],
)
def test_half_a_surrogate_pair_is_refused_anywhere(visitor, field, value):
    expect.problem(visitor.ask_upload(**{field: value}), 400)
    assert visitor.listed_ids() == []


@pytest.mark.parametrize("checksum", bad_inputs.CHECKSUMS)
def test_bad_checksums_are_refused(visitor, checksum):
    answer = visitor.ask_upload(checksum_sha256=checksum)
    expect.problem(answer, 400, "checksum_sha256")
    assert visitor.listed_ids() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("tags", "sea", id="tags-text"),
        pytest.param("tags", [7], id="tag-number"),
        pytest.param("tags", [""], id="tag-empty"),
        pytest.param("tags", ["a" * 65], id="tag-long"),
        pytest.param("tags", [f"tag {n}" for n in range(51)], id="tags-51"),
        pytest.param("description", 7, id="description-number"),
        pytest.param("description", "a" * 2001, id="description-long"),
        pytest.param("geolocation", "48.2,16.4", id="geolocation-text"),
        pytest.param("geolocation", {}, id="geolocation-empty"),
        pytest.param("geolocation", {"latitude": 1}, id="geolocation-half"),
        pytest.param("geolocation", {"latitude": 90.1, "longitude": 0}, id="latitude-high"),
        pytest.param("geolocation", {"latitude": -90.1, "longitude": 0}, id="latitude-low"),
        pytest.param("geolocation", {"latitude": 0, "longitude": 180.1}, id="longitude-high"),
        pytest.param("geolocation", {"latitude": 0, "longitude": -180.1}, id="longitude-low"),
        pytest.param("geolocation", {"latitude": "0", "longitude": 0}, id="latitude-text"),
        pytest.param("geolocation", {"latitude": True, "longitude": 0}, id="latitude-true"),
        pytest.param(
            "geolocation", {"latitude": 0, "longitude": 0, "altitude": "9"}, id="altitude-text"
        ),
        pytest.param("camera_info", "Canon", id="camera-text"),
        pytest.param("camera_info", {"make": 7}, id="make-number"),
    ],
)
def test_bad_descriptive_fields_are_refused(visitor, field, value):
    expect.problem(visitor.ask_upload(**{field: value}), 400, field)
    assert visitor.listed_ids() == []


def test_every_bad_field_is_named_at_once(visitor):
    answer = visitor.ask_upload(
        filename="", content_type="image/png", file_size=1, tags="sea", description=7
    )
    expect.problem(answer, 400, "filename", "content_type", "file_size", "tags", "description")


def test_every_missing_field_is_named_at_once(visitor):
    answer = visitor.send("POST", "/photos/upload", {})
    expect.problem(answer, 400, "filename", "content_type", "file_size")
