"""`photohq login`, `logout`, `whoami`: who is signed in, and what lies on the disk of it."""

import datetime
import json
import stat
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import msgspec
import pyotp
import pytest

from photohq.client import PhotoHQ
from photohq.client.errors import IdentityRefused

from .conftest import PASSWORD


class _Secret(msgspec.Struct, rename="pascal"):
    secret_code: str


class _Nothing(msgspec.Struct):
    pass


def _now():
    return datetime.datetime.now(datetime.UTC)


def failed(called, code, *words):
    """Holds that a command ended with an exit code and one sentence, and showed nothing."""
    assert called.exit_code == code, called.output
    assert called.stdout == ""
    assert called.stderr.startswith("Error: ")
    assert "Traceback" not in called.stderr
    for word in words:
        assert str(word) in called.stderr


def session_file(home, name="default"):
    return home.folder / ".config" / "photohq" / "sessions" / f"{name}.json"


def everything_in(folder):
    return b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())


def test_a_session_is_begun_shown_and_ended(stranger):
    assert stranger.url in stranger.login().stdout
    shown = json.loads(stranger("whoami", "--json").stdout)
    assert (shown["email"], shown["url"], shown["profile"]) == (
        stranger.email,
        stranger.url,
        "default",
    )
    assert stranger.email in stranger("whoami").stdout
    tokens = json.loads(session_file(stranger).read_text())
    assert stranger("logout").exit_code == 0
    assert not session_file(stranger).exists()
    failed(stranger("whoami"), 3, "photohq login")
    with PhotoHQ(stranger.url) as client, pytest.raises(IdentityRefused, match="revoked"):
        client.users.refresh(tokens["refresh_token"])  # it is over on the server, too


def test_the_session_is_for_its_owners_eyes_and_the_password_is_kept_nowhere(photohq):
    mode = stat.S_IMODE(session_file(photohq).stat().st_mode)
    assert mode == 0o600
    assert stat.S_IMODE(session_file(photohq).parent.stat().st_mode) == 0o700
    photohq.password.unlink()
    assert PASSWORD.encode() not in everything_in(photohq.folder)


def test_the_second_login_asks_for_the_password_alone(photohq):
    photohq("logout")
    again = photohq("login", "--store", "file", given=f"{PASSWORD}\n")
    assert again.exit_code == 0, again.output
    assert PASSWORD not in again.output
    assert photohq("whoami").exit_code == 0


@pytest.mark.parametrize("store", ["auto", "keyring"])
def test_the_session_goes_into_the_keyring_where_there_is_one(stranger, store):
    kept = {}

    class Memory(keyring.backend.KeyringBackend):
        priority = 5

        def set_password(self, service, username, password):
            kept[service, username] = password

        def get_password(self, service, username):
            return kept.get((service, username))

        def delete_password(self, service, username):
            del kept[service, username]

    keyring.set_keyring(Memory())
    done = stranger.login("--store", store, "--json")
    assert json.loads(done.stdout)["store"] == "keyring"
    assert not session_file(stranger).exists()
    assert stranger("whoami").exit_code == 0
    token = json.loads(*kept.values())["refresh_token"]
    assert token.encode() not in everything_in(stranger.folder)
    assert stranger("logout").exit_code == 0
    assert kept == {}


def test_a_keyring_that_is_locked_is_said_or_done_without(stranger):
    locked = False

    class Locked(keyring.backend.KeyringBackend):
        priority = 5

        def set_password(self, service, username, password):
            pass

        def get_password(self, service, username):
            if locked:
                raise keyring.errors.KeyringLocked("It is locked")

        delete_password = get_password

    keyring.set_keyring(Locked())
    assert stranger.login("--store", "keyring").exit_code == 0
    locked = True
    failed(stranger("ls"), 2, "It is locked", "--store file")
    assert json.loads(stranger.login("--store", "auto", "--json").stdout)["store"] == "file"


def test_a_keyring_that_is_not_there_is_said(stranger):
    failed(stranger.login("--store", "keyring"), 2, "There is no keyring here")
    assert json.loads(stranger.login("--store", "auto", "--json").stdout)["store"] == "file"


def test_a_wrong_password_is_said(stranger):
    stranger.password.write_text("Wrong-Horse-7")
    failed(stranger.login(), 3, "Incorrect username or password")
    assert not session_file(stranger).exists()


def test_profiles_keep_accounts_apart(photohq):
    assert photohq.login("--profile", "work").exit_code == 0
    assert json.loads(photohq("whoami", "--profile", "work", "--json").stdout)["profile"] == "work"
    assert photohq("logout", "--profile", "work").exit_code == 0
    failed(photohq("ls", "--profile", "work"), 3)
    assert photohq("ls").exit_code == 0
    failed(photohq("ls", "--profile", "home"), 2, "There is no profile home", "default, work")
    failed(photohq("ls", "--profile", "../x"), 2, "../x")


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("photos.example.org", "http"),
        ("https://me:secret@photos.example.org", "leave out"),
        ("https://photos.example.org?token=1", "leave out"),
    ],
)
def test_a_url_is_a_place_and_nothing_more(stranger, url, word):
    done = stranger("login", "--url", url, "--email", "a@example.com", given="x\n")
    failed(done, 2, word)


def test_a_server_that_does_not_answer_has_an_exit_code_of_its_own(stranger, monkeypatch):
    monkeypatch.setattr("photohq.client.transport.Retries.pause", lambda *_: None)
    nowhere = ["--url", "http://127.0.0.1:9", "--email", "a@example.com"]
    failed(stranger("login", *nowhere, given="x\n"), 4, "No answer from http://127.0.0.1:9")


def test_a_renewed_session_is_kept(photohq):
    file = session_file(photohq)
    before = json.loads(file.read_text())
    file.write_text(json.dumps(before | {"expires_at": 0}))
    assert photohq("ls").exit_code == 0
    after = json.loads(file.read_text())
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] == before["refresh_token"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_session_that_is_over_says_how_to_begin_a_new_one(photohq):
    file = session_file(photohq)
    tokens = json.loads(file.read_text())
    with PhotoHQ(photohq.url) as client:
        client.users.revoke(tokens["refresh_token"])
    for words in (["ls"], ["whoami"], ["rm", "a.jpg", "--yes"]):
        failed(photohq(*words), 3, "photohq login")
    assert tokens["refresh_token"] not in photohq("ls").output


def test_a_session_file_that_is_broken_is_none(photohq):
    session_file(photohq).write_text("{")
    failed(photohq("ls"), 3, "photohq login")


@pytest.fixture
def with_second_factor(stranger, server):
    """The generator of codes of somebody whose account has a second factor."""
    with PhotoHQ(server.url, stranger.email, PASSWORD) as client:
        token = {"AccessToken": client.me() and client.tokens.access_token}
        call = client.users._call
        secret = call("AssociateSoftwareToken", _Secret, **token).secret_code
        codes = pyotp.TOTP(secret)
        call("VerifySoftwareToken", _Nothing, UserCode=codes.now(), **token)
        wanted = {"Enabled": True, "PreferredMfa": True}
        call("SetUserMFAPreference", _Nothing, SoftwareTokenMfaSettings=wanted, **token)
    return codes


def test_a_second_factor_is_asked_for(stranger, with_second_factor):
    words = ["--url", stranger.url, "--email", stranger.email, "--store", "file"]
    # A code is good once, so this is the next one.
    code = with_second_factor.generate_otp(with_second_factor.timecode(_now()) + 1)
    wrong = "000000" if code != "000000" else "111111"
    answers = f"{PASSWORD}\n{wrong}\n{code}\n"
    done = stranger("login", *words, given=answers)
    assert done.exit_code == 0, done.output
    assert code not in done.output
    assert json.loads(stranger("whoami", "--json").stdout)["second_factor"] is True
    failed(stranger("login", *words, given=f"{PASSWORD}\n"), 2, "no terminal")
