import httpx
import pytest

from photohq.client import VersionType, errors

from .stand_in import METADATA, PICTURE, RENDITION, ok, problem

LOOK = "GET /prod/photos/p1/metadata"


def item(number):
    return {
        "photo_id": f"p{number}",
        "version_type": "original",
        "filename": "a.jpg",
        "content_type": "image/jpeg",
        "file_size": 3,
        "created_at": "2026-11-24T10:01:11.000Z",
        "updated_at": "2026-11-24T10:01:11.000Z",
        "has_edited_version": False,
        "status": "ready",
    }


def page(*numbers, after=None):
    more = {"has_more": True, "last_evaluated_key": after} if after else {"has_more": False}
    return ok({"photos": [item(number) for number in numbers], "count": len(numbers), **more})


def test_the_list_goes_through_all_pages(deployment, client):
    deployment.on("GET /prod/photos", page(3, 2, after="k="), page(1))
    found = [photo.photo_id for photo in client.photos(VersionType.EDITED, page_size=2)]
    assert found == ["p3", "p2", "p1"]
    queries = [dict(request.url.params) for request in deployment.asked("GET /prod/photos")]
    first = {"limit": "2", "version_type": "edited"}
    assert queries == [first, {**first, "last_evaluated_key": "k="}]


def test_the_list_asks_for_no_more_pages_than_are_looked_at(deployment, client):
    deployment.on("GET /prod/photos", page(3, 2, after="k"), page(1))
    assert next(client.photos()).photo_id == "p3"
    assert len(deployment.asked("GET /prod/photos")) == 1


def test_answers_are_values_in_utc(deployment, client):
    deployment.on(LOOK, ok({**METADATA, "a_field_of_tomorrow": {}}))
    metadata = client.metadata("p1")
    assert metadata.created_at.isoformat() == "2026-11-24T10:01:11+00:00"
    assert metadata.original.status.arrived


def test_what_is_known_of_a_picture_is_told(deployment, client):
    answer = {**METADATA, **PICTURE, "exif": {"Model": "K-1"}, "renditions": [RENDITION]}
    deployment.on(LOOK, ok(answer))
    metadata = client.metadata("p1")
    assert {name: getattr(metadata, name) for name in PICTURE} == PICTURE
    assert metadata.exif == {"Model": "K-1"}
    assert [one.url for one in metadata.renditions] == [RENDITION["url"]]
    photo = {**item(1), **PICTURE, "thumbnail_url": RENDITION["url"]}
    deployment.on("GET /prod/photos", ok({"photos": [photo], "has_more": False}))
    (listed,) = client.photos()
    assert {name: getattr(listed, name) for name in PICTURE} == PICTURE
    assert listed.thumbnail_url == RENDITION["url"]


def test_a_photo_is_processed_again(deployment, client):
    answer = {"photo_id": "p1", "status": "processing", "message": "Poll"}
    deployment.on("POST /prod/photos/p1/process", httpx.Response(202, json=answer))
    assert client.process("p1").status == "processing"


@pytest.mark.parametrize(
    ("status", "error"), [*errors.BY_STATUS.items(), (500, errors.Unavailable)]
)
def test_a_refusal_carries_its_problem_document(deployment, client, status, error):
    deployment.on(LOOK, problem(status, "some_code", errors=[{"field": "f", "message": "m"}]))
    deployment.on(
        "InitiateAuth", ok({"AuthenticationResult": {"AccessToken": "t", "ExpiresIn": 9}})
    )
    with pytest.raises(error) as refused:
        client.metadata("p1")
    assert type(refused.value) is error
    assert str(refused.value) == ("m" if error is errors.InvalidInput else "Because")
    assert (refused.value.code, refused.value.request_id) == ("some_code", "r1")
    assert refused.value.errors == (errors.FieldError("f", "m"),)


def test_a_refusal_of_input_says_what_is_wrong_with_each_field(deployment, client):
    bad = [{"field": name, "message": f"{name} is required"} for name in ("one", "other")]
    deployment.on(LOOK, problem(400, "invalid_input", errors=bad))
    with pytest.raises(errors.InvalidInput, match=r"^one is required; other is required$"):
        client.metadata("p1")


def test_a_gateways_own_refusal_is_one_too(deployment, client):
    deployment.on(LOOK, httpx.Response(403, json={"message": "Forbidden"}))
    with pytest.raises(errors.Forbidden) as refused:
        client.metadata("p1")
    assert str(refused.value) == "HTTP status 403"


@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_that_is_not_photo_hqs_is_said_to_be_one(deployment, client, status):
    page = httpx.Response(status, text="<html>", headers={"Content-Type": "text/html"})
    deployment.on(LOOK, page)
    with pytest.raises(errors.UnexpectedAnswer, match="text/html"):
        client.metadata("p1")


def test_the_deployment_is_asked_for_its_config_once_and_without_a_token(deployment, client):
    assert client.config.client_id == client.config.client_id == "client"
    (asked,) = deployment.asked("GET /prod/config")
    assert "authorization" not in asked.headers
