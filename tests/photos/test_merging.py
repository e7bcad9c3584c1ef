"""Merge patches: RFC 7396's own examples, and what they mean for a photo."""

import pytest

from photohq.photos.errors import InvalidInput
from photohq.photos.merging import merged, patched
from photohq.photos.photo import Photo, Version
from photohq.photos.pictures import CameraInfo, Geolocation
from photohq.photos.rules import Limits
from photohq.photos.times import iso

NOW = 1_800_000_000.0
PHOTO = Photo(
    photo_id="p",
    user_id="u",
    created_at=iso(NOW),
    updated_at=iso(NOW),
    original=Version(
        upload_id="o",
        bucket="originals",
        s3_key="u/originals/p/a.jpg",
        filename="a.jpg",
        content_type="image/jpeg",
        file_size=1,
        created_at=iso(NOW),
        expires_at=NOW,
    ),
    tags=("sea",),
    geolocation=Geolocation(latitude=1.0, longitude=2.0, altitude=3.0),
    camera_info=CameraInfo(make="Canon", iso=100),
    custom={"a": {"b": 1}, "flag": 1},
)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_is_applied_as_the_standard_says(target, patch, result):
    assert merged(target, patch) == result


def test_what_is_not_named_stays():
    after = patched(PHOTO, {"rating": 4, "geolocation": {"altitude": None}}, Limits(), NOW + 1)
    assert after.rating == 4
    assert after.geolocation == Geolocation(latitude=1.0, longitude=2.0)
    assert after.tags == PHOTO.tags
    assert (after.revision, after.counter) == (PHOTO.revision + 1, PHOTO.counter + 1)
    assert after.updated_at == iso(NOW + 1)


@pytest.mark.parametrize(
    "patch", [{}, {"tags": ["sea"]}, {"rating": None}, {"custom": {"a": {"b": 1}}}]
)
def test_a_patch_that_changes_nothing_is_no_change(patch):
    assert patched(PHOTO, patch, Limits(), NOW + 1) is PHOTO


def test_true_is_another_value_than_one():
    assert patched(PHOTO, {"custom": {"flag": True}}, Limits(), NOW).custom["flag"] is True


def test_every_mistake_is_named():
    patch = {"tags": ["x" * 65], "geolocation": {"latitude": None}, "photo_id": "q", "rating": 6}
    with pytest.raises(InvalidInput) as refused:
        patched(PHOTO, patch, Limits(), NOW)
    named = {error.field for error in refused.value.errors}
    assert named == {"tags[0]", "geolocation.latitude", "photo_id", "rating"}


@pytest.mark.parametrize("patch", [None, [], "x", 1, True])
def test_a_patch_is_an_object(patch):
    with pytest.raises(InvalidInput, match="object"):
        patched(PHOTO, patch, Limits(), NOW)
