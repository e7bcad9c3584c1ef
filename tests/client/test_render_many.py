import httpx
import pytest

from photohq.client import RenderOutcome, errors

from .stand_in import METADATA, body, ok

MANY = "POST /prod/photos/batch"
RECIPE = {"recipe": 1, "exposure": 0.5}
VERSION = {**METADATA["original"], "edit_count": 1}
BUSY = {"status": 503, "detail": "There was no time or room left", "retry_after": 2}


def edited(status="ready", **more):
    return {**METADATA, "has_edited_version": True, "edited": {**VERSION, "status": status, **more}}


def begun(photo_id):
    return {
        "photo_id": photo_id,
        "status": "processing",
        "recipe": RECIPE,
        "edit_count": 1,
        "revision": 2,
    }


class Photos:
    """Answers operations: `refusals` to renderings, `looks` at a photo one after the other."""

    def __init__(self, deployment):
        self.refusals = {}
        self.looks = {}
        deployment.on(MANY, self.answer)

    def answer(self, request):
        asked = body(request)["operations"]
        return ok({"results": [self.result(*pair) for pair in enumerate(asked)]})

    def result(self, index, asked):
        photo_id = asked["photo_id"]
        if asked["op"] == "render":
            refusals = self.refusals.get(photo_id)
            status, answer = refusals.pop(0) if refusals else (202, begun(photo_id))
        else:
            looks = self.looks.get(photo_id, [(200, edited())])
            status, answer = looks.pop(0) if len(looks) > 1 else looks[0]
        return {"index": index, "photo_id": photo_id, "status_code": status, "body": answer}


@pytest.fixture
def photos(deployment):
    return Photos(deployment)


def outcomes(done):
    return {one.photo_id: (one.outcome, one.reason) for one in done}


def asked(deployment, op):
    """The ids of each request."""
    operations = [body(request)["operations"] for request in deployment.asked(MANY)]
    return [[one["photo_id"] for one in group] for group in operations if group[0]["op"] == op]


def test_many_photos_are_rendered_in_batches(deployment, client, photos):
    ids = [f"p{number}" for number in range(120)]
    told = []
    done = client.render_many([*ids, "p0"], preset="warm", quality=80, on_done=told.append)
    assert [one.photo_id for one in done] == ids
    assert {one.outcome for one in done} == {RenderOutcome.RENDERED}
    assert sorted(told, key=lambda one: ids.index(one.photo_id)) == done
    assert list(map(len, asked(deployment, "render"))) == [50, 50, 20]
    operation = body(deployment.asked(MANY)[0])["operations"][0]
    assert operation == {"op": "render", "photo_id": "p0", "preset": "warm", "quality": 80}


def test_a_photo_that_can_not_be_rendered_spoils_no_other(deployment, client, photos):
    photos.refusals = {"p1": [(404, {"status": 404, "detail": "No such photo"})]}
    broken = edited("failed", status_reason="crop_outside", status_message="The crop is outside")
    photos.looks = {
        "p2": [(200, broken)],
        "p3": [(404, {"status": 404, "detail": "No such photo"})],
        "p4": [(200, METADATA)],
        "p5": [(200, edited("processing")), (503, BUSY), (200, edited())],
    }
    done = client.render_many([f"p{number}" for number in range(6)], RECIPE)
    assert outcomes(done) == {
        "p0": ("rendered", None),
        "p1": ("refused", "No such photo"),
        "p2": ("failed", "The crop is outside"),
        "p3": ("failed", "No such photo"),
        "p4": ("failed", "It was taken back meanwhile"),
        "p5": ("rendered", None),
    }
    assert [one.is_fine for one in done] == [True, False, False, False, False, True]


def test_what_there_was_no_time_for_is_asked_for_again(deployment, client, photos):
    photos.refusals = {"p1": [(503, BUSY)], "p2": [(503, BUSY), (503, BUSY)]}
    done = client.render_many(["p0", "p1", "p2"], RECIPE, wait=False)
    assert {one.outcome for one in done} == {RenderOutcome.BEGUN}
    assert asked(deployment, "render") == [["p0", "p1", "p2"], ["p1", "p2"], ["p2"]]
    assert deployment.pauses == [2, 2]
    assert asked(deployment, "metadata") == []


def test_where_there_is_never_time_it_is_given_up(client, photos):
    photos.refusals = {"p0": [(503, BUSY)] * 9}
    done = client.render_many(["p0", "p1"], RECIPE)
    assert outcomes(done) == {"p0": ("refused", BUSY["detail"]), "p1": ("rendered", None)}


def test_renderings_that_never_end_are_not_waited_for_for_ever(deployment, client, photos):
    photos.looks = {"p0": [(200, edited("processing"))]}
    done = client.render_many(["p0", "p1"], RECIPE)
    assert outcomes(done)["p1"] == ("rendered", None)
    assert outcomes(done)["p0"][0] == "failed"
    assert 300 < deployment.now < 310


def test_those_behind_are_looked_at_where_the_first_ones_are_not_done(client, photos):
    slow = [(200, edited("processing"))] * 5
    photos.looks = {f"p{number}": [*slow, (200, edited())] for number in range(50)}
    told = []
    client.render_many([f"p{number}" for number in range(60)], RECIPE, on_done=told.append)
    assert {one.photo_id for one in told[:10]} == {f"p{number}" for number in range(50, 60)}


def test_a_deployment_that_is_away_ends_it(deployment, client):
    deployment.on(MANY, httpx.ConnectError("gone"))
    with pytest.raises(errors.Unreachable):
        client.render_many(["p0"], RECIPE)


def test_nothing_is_asked_for_nothing(deployment, client):
    assert client.render_many([], RECIPE) == []
    assert deployment.requests == []
