"""What the commands of an administrator answer to programs."""

import json

import pytest
from click.testing import CliRunner

from photohq.cli.main import main
from photohq.imaging import samples


@pytest.fixture
def photohq(server, pool):
    """Calls a command on the running server's data; answers the JSON that it prints."""
    environment = {"PHOTOHQ_MASTER_KEY_FILE": str(server.folder / "master.key")}

    def call(*words, given=None):
        words = [*map(str, words), "--json", "--data", str(server.data)]
        called = CliRunner(env=environment).invoke(main, words, input=given)
        assert called.exit_code == 0, called.output
        return json.loads(called.stdout)

    return call


def without_data(*words):
    called = CliRunner().invoke(main, [*map(str, words), "--json"])
    assert called.exit_code == 0, called.output
    return json.loads(called.stdout)


def test_who_was_added_and_who_is_there(photohq):
    email = "json@example.com"
    added = photohq("users", "add", email, "--password-file", "-", given="Correct-Horse-7")
    (listed,) = [user for user in photohq("users", "ls") if user["email"] == email]
    assert listed["user_id"] == added["user_id"]
    assert (listed["status"], listed["enabled"]) == ("confirmed", True)


def test_mails_and_their_codes(photohq, pool):
    email = "waiting@example.com"
    pool.sign_up.sign_up(email, "Correct-Horse-7")
    (mail,) = [mail for mail in photohq("outbox") if mail["to"] == email]
    assert set(mail) == {"sent_at", "to", "subject", "refused"}
    code = photohq("outbox", "--latest-code", email)["code"]
    assert code not in json.dumps(mail)
    pool.sign_up.confirm(email, code)


def test_jobs_and_what_is_processed_again(photohq):
    assert photohq("jobs", "ls") == photohq("jobs", "retry") == []
    email = "empty@example.com"
    photohq("users", "add", email, "--password-file", "-", given="Correct-Horse-7")
    assert photohq("reprocess", "--user", email) == {"photos": 0}


def test_samples_that_were_made(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "WORKING_EDGE", 240)
    (made,) = without_data("samples", tmp_path, "--count", 1)
    (file,) = tmp_path.iterdir()
    assert (made["path"], made["file_size"]) == (str(file), file.stat().st_size)
    assert made["width"] > 1_000


def test_what_a_month_costs():
    bill = without_data("cost", "--photos", 20_000, "--users", 500)
    assert bill["dollars"] == pytest.approx(sum(one["dollars"] for one in bill["services"]))
    assert bill["dollars_with_nothing_free"] >= bill["dollars"] > 0
    assert all(one["items"] for one in bill["services"])
