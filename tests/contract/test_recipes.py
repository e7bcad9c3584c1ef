"""Recipes: edits as numbers, seen in a preview and rendered into an edited version."""

import json
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
import pyvips
from tests.imaging.pictures import ASCII, exif_app1, inserted, jpeg

from . import expect
from .deployment import eventually
from .pictures import LEAST, stretched

CAMERA = exif_app1([(0x0110, ASCII, b"K-1\0")])
PICTURE = stretched(inserted(jpeg(1200, 800), CAMERA), LEAST, seed=7)
RECIPE = {
    "recipe": 1,
    "exposure": 0.5,
    "rotate": 90,
    "crop": {"left": 0.1, "top": 0.1, "width": 0.5, "height": 0.5},
    "tone_curve": {"rgb": [[0, 0], [64, 56], [255, 255]]},
}
BRIGHT = {"recipe": 1, "exposure": 1.5}
BAD = {"exposure": 9, "contrast": 0.5, "sepia": 1, "crop": {"left": 0.9, "top": 0, "width": 0.5}}


@pytest.fixture(scope="module")
def photo_id(alice):
    """A photo of alice's that is ready."""
    return uploaded(alice)


@pytest.fixture
def carla(deployment):
    """Somebody whose presets nobody else changes."""
    return deployment.new_user()


def uploaded(user):
    photo = user.upload(content=PICTURE, filename="heath.jpg")
    settled = user.settled(photo.id)
    assert settled["status"] == "ready", settled
    return photo.id


def put(user, photo_id, recipe, **headers):
    return user.send("PUT", f"/photos/{photo_id}/recipe", recipe, **headers)


def get(user, photo_id):
    return user.api.get(f"/photos/{photo_id}/recipe")


def preview(user, photo_id, **body):
    return user.send("POST", f"/photos/{photo_id}/preview", body)


def render(user, photo_id, body, **headers):
    return user.send("POST", f"/photos/{photo_id}/render", body, **headers)


def accepted(answer):
    assert answer.status_code == 202, answer.text[:500]
    return answer.json()


def rendered(user, photo_id, edits):
    """The metadata once so many edits have come."""
    seen = {}

    def look():
        seen.update(user.metadata(photo_id))
        edited = seen["edited"] or {}
        done = edited.get("edit_count") == edits and edited["status"] == "ready"
        return done and not edited.get("pending")

    assert eventually(look, seconds=60), seen
    return seen


def picture(user, url):
    answer = user.deployment.bytes.get(url)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "image/jpeg"
    return pyvips.Image.jpegload_buffer(answer.content).copy_memory()


def refused(answer, status, code, *fields):
    assert expect.problem(answer, status, *fields)["code"] == code


# A recipe that is stored


def test_a_recipe_is_kept_without_what_does_nothing(alice, photo_id):
    tag = alice.tag(photo_id)
    answer = put(alice, photo_id, {**RECIPE, "contrast": 0, "sharpen": {"amount": 0}})
    assert expect.ok(answer)["recipe"] == RECIPE
    assert expect.etag(answer) != tag
    assert expect.ok(get(alice, photo_id))["recipe"] == RECIPE
    metadata = alice.metadata(photo_id)
    assert metadata["recipe"] == RECIPE
    assert not metadata["has_edited_version"]
    deleted = alice.api.delete(f"/photos/{photo_id}/recipe")
    expect.ok(deleted)
    expect.etag(deleted)
    refused(get(alice, photo_id), 404, "recipe_not_found")
    refused(alice.api.delete(f"/photos/{photo_id}/recipe"), 404, "recipe_not_found")
    assert "recipe" not in alice.metadata(photo_id)


def test_every_mistake_in_a_recipe_is_named(alice, photo_id):
    fields = ("recipe", *BAD)
    refused(put(alice, photo_id, BAD), 400, "invalid_input", *fields)
    refused(put(alice, photo_id, [1]), 400, "invalid_input")
    refused(put(alice, photo_id, {"recipe": 2}), 400, "invalid_input", "recipe")
    refused(put(alice, photo_id, {"recipe": 1, "exposure": True}), 400, "invalid_input", "exposure")
    nan = b'{"recipe": 1, "exposure": NaN}'
    expect.problem(put(alice, photo_id, nan), 400)
    long = {"recipe": 1, "tone_curve": {"rgb": [[n, n] for n in range(40_000)]}}
    refused(put(alice, photo_id, long), 400, "invalid_input")
    huge = {"recipe": 1, "note": "x" * 2_000_000}
    expect.problem(put(alice, photo_id, huge), 413)


def test_a_stale_revision_stores_nothing(alice, photo_id):
    stale = {"If-Match": '"0"'}
    refused(put(alice, photo_id, RECIPE, **stale), 412, "stale_revision")
    refused(get(alice, photo_id), 404, "recipe_not_found")


def test_others_see_and_change_nothing(alice, bob, photo_id):
    for answer in (
        put(bob, photo_id, RECIPE),
        get(bob, photo_id),
        bob.api.delete(f"/photos/{photo_id}/recipe"),
        bob.api.get(f"/photos/{photo_id}/recipe.xmp"),
        preview(bob, photo_id, recipe=RECIPE),
        render(bob, photo_id, {"recipe": RECIPE}),
        bob.api.get(f"/photos/{photo_id}/compare"),
    ):
        refused(answer, 403, "forbidden")
    refused(get(alice, "none"), 404, "photo_not_found")


# What it looks like


def test_a_draft_is_seen_without_being_stored(alice, photo_id):
    answer = expect.ok(preview(alice, photo_id, recipe=BRIGHT, size=600))
    assert (answer["width"], answer["height"]) == (600, 400)
    expect.timestamp(answer["expires_at"])
    bright = picture(alice, answer["preview_url"])
    assert (bright.width, bright.height) == (600, 400)
    plain = expect.ok(preview(alice, photo_id, recipe={"recipe": 1}, size=600))
    assert bright.avg() > picture(alice, plain["preview_url"]).avg() + 10
    refused(get(alice, photo_id), 404, "recipe_not_found")
    assert "recipe" not in alice.metadata(photo_id)


def test_a_key_draws_once(alice, photo_id):
    key = {"Idempotency-Key": "see it"}

    def ask(recipe):
        body = {"recipe": recipe, "size": 256}
        return alice.send("POST", f"/photos/{photo_id}/preview", body, **key)

    first = expect.ok(ask(BRIGHT))
    bright = picture(alice, first["preview_url"]).avg()
    expect.ok(preview(alice, photo_id, recipe={"recipe": 1}, size=256))
    again = expect.ok(ask(BRIGHT))
    assert picture(alice, again["preview_url"]).avg() == bright
    refused(ask(RECIPE), 409, "idempotency_key_reused")


def test_the_stored_recipe_is_seen_where_no_other_is_given(alice):
    photo_id = uploaded(alice)
    refused(preview(alice, photo_id), 400, "invalid_input", "recipe")
    expect.ok(put(alice, photo_id, RECIPE))
    answer = expect.ok(preview(alice, photo_id, size=256))
    assert (answer["width"], answer["height"]) == (171, 256)


def test_what_can_not_be_seen_is_named(alice, photo_id):
    refused(preview(alice, photo_id, recipe=BAD, size=9), 400, "invalid_input", "recipe", "size")
    corner = {"left": 0, "top": 0, "width": 0.01, "height": 0.01}
    outside = {"recipe": 1, "straighten": 45, "crop": corner}
    refused(preview(alice, photo_id, recipe=outside), 400, "crop_outside", "crop")
    refused(render(alice, photo_id, {"recipe": outside}), 400, "crop_outside", "crop")


def test_a_photo_that_has_not_arrived_is_not_edited(alice, pending):
    refused(preview(alice, pending, recipe=BRIGHT), 409, "not_uploaded")
    refused(render(alice, pending, {"recipe": BRIGHT}), 409, "not_uploaded")


# The edited version


def test_a_recipe_becomes_the_edited_version(alice):
    photo_id = uploaded(alice)
    begun = accepted(render(alice, photo_id, {"recipe": RECIPE, "quality": 80}))
    assert begun["recipe"] == RECIPE
    assert begun["edit_count"] == 1
    metadata = rendered(alice, photo_id, 1)
    edited = metadata["edited"]
    assert edited["filename"] == "heath.jpg"
    assert (edited["width"], edited["height"]) == (400, 600)
    image = pyvips.Image.jpegload_buffer(alice.download(photo_id, "edited"))
    assert (image.width, image.height) == (400, 600)
    assert image.get("exif-ifd0-Model").startswith("K-1")
    assert alice.download(photo_id) == PICTURE
    versions = expect.ok(alice.api.get(f"/photos/{photo_id}/versions"))["versions"]
    assert versions[0]["recipe"] == RECIPE
    assert versions[0]["restored_metadata"] == ["exif"]
    assert [one["width"] for one in metadata["renditions"]] == [171, 400, 400]
    _compares(alice, photo_id)


def _compares(alice, photo_id):
    answer = alice.api.get(f"/photos/{photo_id}/compare", params={"size": 256})
    expect.etag(answer)
    both = expect.ok(answer)
    for name in ("original", "edited"):
        image = picture(alice, both[name]["url"])
        assert (image.width, image.height) == (256, 256)
        assert (both[name]["width"], both[name]["height"]) == (256, 256)


def test_pictures_of_one_shape_are_compared_as_they_are(alice):
    photo_id = uploaded(alice)
    refused(alice.api.get(f"/photos/{photo_id}/compare"), 404, "version_not_found")
    expect.ok(put(alice, photo_id, BRIGHT))
    accepted(render(alice, photo_id, {}))
    rendered(alice, photo_id, 1)
    both = expect.ok(alice.api.get(f"/photos/{photo_id}/compare"))
    images = [picture(alice, both[name]["url"]) for name in ("original", "edited")]
    assert {(image.width, image.height) for image in images} == {(1024, 683)}
    assert images[1].avg() > images[0].avg() + 10
    answer = alice.api.get(f"/photos/{photo_id}/compare", params={"size": 300})
    refused(answer, 400, "invalid_input", "size")


def test_a_key_renders_once(alice):
    photo_id = uploaded(alice)
    key = {"Idempotency-Key": "render it"}
    first = accepted(render(alice, photo_id, {"recipe": BRIGHT}, **key))
    assert accepted(render(alice, photo_id, {"recipe": BRIGHT}, **key)) == first
    refused(render(alice, photo_id, {"recipe": RECIPE}, **key), 409, "idempotency_key_reused")
    rendered(alice, photo_id, 1)
    versions = expect.ok(alice.api.get(f"/photos/{photo_id}/versions"))["versions"]
    assert len(versions) == 2


def test_a_key_is_answered_as_at_first_though_the_preset_is_gone(carla):
    photo_id = uploaded(carla)
    expect.ok(carla.send("PUT", "/presets/Bright", BRIGHT))
    body, key = {"preset": "Bright"}, {"Idempotency-Key": "render it"}
    operation = {"op": "render", "photo_id": photo_id, "preset": "Bright"}
    first = accepted(render(carla, photo_id, body, **key))
    results = expect.ok(carla.ask_operations([operation], **key))
    expect.ok(carla.api.delete("/presets/Bright"))
    assert accepted(render(carla, photo_id, body, **key)) == first
    assert expect.ok(carla.ask_operations([operation], **key)) == results
    assert results["results"][0]["status_code"] == 202
    assert rendered(carla, photo_id, 2)["edited"]["edit_count"] == 2


def test_what_can_not_be_rendered_is_named(alice, photo_id):
    refused(render(alice, photo_id, {}), 400, "invalid_input", "recipe")
    both = {"recipe": BRIGHT, "preset": "Warm"}
    refused(render(alice, photo_id, both), 400, "invalid_input", "preset")
    bad = {"recipe": BAD, "quality": 101}
    refused(render(alice, photo_id, bad), 400, "invalid_input", "recipe", "quality")
    refused(render(alice, photo_id, {"preset": "none"}), 404, "preset_not_found")
    stale = {"If-Match": '"0"'}
    refused(render(alice, photo_id, {"recipe": BRIGHT}, **stale), 412, "stale_revision")
    assert not alice.metadata(photo_id)["has_edited_version"]


# Presets


def presets(user):
    return expect.ok(user.api.get("/presets"))["presets"]


def test_presets_are_a_users_own(carla, bob):
    assert presets(carla) == []
    kept = expect.ok(carla.send("PUT", "/presets/Warm%20%26%20soft", {**BRIGHT, "contrast": 0}))
    assert kept == {"name": "Warm & soft", "recipe": BRIGHT}
    expect.ok(carla.send("PUT", "/presets/Ünï", RECIPE))
    assert [one["name"] for one in presets(carla)] == ["Warm & soft", "Ünï"]
    assert presets(carla)[0]["recipe"] == BRIGHT
    assert "Warm & soft" not in [one["name"] for one in presets(bob)]
    expect.ok(carla.send("PUT", "/presets/Warm%20%26%20soft", RECIPE))
    assert presets(carla)[0]["recipe"] == RECIPE
    expect.ok(carla.api.delete("/presets/Warm%20%26%20soft"))
    assert [one["name"] for one in presets(carla)] == ["Ünï"]
    refused(carla.api.delete("/presets/Warm%20%26%20soft"), 404, "preset_not_found")
    refused(carla.send("PUT", "/presets/bad", BAD), 400, "invalid_input", "recipe", *BAD)
    refused(carla.send("PUT", f"/presets/{'x' * 65}", BRIGHT), 400, "invalid_input", "name")


def test_a_name_is_one_however_its_letters_are_composed(carla):
    composed, decomposed = "\u00e9", "e\u0301"
    photo_id = uploaded(carla)
    kept = expect.ok(carla.send("PUT", f"/presets/{quote(decomposed)}", BRIGHT))
    assert kept["name"] == composed
    assert accepted(render(carla, photo_id, {"preset": decomposed}))["recipe"] == BRIGHT
    (result,) = carla.operate({"op": "render", "photo_id": photo_id, "preset": decomposed})
    assert result["status_code"] == 202, result
    expect.ok(carla.api.delete(f"/presets/{quote(decomposed)}"))
    assert presets(carla) == []


@pytest.mark.parametrize("name", ["%ff", "%fe", "%C3", "a%80", "%ED%A0%80", "%EF%BF%BD"])
def test_a_name_that_is_no_utf_8_is_refused(visitor, name):
    refused(visitor.send("PUT", f"/presets/{name}", BRIGHT), 400, "invalid_input", "name")
    refused(visitor.api.delete(f"/presets/{name}"), 400, "invalid_input", "name")
    assert presets(visitor) == []


def test_a_preset_goes_over_many_photos_at_once(carla):
    expect.ok(carla.send("PUT", "/presets/Bright", BRIGHT))
    photo_ids = [uploaded(carla), uploaded(carla)]
    operations = [
        {"op": "render", "photo_id": photo_id, "preset": "Bright"} for photo_id in photo_ids
    ]
    unknown = {"op": "render", "photo_id": photo_ids[0], "preset": "none"}
    results = carla.operate(*operations, unknown)
    assert [result["status_code"] for result in results] == [202, 202, 404]
    for photo_id in photo_ids:
        rendered(carla, photo_id, 1)


# For other editors


def test_a_recipe_leaves_as_a_sidecar(alice):
    photo_id = uploaded(alice)
    refused(alice.api.get(f"/photos/{photo_id}/recipe.xmp"), 404, "recipe_not_found")
    expect.ok(put(alice, photo_id, {**RECIPE, "resize": {"long_edge": 500}}))
    answer = alice.api.get(f"/photos/{photo_id}/recipe.xmp")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == "application/rdf+xml"
    assert 'filename="heath.xmp"' in answer.headers["content-disposition"]
    expect.etag(answer)
    root = ET.fromstring(answer.content)
    settings = root.find(".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    crs = "{http://ns.adobe.com/camera-raw-settings/1.0/}"
    assert settings.get(f"{crs}Exposure2012") == "+0.50"
    assert settings.get(f"{crs}HasCrop") == "True"
    assert "<!-- Not carried: resize" in answer.text


def test_a_recipe_is_json_of_plain_numbers(alice, photo_id):
    body = json.dumps(RECIPE).encode()
    assert expect.ok(put(alice, photo_id, body))["recipe"] == RECIPE
    expect.ok(alice.api.delete(f"/photos/{photo_id}/recipe"))
