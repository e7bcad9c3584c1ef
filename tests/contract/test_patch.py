"""PATCH /photos/{photo_id}/metadata: JSON Merge Patch of what a client may say of a photo."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from . import bad_inputs, expect
from .deployment import UPLOAD, eventually

VIENNA = {"latitude": 48.2082, "longitude": 16.3738, "altitude": 171.5}
CAMERA = {
    "make": "Canon",
    "model": "EOS R5",
    "lens": "RF 24-70",
    "iso": 100,
    "aperture": 2.8,
    "shutter_speed": "1/200",
    "focal_length": 50.5,
}
DESCRIBED = {
    "tags": ["sea", "boat"],
    "description": "The harbour \U0001f303",
    "geolocation": VIENNA,
    "camera_info": CAMERA,
    "rating": 4,
    "custom": {"album": {"name": "Summer", "page": 7}, "print": True},
}


@pytest.fixture
def described(alice, pending):
    """A fresh photo of alice's with every field set."""
    alice.patched(pending, DESCRIBED)
    return pending


@pytest.fixture(scope="module")
def kept(alice):
    """A photo of alice's with every field set, for which every patch is refused."""
    photo_id = alice.pending_photo()
    alice.patched(photo_id, DESCRIBED)
    return photo_id


def _said(metadata):
    return {name: metadata[name] for name in DESCRIBED if name in metadata}


def _refused(user, photo_id, patch, *fields):
    """The problem of a patch that is refused and changes nothing."""
    before = user.api.get(f"/photos/{photo_id}/metadata")
    problem = expect.problem(user.patch(photo_id, patch), 400, *fields)
    after = user.api.get(f"/photos/{photo_id}/metadata")
    assert after.json() == before.json()
    assert expect.etag(after) == expect.etag(before)
    return problem


# What a patch does


@pytest.mark.parametrize("field", DESCRIBED)
def test_each_field_can_be_set_alone(alice, pending, field):
    metadata = alice.patched(pending, {field: DESCRIBED[field]})
    assert _said(metadata) == {field: DESCRIBED[field]}


def test_all_fields_can_be_set_at_once(alice, pending):
    assert _said(alice.patched(pending, DESCRIBED)) == DESCRIBED


@pytest.mark.parametrize("field", DESCRIBED)
def test_null_removes(alice, described, field):
    metadata = alice.patched(described, {field: None})
    assert _said(metadata) == {name: DESCRIBED[name] for name in DESCRIBED if name != field}
    assert field not in metadata


@pytest.mark.parametrize("field", DESCRIBED)
def test_null_for_what_is_not_there_is_fine(alice, pending, field):
    assert field not in alice.patched(pending, {field: None})


def test_an_empty_patch_changes_nothing(alice, described):
    assert _said(alice.patched(described, {})) == DESCRIBED


@pytest.mark.parametrize(
    ("field", "patch", "merged"),
    [
        ("geolocation", {"altitude": 9}, {**VIENNA, "altitude": 9}),
        ("geolocation", {"longitude": -16.25}, {**VIENNA, "longitude": -16.25}),
        ("geolocation", {"altitude": None}, {"latitude": 48.2082, "longitude": 16.3738}),
        ("camera_info", {"iso": 6400}, {**CAMERA, "iso": 6400}),
        (
            "camera_info",
            {"lens": None, "make": "Nikon"},
            {**{name: CAMERA[name] for name in CAMERA if name != "lens"}, "make": "Nikon"},
        ),
        (
            "custom",
            {"album": {"page": 8}},
            {"album": {"name": "Summer", "page": 8}, "print": True},
        ),
        ("custom", {"album": {"name": None}}, {"album": {"page": 7}, "print": True}),
        ("custom", {"album": None, "note": "x"}, {"print": True, "note": "x"}),
        ("tags", ["air"], ["air"]),
    ],
)
def test_objects_are_merged_and_arrays_replaced(alice, described, field, patch, merged):
    metadata = alice.patched(described, {field: patch})
    assert _said(metadata) == {**DESCRIBED, field: merged}


# The test cases of RFC 7396, appendix A, below a name of `custom`.
@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
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
        ({"a": "foo"}, "bar", "bar"),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": 1}, [None, {"b": None}], [None, {"b": None}]),  # null removes in objects only
    ],
)
def test_a_merge_patch_does_what_its_rfc_says(alice, pending, target, patch, merged):
    alice.patched(pending, {"custom": {"x": target}})
    assert alice.patched(pending, {"custom": {"x": patch}})["custom"] == {"x": merged}


def test_null_removes_a_name_of_an_object(alice, pending):
    alice.patched(pending, {"custom": {"x": {"a": "foo"}, "y": 1}})
    assert alice.patched(pending, {"custom": {"x": None}})["custom"] == {"y": 1}


def test_nulls_of_a_patch_are_never_kept(alice, pending):
    patch = {"custom": {"a": {"b": None}, "c": 1}, "camera_info": {"make": "Canon", "lens": None}}
    metadata = alice.patched(pending, patch)
    assert metadata["custom"] == {"a": {}, "c": 1}
    assert metadata["camera_info"] == {"make": "Canon"}


def test_a_patch_changes_what_the_upload_said(alice):
    photo_id = alice.pending_photo(tags=["sea"], description="Before", geolocation=VIENNA)
    metadata = alice.patched(photo_id, {"description": "After", "geolocation": {"altitude": None}})
    assert _said(metadata) == {
        "tags": ["sea"],
        "description": "After",
        "geolocation": {"latitude": 48.2082, "longitude": 16.3738},
    }


def test_tags_keep_their_order_without_duplicates(alice, pending):
    metadata = alice.patched(pending, {"tags": ["sea", "boat", "sea", "air", "boat"]})
    assert metadata["tags"] == ["sea", "boat", "air"]


def test_duplicates_do_not_count(alice, pending):
    tags = [f"tag {n}" for n in range(50)]
    assert alice.patched(pending, {"tags": [*tags, tags[0]]})["tags"] == tags


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("tags", [f"tag {n}" for n in range(50)], id="50-tags"),
        pytest.param("tags", ["a" * 64, "\U0001f305" * 64], id="tags-of-64-characters"),
        pytest.param("description", "\U0001f305" * 2000, id="description-of-2000-characters"),
        pytest.param("geolocation", {"latitude": 90, "longitude": 180}, id="north-east"),
        pytest.param("geolocation", {"latitude": -90, "longitude": -180}, id="south-west"),
        pytest.param("rating", 0, id="rating-0"),
        pytest.param("rating", 5, id="rating-5"),
        pytest.param("custom", {"a": "b" * 2000}, id="custom-of-nearly-2-KiB"),
        pytest.param("custom", {"a": "\u00e9" * 1000}, id="custom-of-2000-bytes"),
        pytest.param("custom", {"n": [2**53, -(2**63), 1e300, 0.1]}, id="custom-of-large-numbers"),
        pytest.param("custom", {"n": [1, 2.5, True, None, "x", {}, []]}, id="custom-of-all-types"),
        pytest.param("camera_info", {"make": "Canon"}, id="camera-in-part"),
    ],
)
def test_values_at_the_limits_are_taken(alice, pending, field, value):
    assert alice.patched(pending, {field: value})[field] == value
    assert alice.metadata(pending)[field] == value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(2**63 - 1, id="largest-integer"),
        pytest.param(-(2**63), id="smallest-integer"),
        pytest.param(0.1, id="fraction"),
        pytest.param(1.0, id="whole-fraction"),
        pytest.param(1e308, id="large-fraction"),
        pytest.param(True, id="true"),
        pytest.param("\u0000 \u2028 \U0001f305 'x' \"y\" \\", id="text"),
        pytest.param({"": {" ": 1}, "\U0001f305": 2, "a.b": 3, "__proto__": {"c": 4}}, id="names"),
    ],
)
def test_custom_values_come_back_as_they_are(alice, pending, value):
    alice.patched(pending, {"custom": {"x": value}})
    found = alice.metadata(pending)["custom"]["x"]
    assert found == value
    assert type(found) is type(value)


def test_the_two_kibibytes_of_custom_are_those_of_utf8(alice, pending):
    value = {"a": "\u00e9" * 1000}
    assert alice.patched(pending, {"custom": value})["custom"] == value
    _refused(alice, pending, {"custom": {"a": "\u00e9" * 1100}}, "custom")


def test_a_photo_that_has_arrived_is_patched_too(alice):
    stored = alice.upload(seed=71, description="Before")
    before = alice.settled(stored.id)
    after = alice.patched(stored.id, {"description": "After"})
    assert after["description"] == "After"
    assert after["original"] == before["original"]
    assert alice.download(stored.id) == stored.content


# What its answer is


def test_a_patch_answers_the_metadata(alice, pending):
    answer = alice.patch(pending, {"rating": 3})
    read = alice.api.get(f"/photos/{pending}/metadata")
    assert expect.ok(answer) == expect.ok(read)
    assert expect.etag(answer) == expect.etag(read)


def test_a_patch_is_shown_in_the_list(alice, pending):
    alice.patched(pending, DESCRIBED)
    shown = {name: DESCRIBED[name] for name in DESCRIBED if name != "custom"}

    def listed():
        photos = alice.listing(limit=100)["photos"]
        return [photo for photo in photos if photo["photo_id"] == pending and "rating" in photo]

    (item,) = eventually(listed)
    assert {name: item.get(name) for name in shown} == shown


def test_a_patch_is_an_update(alice, pending):
    before = alice.metadata(pending)
    time.sleep(0.01)  # times have milliseconds
    after = alice.patched(pending, {"rating": 3})
    assert after["created_at"] == before["created_at"]
    assert expect.timestamp(after["updated_at"]) > expect.timestamp(before["updated_at"])


def test_a_patch_raises_the_revision_by_one(alice, pending):
    before = int(alice.tag(pending).strip('"'))
    answer = alice.patch(pending, {"rating": 3, "tags": ["sea"]})
    assert int(expect.etag(answer).strip('"')) == before + 1


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param({}, id="nothing"),
        pytest.param(DESCRIBED, id="the-same"),
        pytest.param({"geolocation": {"latitude": VIENNA["latitude"]}}, id="the-same-part"),
        pytest.param({"custom": {"nowhere": None, "album": {}}}, id="removes-what-is-not-there"),
        pytest.param({"tags": ["sea", "boat", "sea"]}, id="the-same-without-duplicates"),
    ],
)
def test_a_patch_that_changes_nothing_raises_nothing(alice, described, patch):
    before, tag = alice.metadata(described), alice.tag(described)
    answer = alice.patch(described, patch)
    assert expect.ok(answer) == before
    assert expect.etag(answer) == tag
    assert alice.metadata(described) == before


def test_removing_what_is_not_set_raises_nothing(alice, pending):
    before, tag = alice.metadata(pending), alice.tag(pending)
    answer = alice.patch(pending, dict.fromkeys(DESCRIBED))
    assert expect.ok(answer) == before
    assert expect.etag(answer) == tag


def test_true_in_the_place_of_1_is_a_change(alice, pending):
    tag = expect.etag(alice.patch(pending, {"custom": {"a": 1}}))
    answer = alice.patch(pending, {"custom": {"a": True}})
    assert expect.ok(answer)["custom"]["a"] is True
    assert expect.etag(answer) != tag


def test_a_view_has_the_tag_and_the_time_of_the_patch(alice, pending):
    answer = alice.patch(pending, {"rating": 3})
    view = alice.api.get(f"/photos/{pending}")
    assert expect.etag(view) == expect.etag(answer)
    assert expect.ok(view)["metadata"]["updated_at"] == expect.ok(answer)["updated_at"]


def test_a_patch_leaves_the_files_alone(alice, edited_photo):
    before = alice.metadata(edited_photo.id)
    after = alice.patched(edited_photo.id, {"custom": {"seen": uuid4().hex}})
    assert after["original"] == before["original"]
    assert after["edited"] == before["edited"]
    assert after["status"] == before["status"]


# Content types


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/merge-patch+json",
        "application/merge-patch+json; charset=utf-8",
        "Application/Merge-Patch+JSON",
    ],
)
def test_a_patch_is_json(alice, pending, content_type):
    answer = alice.patch(pending, {"rating": 2}, **{"Content-Type": content_type})
    assert expect.ok(answer)["rating"] == 2


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json-patch+json",
        "application/merge-patch",
        "application/x-www-form-urlencoded",
        "text/plain",
        "image/jpeg",
        "*/*",
    ],
)
def test_another_content_type_is_415(alice, kept, content_type):
    answer = alice.patch(kept, {"rating": 2}, **{"Content-Type": content_type})
    expect.problem(answer, 415)
    assert alice.metadata(kept)["rating"] == DESCRIBED["rating"]


def test_a_patch_without_a_content_type_is_415(alice, kept):
    answer = alice.api.patch(f"/photos/{kept}/metadata", content=b'{"rating": 2}')
    expect.problem(answer, 415)


def test_other_routes_take_no_merge_patch(alice):
    headers = {"Content-Type": "application/merge-patch+json"}
    expect.problem(alice.send("POST", "/photos/upload", UPLOAD, **headers), 415)


def test_bodies_over_one_mebibyte_are_413(alice, kept):
    expect.problem(alice.patch(kept, b'{"rating": 2}' + b" " * 1024 * 1024), 413)


# If-Match


@pytest.mark.parametrize(
    "condition", ["{tag}", '"another", {tag}', "*"], ids=["same", "one-of-two", "any"]
)
def test_a_current_if_match_lets_a_patch_through(alice, pending, condition):
    tag = alice.tag(pending)
    answer = alice.patch(pending, {"rating": 2}, **{"If-Match": condition.format(tag=tag)})
    assert expect.ok(answer)["rating"] == 2


@pytest.mark.parametrize("condition", ["{tag}", "W/{current}", '"another"'])
def test_a_stale_if_match_refuses_a_patch(alice, pending, condition):
    tag = alice.tag(pending)
    alice.patched(pending, {"rating": 1})
    condition = condition.format(tag=tag, current=alice.tag(pending))
    expect.problem(alice.patch(pending, {"rating": 2}, **{"If-Match": condition}), 412)
    assert alice.metadata(pending)["rating"] == 1


@pytest.mark.parametrize("patch", [{}, {"rating": 1}], ids=["nothing", "the-same"])
def test_a_stale_if_match_refuses_what_would_change_nothing_too(alice, pending, patch):
    stale = alice.tag(pending)
    alice.patched(pending, {"rating": 1})
    expect.problem(alice.patch(pending, patch, **{"If-Match": stale}), 412)


def test_a_patch_makes_the_tag_of_an_edit_stale(alice, pending):
    stale = alice.tag(pending)
    alice.patched(pending, {"rating": 1})
    body = {**UPLOAD, "file_size": 1000}
    answer = alice.send("PUT", f"/photos/{pending}/edit", body, **{"If-Match": stale})
    expect.problem(answer, 412)
    assert alice.metadata(pending)["edited"] is None


def test_the_tag_of_a_patch_is_good_for_the_next(alice, pending):
    tag = alice.tag(pending)
    for rating in (1, 2, 3):
        answer = alice.patch(pending, {"rating": rating}, **{"If-Match": tag})
        assert expect.ok(answer)["rating"] == rating
        tag = expect.etag(answer)


def test_only_one_of_two_patches_with_one_tag_goes_through(alice, pending):
    tag = alice.tag(pending)

    def ask(rating):
        return alice.patch(pending, {"rating": rating}, **{"If-Match": tag}).status_code

    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(ask, range(5)))
    assert sorted(statuses) == [200, 412, 412, 412, 412]
    assert alice.metadata(pending)["rating"] == statuses.index(200)


# Many at once


def test_patches_of_different_names_at_once_lose_none(alice, pending):
    values = {f"name {n}": n for n in range(10)}
    before = int(alice.tag(pending).strip('"'))

    def ask(name):
        return alice.patch(pending, {"custom": {name: values[name]}})

    with ThreadPoolExecutor(len(values)) as pool:
        answers = list(pool.map(ask, values))
    for name, answer in zip(values, answers, strict=True):
        assert expect.ok(answer)["custom"][name] == values[name]
    assert alice.metadata(pending)["custom"] == values
    tags = {int(expect.etag(answer).strip('"')) for answer in answers}
    assert tags == set(range(before + 1, before + 1 + len(values)))


def test_patches_of_different_fields_at_once_lose_none(alice, pending):
    with ThreadPoolExecutor(len(DESCRIBED)) as pool:
        patches = [{name: value} for name, value in DESCRIBED.items()]
        answers = list(pool.map(lambda patch: alice.patch(pending, patch), patches))
    assert {answer.status_code for answer in answers} == {200}
    assert _said(alice.metadata(pending)) == DESCRIBED


def test_a_patch_never_brings_back_what_a_delete_removed(alice, pending):
    patches = [{"custom": {f"name {n}": n}} for n in range(5)]
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(alice.patch, pending, patch) for patch in patches]
        deleted = pool.submit(alice.api.delete, f"/photos/{pending}")
        assert {each.result().status_code for each in asked} <= {200, 404}
    expect.ok(deleted.result())
    expect.problem(alice.api.get(f"/photos/{pending}"), 404)


def test_a_patch_and_an_edit_at_once_are_both_kept(alice, pending):
    with ThreadPoolExecutor(2) as pool:
        patch = pool.submit(alice.patch, pending, {"rating": 5})
        edit = pool.submit(alice.ask_edit, pending)
        assert [patch.result().status_code, edit.result().status_code] == [200, 200]
    metadata = alice.metadata(pending)
    assert metadata["rating"] == 5
    assert metadata["edited"]["edit_count"] == 1


# What is refused


@pytest.mark.parametrize(
    "body",
    [b"[]", b'[{"rating": 2}]', b'"rating"', b"7", b"null", b"true"],
    ids=["list", "list-of-objects", "string", "number", "null", "true"],
)
def test_a_patch_that_is_no_object_is_refused(alice, kept, body):
    _refused(alice, kept, body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"rating": 2', id="cut"),
        pytest.param(b'{"rating": 2, "rating": 3}', id="duplicate-keys"),
        pytest.param(b'{"custom": {"a": {"b": 1, "b": 2}}}', id="duplicate-keys-inside"),
        pytest.param(b'{"custom": {"a": NaN}}', id="NaN"),
        pytest.param(b'{"geolocation": {"latitude": Infinity}}', id="Infinity"),
        pytest.param(b'{"geolocation": {"altitude": 1e999}}', id="beyond-a-double"),
        pytest.param(b'{"custom": {"a": "\\ud83d"}}', id="half-a-surrogate-pair"),
        pytest.param(b'{"custom": {"\\ude00": 1}}', id="half-a-surrogate-pair-in-a-name"),
        pytest.param(b'{"description": "\xe9"}', id="no-UTF-8"),
    ],
)
def test_a_body_that_is_no_sound_json_is_refused(alice, kept, body):
    _refused(alice, kept, body)


@pytest.mark.parametrize(("field", "value"), bad_inputs.DESCRIPTIONS)
def test_bad_values_are_refused(alice, kept, field, value):
    _refused(alice, kept, {field: value}, field)


@pytest.mark.parametrize("part", ["latitude", "longitude"])
def test_a_place_needs_both_coordinates(alice, kept, part):
    _refused(alice, kept, {"geolocation": {part: None}}, "geolocation")


def test_a_new_place_needs_both_coordinates(alice, pending):
    _refused(alice, pending, {"geolocation": {"latitude": 1}}, "geolocation")


def test_a_place_removed_leaves_nothing_to_merge_with(alice, described):
    alice.patched(described, {"geolocation": None})
    _refused(alice, described, {"geolocation": {"latitude": 1}}, "geolocation")


def test_the_merged_value_counts_not_the_patch(alice, pending):
    """Each patch is small; what they add up to is over 2 KiB."""
    alice.patched(pending, {"custom": {"a": "x" * 1000}})
    alice.patched(pending, {"custom": {"b": "x" * 900}})
    _refused(alice, pending, {"custom": {"c": "x" * 500}}, "custom")
    metadata = alice.patched(pending, {"custom": {"a": None, "c": "x" * 500}})
    assert set(metadata["custom"]) == {"b", "c"}


@pytest.mark.parametrize("levels", [33, 1000, 100_000])
def test_deep_objects_are_refused(alice, kept, levels):
    inner = levels - 1
    _refused(alice, kept, b'{"custom": ' + b'{"a":' * inner + b"1" + b"}" * inner + b"}")


def test_32_levels_are_taken(alice, pending):
    body = b'{"custom": ' + b'{"a":' * 31 + b"1" + b"}" * 31 + b"}"
    value = alice.patched(pending, body)["custom"]
    for _ in range(31):
        value = value["a"]
    assert value == 1


def test_a_photo_that_holds_deep_objects_can_be_read_in_a_batch(alice, pending):
    alice.patched(pending, b'{"custom": ' + b'{"a":' * 31 + b"1" + b"}" * 31 + b"}")
    (result,) = alice.operate({"op": "metadata", "photo_id": pending})
    assert result["body"] == alice.metadata(pending)


@pytest.mark.parametrize(
    "field",
    [
        "filename",
        "content_type",
        "file_size",
        "status",
        "status_reason",
        "user_id",
        "photo_id",
        "created_at",
        "updated_at",
        "version_type",
        "has_edited_version",
        "original",
        "edited",
        "edit_count",
        "s3_key",
        "checksum_sha256",
        "revision",
        "taken_at",
        "width",
        "exif",
        "placeholder",
        "recipe",
        "renditions",
        "Tags",
        "surprise",
        "",
        "__proto__",
    ],
)
@pytest.mark.parametrize("value", ["ready", None], ids=["text", "null"])
def test_nothing_else_can_be_set(alice, kept, field, value):
    problem = _refused(alice, kept, {field: value, "rating": 1})
    assert [entry["field"] for entry in problem["errors"]] == [field]


@pytest.mark.parametrize("field", ["geolocation", "camera_info"])
def test_unknown_parts_are_refused(alice, kept, field):
    _refused(alice, kept, {field: {"surprise": 1}}, field)


def test_every_bad_field_is_named_at_once(alice, kept):
    patch = {
        "tags": ["a" * 65],
        "description": 7,
        "geolocation": {"latitude": 91, "longitude": 181},
        "camera_info": {"iso": "fast"},
        "rating": 6,
        "custom": [],
        "status": "ready",
    }
    _refused(alice, kept, patch, *patch)


def test_every_bad_part_is_named_at_once(alice, kept):
    problem = _refused(alice, kept, {"geolocation": {"latitude": 91, "longitude": 181}})
    named = {entry["field"] for entry in problem["errors"]}
    assert named == {"geolocation.latitude", "geolocation.longitude"}


def test_one_bad_field_spoils_the_whole_patch(alice, kept):
    _refused(alice, kept, {"description": "New", "rating": 6}, "rating")


# Whose photos


def test_another_users_photo_is_403(alice, bob, kept):
    before = alice.metadata(kept)
    expect.problem(bob.patch(kept, {"rating": 1}), 403)
    assert alice.metadata(kept) == before


@pytest.mark.parametrize("photo_id", [str(uuid4()), "x"], ids=["unknown", "no-uuid"])
def test_an_unknown_photo_is_404(alice, photo_id):
    expect.problem(alice.patch(photo_id, {"rating": 1}), 404)


def test_a_deleted_photo_is_404(alice, pending):
    expect.ok(alice.api.delete(f"/photos/{pending}"))
    expect.problem(alice.patch(pending, {"rating": 1}), 404)


def test_a_patch_needs_a_token(deployment, kept):
    answer = deployment.anonymous.patch(f"/photos/{kept}/metadata", json={"rating": 1})
    expect.problem(answer, 401)
    assert answer.headers["www-authenticate"].split()[0] == "Bearer"


def test_a_page_of_another_origin_may_patch(deployment, kept):
    answer = deployment.anonymous.options(
        f"/photos/{kept}/metadata",
        headers={
            "Origin": "https://editor.example",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,content-type,if-match",
        },
    )
    assert answer.status_code in {200, 204}
    assert "patch" in expect.listed(answer, "access-control-allow-methods")
