"""`photohq users` and `photohq outbox`, on the data of a server that may be running."""

import json
from types import SimpleNamespace

import jwt
import pyotp
import pytest
from click.testing import CliRunner

from photohq.cli.main import main
from photohq.embedded.data_folder import DataFolder
from photohq.identity.refusals import NotAuthorized
from photohq.photos.errors import Unauthenticated
from photohq.settings import server as settings
from photohq.wiring import one_machine as wiring

ANN = "ann@example.com"
PASSWORD = "Correct-Horse-7"


@pytest.fixture
def environment(tmp_path):
    return {"PHOTOHQ_MASTER_KEY_FILE": str(tmp_path / "master.key")}


@pytest.fixture
def pool(tmp_path, environment):
    """The pool of a server on the same data, opened before the commands are called."""
    read = settings.read(environment, data=str(tmp_path / "data"))
    with wiring.user_pool(read, DataFolder(tmp_path / "data")) as pool:
        yield pool


@pytest.fixture
def photohq(tmp_path, environment, pool):
    def run(*words, typed="", data=tmp_path / "data", **changes):
        called = CliRunner(env=environment | changes).invoke(
            main, [*words, "--data", str(data)], input=typed
        )
        assert called.exception is None or isinstance(called.exception, SystemExit)
        return called

    return run


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return str(path)


def failed(called, sentence):
    assert (called.exit_code, called.stdout) == (2, "")
    assert called.stderr == f"Error: {sentence}\n"


def test_an_added_user_can_sign_in_at_once(photohq, pool, password_file):
    called = photohq("users", "add", "Ann@example.com", "--password-file", password_file)
    assert (called.exit_code, called.stdout) == (0, f"Added {ANN}\n")
    assert pool.sign_in.with_password(ANN, PASSWORD).access_token


def test_the_password_is_asked_for_twice_and_never_shown(photohq, pool, monkeypatch):
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("photohq.cli.passwords.sys", SimpleNamespace(stdin=terminal))
    called = photohq(
        "users", "add", ANN, typed=f"{PASSWORD}\nSomething-Else-7\n" + f"{PASSWORD}\n" * 2
    )
    assert called.exit_code == 0
    assert called.stdout.count("Password") == called.stdout.count("Once more") == 2
    assert PASSWORD not in called.output
    assert pool.sign_in.with_password(ANN, PASSWORD).access_token


def test_without_a_terminal_the_password_is_what_comes_in(photohq, pool):
    assert photohq("users", "add", ANN, typed=f"{PASSWORD}\n" * 2).exit_code == 0
    assert pool.sign_in.with_password(ANN, PASSWORD).access_token


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "There is no terminal to ask for the password on: use --password-file"),
        (f"{PASSWORD}\nSomething-Else-7\n", "The two passwords are not the same"),
    ],
)
def test_without_a_terminal_what_comes_in_has_to_be_a_password(photohq, typed, sentence):
    failed(photohq("users", "add", ANN, typed=typed), sentence)


def test_a_password_that_no_client_could_send_is_refused(photohq):
    called = photohq("users", "add", ANN, "--password-file", "-", typed="Pass w0rd!x")
    failed(called, "A password has no spaces")


def test_the_password_can_come_from_standard_input(photohq, pool):
    photohq("users", "add", ANN, "--password-file", "-", typed=f"{PASSWORD}\r\n")
    assert pool.sign_in.with_password(ANN, PASSWORD).access_token


def test_what_the_pool_refuses_is_one_sentence(photohq, password_file, tmp_path):
    def add(email, file=password_file):
        return photohq("users", "add", email, "--password-file", file)

    add(ANN)
    failed(add(ANN), "User already exists")
    weak = tmp_path / "weak"
    weak.write_text("short\n")
    failed(
        add("bob@example.com", str(weak)),
        "Password did not conform with policy: Password not long enough",
    )
    weak.write_text("aA1!" * 65)
    failed(add("bob@example.com", str(weak)), "A password has at most 256 characters")
    weak.write_bytes(b"\xff\xfe\xfd")
    failed(add("bob@example.com", str(weak)), f"The password in {weak} is not UTF-8 text")
    missing = str(tmp_path / "missing")
    failed(
        add("bob@example.com", missing),
        f"The password can't be read from {missing}: No such file or directory",
    )


@pytest.mark.parametrize(
    "name", ["ann", "ann@example", "änn@example.com", f"{'a' * 120}@b.example"]
)
def test_an_address_is_looked_at_before_the_password_is_asked_for(photohq, name):
    failed(photohq("users", "add", name), f"Not an email address: {name}")


def test_users_are_listed_for_people_and_for_programs(photohq, pool):
    assert photohq("users", "ls").stdout == ""
    assert json.loads(photohq("users", "ls", "--json").stdout) == []
    bob = pool.sign_up.sign_up("bob@example.com", PASSWORD)
    ann = pool.sign_up.add_confirmed(ANN, PASSWORD)
    pool.set_enabled(ANN, enabled=False)
    listed = json.loads(photohq("users", "ls", "--json").stdout)
    assert [set(user) for user in listed] == [
        {"email", "user_id", "status", "enabled", "created_at"}
    ] * 2
    assert [
        (user["email"], user["user_id"], user["status"], user["enabled"]) for user in listed
    ] == [
        (ANN, ann.sub, "confirmed", False),
        ("bob@example.com", bob.sub, "unconfirmed", True),
    ]
    lines = photohq("users", "ls").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        [ANN, "disabled"],
        ["bob@example.com", "unconfirmed"],
    ]
    assert "argon2" not in photohq("users", "ls", "--json").output


def test_a_disabled_user_is_out_of_a_running_server_at_once(photohq, pool):
    pool.sign_up.add_confirmed(ANN, PASSWORD)
    token = pool.sign_in.with_password(ANN, PASSWORD).access_token
    assert pool.caller(token)
    assert photohq("users", "disable", "Ann@Example.com").exit_code == 0
    with pytest.raises(Unauthenticated):
        pool.caller(token)
    with pytest.raises(NotAuthorized, match="User is disabled"):
        pool.sign_in.with_password(ANN, PASSWORD)
    assert photohq("users", "enable", ANN).exit_code == 0
    assert pool.sign_in.with_password(ANN, PASSWORD).access_token


def test_a_deleted_user_is_out_at_once_and_the_photos_are_to_go(photohq, pool):
    user = pool.sign_up.add_confirmed(ANN, PASSWORD)
    token = pool.sign_in.with_password(ANN, PASSWORD).access_token
    called = photohq("users", "delete", "Ann@Example.com")
    assert (called.exit_code, called.stdout) == (0, "Deleted Ann@Example.com\n")
    with pytest.raises(Unauthenticated):
        pool.caller(token)
    assert pool.users() == []
    assert pool.departures.pending() == [user.sub]


def test_a_lost_second_factor_is_taken_away(photohq, pool):
    pool.sign_up.add_confirmed(ANN, PASSWORD)
    token = pool.sign_in.with_password(ANN, PASSWORD).access_token
    app = pyotp.TOTP(pool.account.associate_app(token))
    pool.account.prove_app(token, app.now())
    pool.account.prefer_app(token, enabled=True)
    called = photohq("users", "reset-mfa", ANN)
    assert (called.exit_code, called.stdout) == (0, f"Took the second factor of {ANN} away\n")
    assert pool.sign_in.with_password(ANN, PASSWORD).access_token
    with pytest.raises(Unauthenticated):
        pool.caller(token)


def test_new_keys_sign_and_old_ones_still_verify(photohq, pool):
    pool.sign_up.add_confirmed(ANN, PASSWORD)
    old = pool.sign_in.with_password(ANN, PASSWORD).access_token
    before = {key["kid"] for key in pool.key_set()["keys"]}
    assert photohq("users", "rotate-keys").exit_code == 0
    new = pool.sign_in.with_password(ANN, PASSWORD).access_token
    assert jwt.get_unverified_header(old)["kid"] in before
    assert jwt.get_unverified_header(new)["kid"] not in before
    assert pool.caller(old) == pool.caller(new)
    assert before < {key["kid"] for key in pool.key_set()["keys"]}


@pytest.mark.parametrize("action", ["delete", "disable", "enable", "reset-mfa"])
def test_an_unknown_user_is_told(photohq, action):
    failed(photohq("users", action, ANN), f"There is no user {ANN}")


@pytest.mark.parametrize(
    "words",
    [
        ("users", "ls"),
        ("users", "delete", ANN),
        ("users", "disable", ANN),
        ("users", "reset-mfa", ANN),
        ("users", "rotate-keys"),
        ("users", "add", ANN),
        ("outbox",),
        ("outbox", "--latest-code", ANN),
    ],
    ids=" ".join,
)
def test_a_wrong_folder_is_told_and_not_made(photohq, tmp_path, words):
    wrong = tmp_path / "elsewhere"
    failed(photohq(*words, data=wrong), f"There is no Photo HQ data in {wrong}")
    assert not wrong.exists()


def test_a_wrong_master_key_is_told(photohq, tmp_path):
    called = photohq("users", "ls", PHOTOHQ_MASTER_KEY_FILE=str(tmp_path / "other.key"))
    assert (called.exit_code, called.stderr.count("\n")) == (2, 1)
    assert "PHOTOHQ_MASTER_KEY_FILE" in called.stderr


def test_a_database_that_can_not_be_read_is_told(photohq, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "photohq.db").write_bytes(b"not a database" * 500)
    called = photohq("users", "ls", data=broken)
    assert (called.exit_code, called.stderr.count("\n")) == (2, 1)
    assert "can't be opened" in called.stderr


def test_a_bad_setting_is_told(photohq):
    for words in (("users", "ls"), ("outbox",)):
        called = photohq(*words, PHOTOHQ_PORT="many")
        assert (called.exit_code, called.stderr.count("\n")) == (2, 1)


def test_the_newest_code_is_printed_alone(photohq, pool):
    pool.sign_up.sign_up(ANN, PASSWORD)
    pool.sign_up.resend_code(ANN)
    called = photohq("outbox", "--latest-code", "Ann@example.com")
    pool.sign_up.confirm(ANN, called.stdout.removesuffix("\n"))
    failed(
        photohq("outbox", "--latest-code", "bob@example.com"),
        "No code for bob@example.com is in the outbox",
    )


def test_mails_are_listed(photohq, pool):
    assert photohq("outbox").stdout == ""
    pool.sign_up.sign_up(ANN, PASSWORD)
    (line,) = photohq("outbox").stdout.splitlines()
    assert ANN in line
    assert "confirmation code" in line
