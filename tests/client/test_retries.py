import httpx
import pytest

from photohq.client import PhotoHQ, Retries, errors

from .stand_in import METADATA, ok, problem

LOOK = "GET /prod/photos/p1/metadata"
REMOVE = "DELETE /prod/photos/p1"
LOST = httpx.ReadError("lost")


@pytest.mark.parametrize(
    "trouble",
    [
        problem(429),
        problem(503),
        problem(502),
        LOST,
        httpx.ConnectError("no"),
        httpx.ReadTimeout(""),
    ],
    ids=["throttled", "unavailable", "bad gateway", "lost", "not connected", "slow"],
)
def test_what_time_heals_is_asked_again(deployment, client, trouble):
    deployment.on(LOOK, trouble, ok(METADATA))
    assert client.metadata("p1").photo_id == "p1"
    assert len(deployment.pauses) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 413, 500])
def test_what_time_does_not_heal_is_asked_once(deployment, client, status):
    deployment.on(LOOK, problem(status))
    with pytest.raises(errors.Refused):
        client.metadata("p1")
    assert len(deployment.asked(LOOK)) == 1


def test_pauses_grow_and_are_drawn_at_random(deployment):
    deployment.on(LOOK, problem(503))
    retries = Retries(attempts=5, first=1, most=4)
    with deployment.client(retries=retries) as client, pytest.raises(errors.Unavailable):
        client.metadata("p1")
    longest = [1, 2, 4, 4]
    assert len(deployment.pauses) == len(longest)
    for pause, most in zip(deployment.pauses, longest, strict=True):
        assert most / 2 <= pause <= most


def test_the_server_is_given_the_time_it_asks_for(deployment, client):
    deployment.on(LOOK, problem(429, headers={"Retry-After": "7"}), ok(METADATA))
    client.metadata("p1")
    assert deployment.pauses == [7]


def test_a_server_that_asks_for_too_much_is_not_waited_for(deployment, client):
    deployment.on(LOOK, problem(429, headers={"Retry-After": "900"}))
    with pytest.raises(errors.Throttled) as refused:
        client.metadata("p1")
    assert refused.value.retry_after == 900
    assert deployment.pauses == []


def test_the_last_refusal_tells_how_often_it_was_tried(deployment, client):
    deployment.on(LOOK, problem(503))
    with pytest.raises(errors.Unavailable) as refused:
        client.metadata("p1")
    assert refused.value.attempts == len(deployment.asked(LOOK)) == 3


def test_a_server_that_never_answers_is_unreachable(deployment, client):
    deployment.on(LOOK, LOST)
    with pytest.raises(errors.Unreachable, match=r"photos\.example\.com"):
        client.metadata("p1")
    assert len(deployment.asked(LOOK)) == 3


def test_a_photo_that_is_gone_after_a_lost_answer_was_deleted(deployment, client):
    deployment.on(REMOVE, LOST, problem(404))
    assert client.delete("p1").photo_id == "p1"


def test_a_photo_that_is_gone_at_the_first_attempt_is_not_found(deployment, client):
    deployment.on(REMOVE, problem(404))
    with pytest.raises(errors.NotFound):
        client.delete("p1")


def test_signing_up_is_not_repeated_when_the_answer_was_lost(deployment, client):
    deployment.on("SignUp", LOST)
    with pytest.raises(errors.Unreachable):
        client.users.sign_up("a@example.com", "secret")
    assert len(deployment.asked("SignUp")) == 1


def test_signing_up_is_repeated_when_it_never_got_there(deployment, client):
    deployment.on("SignUp", httpx.ConnectError("no"), ok({"UserSub": "u1"}))
    assert client.users.sign_up("a@example.com", "secret") == "u1"


@pytest.mark.parametrize("url", ["photos.example.com", "https://photos.example.com:x", ""])
def test_what_is_no_url_is_said_at_once(url):
    pauses = []
    with PhotoHQ(url, sleep=pauses.append) as client, pytest.raises(errors.Unreachable):
        client.config  # noqa: B018
    assert pauses == []
