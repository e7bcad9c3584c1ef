"""How a record looks to who opens the table, and that any record comes back as it was."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.catalog_suite import NOW, checksum, photo, version

from photohq.catalog.dynamodb_items import attribute, photo_item, photo_of, plain
from photohq.photos import rules
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import CameraInfo, Geolocation
from photohq.photos.times import iso
from photohq.photos.versions import GHOST_AGE, MATCH_GRACE, MAX_PAST_EDITS, MAX_PENDING_EDITS

replace = msgspec.structs.replace


def test_a_photo_reads_well_in_the_console():
    edit = version(name="sea, warmer.jpg", upload_id="u3", checksum_sha256=checksum("warmer"))
    stored = photo(
        original=version(arrived=True, upload_id="u1", arrived_at=iso(NOW), last_modified=NOW),
        edited=version(arrived=True, name="sea.jpg", upload_id="u2"),
        pending_edits=(edit,),
        past_edits=(version(arrived=True, upload_id="u0", replaced_at=NOW),),
        arrived_edits=2,
        revision=3,
        counter=9,
        tags=("sea",),
        geolocation=Geolocation(latitude=54.1, longitude=12.0),
        camera_info=CameraInfo(iso=100, aperture=1.8),
        rating=4,
        custom={"": [None, 1e300]},
    )
    assert plain(photo_item(stored)) == {
        "photo_id": "p",
        "user_id": "user",
        "filename": "a.jpg",
        "original_s3_key": "user/originals/p/a.jpg",
        "original_bucket": "originals",
        "version_type": "edited",
        "content_type": "image/jpeg",
        "file_size": 6_000_000,
        "created_at": iso(NOW),
        "updated_at": iso(NOW),
        "has_edited_version": True,
        "status": "uploaded",
        "edited_s3_key": "user/originals/p/sea.jpg",
        "edited_bucket": "originals",
        "edited_filename": "sea.jpg",
        "edited_content_type": "image/jpeg",
        "edited_file_size": 6_000_000,
        "edit_count": 3,
        "arrived_edits": 2,
        "tags": ["sea"],
        "geolocation": {"latitude": 54.1, "longitude": 12},
        "camera_info": {"iso": 100, "aperture": 1.8},
        "rating": 4,
        "custom": '{"":[null,1e300]}',
        "revision": 3,
        "counter": 9,
        "original": {
            "upload_id": "u1",
            "created_at": iso(NOW),
            "expires_at": NOW + 900,
            "status": "uploaded",
            "version_id": "v1",
            "etag": "e1",
            "arrived_at": iso(NOW),
            "last_modified": NOW,
        },
        "edited": {
            "upload_id": "u2",
            "created_at": iso(NOW),
            "expires_at": NOW + 900,
            "status": "uploaded",
            "version_id": "v1",
            "etag": "e1",
        },
        "pending_edits": [
            {
                "upload_id": "u3",
                "bucket": "originals",
                "s3_key": "user/originals/p/sea, warmer.jpg",
                "filename": "sea, warmer.jpg",
                "content_type": "image/jpeg",
                "file_size": 6_000_000,
                "created_at": iso(NOW),
                "expires_at": NOW + 900,
                "checksum_sha256": checksum("warmer"),
            }
        ],
        "past_edits": [
            {
                "upload_id": "u0",
                "bucket": "originals",
                "s3_key": "user/originals/p/a.jpg",
                "filename": "a.jpg",
                "content_type": "image/jpeg",
                "file_size": 6_000_000,
                "created_at": iso(NOW),
                "expires_at": NOW + 900,
                "status": "uploaded",
                "version_id": "v1",
                "etag": "e1",
                "replaced_at": NOW,
            }
        ],
    }


def test_what_ends_says_when():
    item = plain(photo_item(photo(original=version(expires_at=NOW + 0.5))))
    assert item["status"] == "pending_upload"
    assert item["hidden_after"] == NOW + 0.5 + MATCH_GRACE
    assert item["ttl"] == NOW + GHOST_AGE + 1


def test_what_is_being_deleted_is_hidden_at_once():
    item = plain(photo_item(photo(deleting=True)))
    assert (item["status"], item["hidden_after"]) == ("deleting", 0)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, {"BOOL": True}),
        (1, {"N": "1"}),
        (1.0, {"N": "1"}),
        (0.1, {"N": "0.1"}),
        (1e-7, {"N": "1e-07"}),
        (1e100, {"N": "1e+100"}),
        (-0.0, {"N": "0"}),
        (1e-126, {"N": "0"}),
        ("", {"S": ""}),
        (b"\0", {"B": b"\0"}),
        (frozenset({"b", "a"}), {"SS": ["a", "b"]}),
        ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
        ({"a": ()}, {"M": {"a": {"L": []}}}),
    ],
)
def test_a_value_is_written_as_dynamodb_does(value, written):
    assert attribute(value) == written


@pytest.mark.parametrize(
    ("text", "number"),
    [("900", 900), ("900.0", 900), ("9E+2", 900), ("-0.5", -0.5), ("1E-7", 1e-7)],
)
def test_a_number_is_read_however_it_is_written(text, number):
    read = plain({"n": {"N": text}})["n"]
    assert read == number
    assert type(read) is type(number)


WIDE = "\N{CAMERA}"
TEXT = WIDE * rules.MAX_CAMERA_TEXT_CHARACTERS
NAME = WIDE * (rules.MAX_FILENAME_BYTES // 4)
LONGEST = {
    "original": version(name=NAME, arrived=True, checksum_sha256=checksum("a")),
    "tags": tuple(f"{n:02}{WIDE * (rules.MAX_TAG_CHARACTERS - 2)}" for n in range(rules.MAX_TAGS)),
    "description": WIDE * rules.MAX_DESCRIPTION_CHARACTERS,
    "camera_info": CameraInfo(make=TEXT, model=TEXT, lens=TEXT, shutter_speed=TEXT),
    "custom": {"": "x" * rules.MAX_CUSTOM_BYTES},
}


def at_most(stored) -> int:
    """DynamoDB's measure of an item is less: it has no quotes and no type letters."""
    return len(msgspec.json.encode(photo_item(stored)))


def test_a_hundred_photos_fit_into_a_transaction_however_much_is_said_of_them():
    assert at_most(photo(**LONGEST)) * 100 < 4_000_000


RECIPE = {
    "recipe": 1,
    "tone_curve": {
        name: [[x, 255 - x] for x in range(16)] for name in ("rgb", "red", "green", "blue")
    },
    **{f"control_{number}": -100 for number in range(20)},
}
"""As long as one gets."""


def test_a_record_with_all_that_it_may_hold_fits_into_an_item():
    edit = version(name=NAME, arrived=True, checksum_sha256=checksum("a"))
    stored = photo(
        **LONGEST,
        edited=edit,
        pending_edits=(edit,) * MAX_PENDING_EDITS,
        past_edits=(replace(edit, version_id="v" * 1024, recipe=RECIPE),) * MAX_PAST_EDITS,
    )
    assert at_most(stored) < 400_000


numbers = st.floats(min_value=-1e9, max_value=1e9).filter(lambda x: x == 0 or abs(x) >= 1e-125)
texts = st.text(max_size=20)
maybe_text = st.none() | texts
times = st.floats(min_value=0, max_value=4e9).map(iso)
versions = st.builds(
    Version,
    upload_id=texts,
    bucket=texts,
    s3_key=texts,
    filename=texts,
    content_type=texts,
    file_size=st.integers(min_value=0, max_value=2**62),
    created_at=times,
    expires_at=st.floats(min_value=1, max_value=4e9),
    checksum_sha256=maybe_text,
    status=st.sampled_from(Status),
    status_reason=maybe_text,
    version_id=maybe_text,
    etag=maybe_text,
    arrived_at=st.none() | times,
    last_modified=st.just(0.0) | st.floats(min_value=1, max_value=4e9),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
photos = st.builds(
    Photo,
    photo_id=texts,
    user_id=texts,
    created_at=times,
    updated_at=times,
    original=versions,
    edited=st.none() | versions,
    pending_edits=st.lists(versions, max_size=3).map(tuple),
    past_edits=st.lists(versions, max_size=3).map(tuple),
    arrived_edits=st.integers(min_value=0, max_value=10**6),
    revision=st.integers(min_value=1, max_value=10**6),
    counter=st.integers(min_value=1, max_value=10**6),
    deleting=st.booleans(),
    purging=st.booleans(),
    tags=st.none() | st.lists(texts, max_size=4).map(tuple),
    description=maybe_text,
    geolocation=st.none()
    | st.builds(Geolocation, latitude=numbers, longitude=numbers, altitude=st.none() | numbers),
    camera_info=st.none()
    | st.builds(
        CameraInfo,
        make=maybe_text,
        iso=st.none() | st.integers(min_value=0, max_value=10**9),
        aperture=st.none() | numbers,
        shutter_speed=st.none() | texts | numbers,
    ),
    rating=st.none() | st.integers(min_value=0, max_value=5),
    custom=st.none() | st.dictionaries(texts, json_values, max_size=4),
)


@given(photos)
def test_any_photo_comes_back_as_it_was(stored):
    assert photo_of(photo_item(stored)) == stored
