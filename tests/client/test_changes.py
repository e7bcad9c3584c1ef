"""Calls that change photos: versions, recipes, presets, metadata."""

import asyncio

import httpx
import pytest

from photohq.client import each, errors

from .stand_in import METADATA, body, ok, problem
from .test_calls import page

RECIPE = {"recipe": 1, "exposure": 0.5}
STORED = {"photo_id": "p1", "recipe": RECIPE, "revision": 3}
PRESET = {"name": "warm/evening", "recipe": RECIPE}
RENDERING = {
    "photo_id": "p1",
    "status": "processing",
    "message": "Poll",
    "recipe": RECIPE,
    "edit_count": 1,
    "revision": 4,
}
VERSION = {
    "version_id": "v1",
    "version_type": "edited",
    "filename": "a.jpg",
    "content_type": "image/jpeg",
    "file_size": 3,
    "created_at": "2026-11-24T10:01:11.000Z",
    "is_current": True,
}
SHOWN = {"url": "https://store.example.com/1", "width": 3, "height": 2}


def test_the_history_is_read_and_gone_back_in(deployment, client):
    deployment.on("GET /prod/photos/p1/versions", ok({"photo_id": "p1", "versions": [VERSION]}))
    assert [version.version_id for version in client.versions("p1")] == ["v1"]
    restore = "POST /prod/photos/p1/versions/v1/restore"
    deployment.on(restore, problem(502), ok({**METADATA, "revision": 4}))
    assert client.restore("p1", "v1", if_match=3).revision == 4
    first, again = deployment.asked(restore)
    assert first.headers["if-match"] == '"3"'
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    deployment.on("DELETE /prod/photos/p1/edited", ok(METADATA))
    assert client.delete_edited("p1").edited is None


def test_metadata_is_merged_only_where_nobody_was_faster(deployment, client):
    change = "PATCH /prod/photos/p1/metadata"
    deployment.on(change, ok(METADATA), problem(412))
    client.change("p1", {"rating": 5, "tags": None}, if_match=7)
    (asked,) = deployment.asked(change)
    assert asked.headers["content-type"] == "application/merge-patch+json"
    assert asked.headers["if-match"] == '"7"'
    assert body(asked) == {"rating": 5, "tags": None}
    with pytest.raises(errors.Stale):
        client.change("p1", {}, if_match=7)


def test_recipes_are_stored_previewed_and_rendered(deployment, client):
    deployment.on("PUT /prod/photos/p1/recipe", ok(STORED))
    deployment.on("GET /prod/photos/p1/recipe", ok(STORED))
    deployment.on("DELETE /prod/photos/p1/recipe", ok({"photo_id": "p1", "message": "Gone"}))
    assert client.put_recipe("p1", RECIPE) == client.recipe("p1")
    client.delete_recipe("p1")
    seen = {"preview_url": "u", "expires_at": "2026-11-24T10:01:11.000Z", "width": 3, "height": 2}
    deployment.on("POST /prod/photos/p1/preview", ok(seen))
    assert client.preview("p1", RECIPE, size=256).width == 3
    deployment.on("POST /prod/photos/p1/render", httpx.Response(202, json=RENDERING))
    made = {**METADATA["original"], "status": "ready", "edit_count": 1}
    coming = {**made, "status": "processing"}
    deployment.on(
        "GET /prod/photos/p1/metadata",
        ok({**METADATA, "edited": coming}),
        ok({**METADATA, "edited": made}),
    )
    rendering = client.render("p1", preset="warm", quality=80)
    assert client.wait(rendering).edited.status == "ready"
    assert body(deployment.asked("POST /prod/photos/p1/render")[0]) == {
        "preset": "warm",
        "quality": 80,
    }


def test_presets_have_any_name(deployment, client):
    deployment.on("PUT /prod/presets/warm/evening", ok(PRESET))
    deployment.on("GET /prod/presets", ok({"presets": [PRESET]}))
    deployment.on("DELETE /prod/presets/warm/evening", ok({"name": "x", "message": "Gone"}))
    preset = client.put_preset("warm/evening", RECIPE)
    assert client.presets() == (preset,)
    client.delete_preset("warm/evening")
    assert {request.url.raw_path for request in deployment.requests[:1]} == {
        b"/prod/presets/warm%2Fevening"
    }


def test_two_versions_are_compared(deployment, client):
    answer = {"photo_id": "p1", "original": SHOWN, "edited": SHOWN}
    answer["expires_at"] = "2026-11-24T10:01:11.000Z"
    deployment.on("GET /prod/photos/p1/compare", ok(answer))
    assert client.compare("p1", size=256).edited.width == 3


def test_lists_are_gone_through_in_asynchronous_code(deployment, client):
    deployment.on("GET /prod/photos", page(3, 2, after="k"), page(1))

    async def ids():
        return [photo.photo_id async for photo in each(client.photos())]

    assert asyncio.run(ids()) == ["p3", "p2", "p1"]
