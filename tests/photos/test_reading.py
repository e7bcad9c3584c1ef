import pytest

from photohq.photos.errors import MAX_ERRORS, InvalidInput
from photohq.photos.photo import VersionType
from photohq.photos.reading import read
from photohq.photos.recipe_requests import PreviewRequest
from photohq.photos.requests import GetQuery, ListQuery, UploadRequest
from photohq.photos.rules import MIB, Limits

LIMITS = Limits()
GOOD = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": 6 * MIB}


def problems(raw, shape=UploadRequest, **options):
    with pytest.raises(InvalidInput) as refusal:
        read(shape, raw, LIMITS, **options)
    return {error.field: error.message for error in refusal.value.errors}


def test_a_good_body_becomes_a_request():
    body = {**GOOD, "tags": ["a"], "geolocation": {"latitude": 1, "longitude": 2.5}}
    request = read(UploadRequest, body, LIMITS)
    assert request.filename == "a.jpg"
    assert request.tags == ("a",)
    assert request.geolocation is not None
    assert request.geolocation.latitude == 1.0


def test_every_bad_field_is_named_at_once_whatever_is_wrong_with_it():
    assert problems(
        {"filename": 5, "file_size": "big", "tags": [1], "description": "x" * 2001}
    ) == {
        "filename": "filename must be a string",
        "content_type": "content_type is required",
        "file_size": "file_size must be an integer",
        "tags[0]": "tags[0] must be a string",
        "description": "description may have 2,000 characters",
    }


@pytest.mark.parametrize("size", [None, "6291456", 6291456.5, True, [], {}, 10**30, -1, 0])
def test_a_size_that_is_none_is_refused(size):
    assert list(problems({**GOOD, "file_size": size})) == ["file_size"]


@pytest.mark.parametrize("raw", [None, [], "text", 5, [GOOD]])
def test_a_body_that_is_no_object_is_refused(raw):
    with pytest.raises(InvalidInput, match="must be a JSON object"):
        read(UploadRequest, raw, LIMITS)


def test_what_is_not_known_is_passed_over():
    assert read(UploadRequest, {**GOOD, "new_field": 1}, LIMITS).filename == "a.jpg"


def test_an_unknown_key_of_a_position_or_camera_is_named():
    body = {**GOOD, "geolocation": {"latitude": 1, "longitude": 1, "x": 1}, "camera_info": {"y": 1}}
    assert list(problems(body)) == ["geolocation.x", "camera_info.y"]


def test_a_position_needs_both_its_parts():
    body = {**GOOD, "geolocation": {"latitude": 1}}
    assert problems(body) == {"geolocation.longitude": "geolocation.longitude is required"}


def test_every_mistake_inside_objects_and_arrays_is_named_too():
    body = {
        **GOOD,
        "tags": [1, "ok", None],
        "geolocation": {"latitude": 91, "longitude": "east", "planet": "Mars"},
        "camera_info": {"iso": "x", "aperture": "y", "make": 5, "focal_length": -1},
    }
    assert sorted(problems(body)) == [
        "camera_info.aperture",
        "camera_info.focal_length",
        "camera_info.iso",
        "camera_info.make",
        "geolocation.latitude",
        "geolocation.longitude",
        "geolocation.planet",
        "tags[0]",
        "tags[2]",
    ]


def test_fields_of_objects_in_objects_are_named_by_where_they_are():
    crop = {"left": 2, "top": 0, "width": 0, "height": 1}
    said = {"recipe": 1, "crop": crop, "sharpen": {"amount": 101}, "straighten": 99, "nope": 1}
    assert set(problems({"recipe": said}, PreviewRequest)) == {
        "recipe.nope",
        "recipe.straighten",
        "recipe.crop.left",
        "recipe.crop.width",
        "recipe.sharpen.amount",
    }


def test_a_query_is_read_from_texts():
    query = read(ListQuery, {"limit": "7", "version_type": "edited"}, LIMITS, texts=True)
    assert (query.limit, query.version_type) == (7, VersionType.EDITED)
    assert read(ListQuery, {}, LIMITS, texts=True).limit == 50


@pytest.mark.parametrize("limit", ["0", "101", "abc", "", "1.5", "-1", "1e1", "9" * 400, "null"])
def test_a_limit_is_1_to_100(limit):
    assert list(problems({"limit": limit}, ListQuery, texts=True)) == ["limit"]


def test_what_a_query_may_choose_from_is_said():
    assert problems({"version": "raw", "size": "512", "format": "png"}, GetQuery, texts=True) == {
        "version": "version must be one of edited, original, thumbnail",
        "size": "size must be one of 256, 1024, 2048",
        "format": "format must be one of jpeg, webp",
    }
    assert problems({"version_type": "thumbnail"}, ListQuery, texts=True) == {
        "version_type": "version_type must be one of edited, original"
    }


def test_an_answer_names_a_hundred_mistakes_at_most_and_echoes_little():
    tags = [""] * 5000
    with pytest.raises(InvalidInput) as refused:
        read(UploadRequest, {"tags": tags, "geolocation": {"x" * 9000: 1}}, Limits())
    errors = refused.value.errors
    assert len(errors) == MAX_ERRORS
    assert max(len(error.field) + len(error.message) for error in errors) < 1000
