"""The `photohq` command against a deployed stack: API Gateway's stage, Cognito and S3 as they are
there."""

import json
import threading
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from tests.contract.deployment import eventually
from tests.contract.pictures import LEAST, stretched
from tests.contract.serving import run
from tests.imaging.pictures import ASCII, exif_app1, inserted, jpeg

from photohq.client import PhotoHQ
from photohq.client.errors import Stopped

PICTURE = inserted(jpeg(600, 400), exif_app1([(0x0110, ASCII, b"K-1\0")]))


class Home:
    """Somebody's machine: a home folder, and the command there."""

    def __init__(self, folder, user):
        self.folder = folder
        self.user = user
        self.password = folder / "password"
        self.password.write_text(f"{user.password}\n")

    def __call__(self, *words, code=0):
        """Calls the command, which ends with `code`; answers what it prints."""
        done = run(self.folder, *map(str, words))
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr if code else done.stdout

    def json(self, *words):
        return json.loads(self(*words, "--json"))

    def login(self):
        url, email = self.user.deployment.base_url, self.user.email
        address = ["--url", url, "--email", email, "--store", "file"]
        return self("login", *address, "--password-file", self.password)

    @property
    def session(self):
        return self.folder / ".config" / "photohq" / "sessions" / "default.json"


@pytest.fixture
def photohq(tmp_path, deployment):
    home = Home(tmp_path, deployment.new_user())
    home.login()
    return home


def outcomes(rows):
    return [row["outcome"] for row in rows]


def test_the_command_goes_the_whole_way(photohq):
    card = photohq.folder / "card"
    card.mkdir()
    first, second = card / "DSC_0001.JPG", card / "DSC_0002.JPG"
    for seed, path in enumerate((first, second)):
        path.write_bytes(stretched(PICTURE, LEAST, seed))

    sent = photohq.json("upload", card, "--tag", "card")
    assert outcomes(sent) == ["uploaded", "uploaded"]
    again = photohq.json("upload", card)
    assert outcomes(again) == ["there", "there"]
    ids = {Path(row["path"]).name: row["photo_id"] for row in sent}
    assert ids == {Path(row["path"]).name: row["photo_id"] for row in again}

    listed = photohq.json("ls")
    assert {photo["photo_id"] for photo in listed} == set(ids.values())
    photo_id = ids[first.name]
    photohq.user.settled(photo_id)
    info = photohq.json("info", first.name)
    assert (info["photo_id"], info["status"], info["tags"]) == (photo_id, "ready", ["card"])
    assert info["camera_info"] == {"model": "K-1"}

    for number, edit in enumerate((second, first), start=1):
        after = photohq.json("edit", first.name, edit, "--as-uploaded")
        assert after["edited"]["edit_count"] == number
    assert photohq.json("ls", "--edited")[0]["photo_id"] == photo_id

    out = photohq.folder / "out"
    photohq("download", first.name, "--original", out)
    assert (out / first.name).read_bytes() == first.read_bytes()
    photohq.user.settled(photo_id)
    newest, earlier, original = photohq.json("versions", first.name)
    assert (newest["is_current"], earlier["is_current"]) == (True, False)
    assert original["version_type"] == "original"
    photohq("restore", first.name, earlier["version_id"])
    photohq("download", first.name, "--edited", out)
    assert (out / second.name).read_bytes() == second.read_bytes()
    assert photohq.json("restore", first.name, "--original")["has_edited_version"] is False

    recipe = photohq.folder / "recipe.json"
    recipe.write_text('{"recipe": 1, "exposure": 0.5}')
    photohq("presets", "save", "50 % brighter", recipe)
    assert [preset["name"] for preset in photohq.json("presets", "ls")] == ["50 % brighter"]
    rendered = photohq.json("render", *ids.values(), "--preset", "50 % brighter")
    assert outcomes(rendered) == ["rendered", "rendered"]
    assert photohq.json("presets", "rm", "50 % brighter", "--yes")[0]["recipe"]["exposure"] == 0.5

    (tagged,) = photohq.json("tag", photo_id[:8], "--add", "sea", "--remove", "card")
    assert tagged["tags"] == ["sea"]
    deleted = photohq.json("rm", *ids.values(), "--yes")
    assert {one["photo_id"] for one in deleted} == set(ids.values())
    assert photohq.json("ls") == []


def test_a_session_is_renewed_by_cognito_and_ended_there(photohq):
    before = json.loads(photohq.session.read_text())
    photohq.session.write_text(json.dumps({**before, "expires_at": 0}))
    who = photohq.json("whoami")
    assert (who["email"], who["user_id"]) == (photohq.user.email, photohq.user.sub)
    assert who["url"] == photohq.user.deployment.base_url
    after = json.loads(photohq.session.read_text())
    assert after["access_token"] != before["access_token"]
    assert after["expires_at"] > 0

    photohq("logout")
    assert "photohq login" in photohq("ls", code=3)
    with pytest.raises(ClientError) as refused:
        photohq.user.deployment.refresh(before["refresh_token"])
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"


def test_a_token_that_is_refused_before_its_end_is_renewed(photohq):
    session = json.loads(photohq.session.read_text())
    broken = session["access_token"][:-8] + "AAAAAAAA"
    photohq.session.write_text(json.dumps({**session, "access_token": broken}))
    assert photohq.json("ls") == []
    assert json.loads(photohq.session.read_text())["access_token"] != broken


def test_a_wrong_password_is_said_in_a_sentence(photohq):
    photohq.password.write_text("Wrong-Horse-7")
    url, email = photohq.user.deployment.base_url, photohq.user.email
    said = photohq(
        "login", "--url", url, "--email", email, "--password-file", photohq.password, code=3
    )
    assert said.count("\n") == 1


def test_a_photo_that_changes_after_an_interruption_leaves_nothing_pending(deployment, tmp_path):
    user = deployment.new_user()
    file, memory, stop = tmp_path / "DSC_0001.JPG", tmp_path / "unfinished", threading.Event()
    with PhotoHQ(deployment.base_url, user.email, user.password) as client:
        file.write_bytes(stretched(PICTURE, LEAST, 1))
        with pytest.raises(Stopped):
            client.upload_many(
                [file], unfinished=memory, stop=stop, on_progress=lambda *_: stop.set()
            )
        (pending,) = client.photos()
        assert client.has_bytes(pending.photo_id) is False
        file.write_bytes(stretched(PICTURE, LEAST, 2))
        (done,) = client.upload_many([file], unfinished=memory)
        assert client.has_bytes(done.photo_id) is True
    assert eventually(lambda: user.listed_ids() == [done.photo_id])
    assert list(memory.glob("*.json")) == []
