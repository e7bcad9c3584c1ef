"""Clients of the first public version: what they ask is answered as they know it.

`first_version.json` holds the requests that those clients make and, of each answer, the fields that
they read. A field must be there, of the same JSON type and of the same kind (a time, a URL, an id);
where it is `fixed`, of the very value. New fields may stand beside.
"""

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest

from . import expect
from .deployment import eventually
from .pictures import LEAST, jpeg

RECORDED = json.loads(Path(__file__).with_name("first_version.json").read_text())
EXCHANGES = RECORDED["exchanges"]  # each by itself
LIFE = RECORDED["life"]  # one after the other
EDIT = {"filename": "vacation-edited.jpg", "content_type": "image/jpeg"}
KINDS = [  # of text, by how it looks there
    (re.compile(r"\d{4}-\d\d-\d\dT.*"), expect.timestamp),
    (re.compile(r"https?://.*"), expect.absolute),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), expect.uuid),
]


class Album:
    """A user who has a photo of each sort that the requests name; another changes theirs."""

    def __init__(self, user, other):
        self.user = user
        self.other = other
        edited = user.upload().id
        user.edit(edited, jpeg(40_000), **EDIT)
        plain = user.pending_photo()
        described = user.pending_photo(**_described())
        self._named = {
            "edited": lambda: edited,
            "plain": lambda: plain,
            "described": lambda: described,
            "fresh": other.pending_photo,
            "fresh_edited": self._fresh_edited,
            "theirs": other.pending_photo,
            "unknown": lambda: str(uuid4()),
            "cursor": lambda: user.listing(limit=1)["last_evaluated_key"],
        }

    def named(self, name):
        """What a name in braces stands for in a request's path."""
        return self._named[name]()

    def asking(self, path):
        """Who asks: what makes or deletes photos is asked by the other, so that lists stay."""
        return self.other if "{fresh" in path or path == "/photos/upload" else self.user

    def _fresh_edited(self):
        photo_id = self.other.pending_photo()
        self.other.edit(photo_id, jpeg(300), **EDIT)
        return photo_id


def _described():
    """What a client of the first version may say of a photo."""
    (found,) = (each for each in EXCHANGES if each["name"] == "upload of a described photo")
    return found["request"]["body"]


@pytest.fixture(scope="module")
def album(deployment, alice):
    made = Album(deployment.new_user(), alice)
    assert eventually(lambda: len(made.user.listed_ids()) == 3)
    assert eventually(lambda: len(made.user.listed_ids(version_type="original")) == 2)
    return made


def _replay(album, request):
    """The answer to a request, and what the placeholders of its answer stand for."""
    user = album.asking(request["path"])
    found = re.search(r"\{(\w+)\}", request["path"])
    path, known = request["path"], {"user_id": user.sub}
    if found:
        value = album.named(found[1])
        path = path.replace(found[0], value)
        if path.startswith(f"/photos/{value}"):
            known["photo_id"] = value
    headers = {}
    if request.get("token") != "none":
        token = "no.token.atall" if request.get("token") else user.tokens["AccessToken"]
        headers["Authorization"] = f"Bearer {token}"
    content = None
    if "body" in request:
        headers["Content-Type"] = "application/json"
        content = json.dumps(request["body"]).encode()
    anonymous = user.deployment.anonymous
    return anonymous.request(request["method"], path, content=content, headers=headers), known


def _like(recorded, seen, where="answer"):
    """All that they read is there, with its JSON type and its kind."""
    if isinstance(recorded, dict):
        assert isinstance(seen, dict), where
        for name, value in recorded.items():
            assert name in seen, f"{where}.{name} is missing"
            _like(value, seen[name], f"{where}.{name}")
    elif isinstance(recorded, list):
        assert isinstance(seen, list), where
        assert bool(seen) or not recorded, f"{where} is empty"
        for number, value in enumerate(seen):
            if recorded:
                _like(recorded[0], value, f"{where}.{number}")
    elif isinstance(recorded, str):
        assert isinstance(seen, str), where
        for pattern, check in KINDS:
            if pattern.fullmatch(recorded):
                check(seen)
    elif isinstance(recorded, bool) or recorded is None:
        assert type(seen) is type(recorded), where
    else:
        assert isinstance(seen, int | float), where
        assert not isinstance(seen, bool), where


def _at(value, path):
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _filled(value, known):
    """A recorded value with its placeholders filled."""
    if isinstance(value, dict):
        return {name: _filled(part, known) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, known) for part in value]
    if not isinstance(value, str):
        return value
    if alone := re.fullmatch(r"\{(\w+)\}", value):
        return known[alone[1]]
    return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], value)


def _take(user, step, known):
    """Takes one step of the photo's life; adds to `known` what the answer is kept for."""
    request, name = step["request"], step["name"]
    path, body = _filled(request["path"], known), _filled(request.get("body"), known)
    if path.startswith("/"):
        answer = user.api.request(request["method"], path, json=body)
    else:
        headers = _filled(request.get("headers"), known)
        content = _filled(request.get("bytes"), known)
        answer = user.deployment.bytes.request(
            request["method"], path, content=content, headers=headers
        )
    assert answer.status_code == step["status"], f"{name}: {answer.text[:500]}"
    if "bytes" in step:
        assert answer.content == _filled(step["bytes"], known), name
    if "answer" not in step:
        return
    seen = answer.json()
    _like(step["answer"], seen, name)
    for kept, where in step.get("keep", {}).items():
        known[kept] = _at(seen, where)
    for where in step["fixed"]:
        assert _at(seen, where) == _filled(_at(step["answer"], where), known), f"{name}: {where}"
    for where in step.get("contains", []):
        for part in _filled(_at(step["answer"], where), known):
            assert part in _at(seen, where), f"{name}: {where}"


def _is_as_ever(user, step, known):
    try:
        _take(user, step, known)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize(
    "exchange",
    [pytest.param(each, id=each["name"].replace(" ", "-")) for each in EXCHANGES],
)
def test_a_recorded_request_is_answered_as_ever(album, exchange):
    answer, known = _replay(album, exchange["request"])
    assert answer.status_code == exchange["status"], answer.text[:500]
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type.startswith("application/")
    assert media_type.endswith("json")
    seen = answer.json()
    _like(exchange["answer"], seen)
    known.setdefault("photo_id", seen.get("photo_id", ""))
    for path in exchange["fixed"]:
        if path == "photo_id":
            assert seen["photo_id"] == known["photo_id"]
        else:
            assert _at(seen, path) == _filled(_at(exchange["answer"], path), known), path


def test_every_core_operation_is_recorded():
    operations = {
        (each["request"]["method"], re.sub(r"\{\w+\}", "{}", each["request"]["path"]).split("?")[0])
        for each in EXCHANGES
        if each["status"] == 200
    }
    assert operations == {
        ("POST", "/photos/upload"),
        ("GET", "/photos/{}"),
        ("GET", "/photos"),
        ("PUT", "/photos/{}/edit"),
        ("DELETE", "/photos/{}"),
        ("GET", "/photos/{}/metadata"),
    }


def test_the_life_of_a_photo_is_answered_as_ever(deployment):
    """From upload to delete, each request with the ids, URLs and cursors that answers gave."""
    user = deployment.new_user()
    known = {
        "user_id": user.sub,
        "original": jpeg(LEAST, seed=121),
        "edited": jpeg(40_000, seed=122),
    }
    for step in LIFE:
        if step["request"]["method"] == "GET":
            eventually(lambda step=step: _is_as_ever(user, step, dict(known)))
        _take(user, step, known)


def test_a_list_is_walked_to_its_end(album):
    """Page by page, as long as `has_more`, with `last_evaluated_key` as it came."""
    seen, query = [], {"limit": 2}
    while True:
        page = album.user.listing(**query)
        assert page["count"] == len(page["photos"])
        seen += [photo["photo_id"] for photo in page["photos"]]
        if not page["has_more"]:
            break
        query["last_evaluated_key"] = page["last_evaluated_key"]
    assert seen == album.user.listed_ids()
    assert len(set(seen)) == len(seen) == 3
