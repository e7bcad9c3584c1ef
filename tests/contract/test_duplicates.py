"""`on_duplicate`: whether a file that the caller has already is uploaded again."""

import base64
import hashlib

import pytest

from . import expect
from .deployment import eventually
from .pictures import LEAST, jpeg


class File:
    """A picture of a test's own, and what an upload of it says."""

    def __init__(self, seed):
        self.seed = seed
        self.content = jpeg(LEAST, seed)
        self.checksum = base64.b64encode(hashlib.sha256(self.content).digest()).decode()

    def asked(self, user, **changes):
        return user.upload_ticket(file_size=LEAST, checksum_sha256=self.checksum, **changes)

    def stored(self, user, **changes):
        """The id of a photo of the user's whose bytes have arrived."""
        return user.upload(seed=self.seed, **changes).id

    def returned(self, user):
        return self.asked(user, on_duplicate="return")


def _is_new(ticket, *photos):
    """A ticket as every upload gets it, for a photo that is none of these."""
    assert ticket["photo_id"] not in photos
    expect.absolute(ticket["upload_url"])
    assert ticket["status"] == "pending_upload"
    assert not ticket.get("duplicate")


def _is_duplicate(answer, photo_id):
    assert answer["photo_id"] == photo_id
    assert answer["duplicate"] is True
    assert "upload_url" not in answer


@pytest.fixture(scope="module")
def known():
    return File(seed=91)


@pytest.fixture(scope="module")
def there(alice, known):
    """A photo of alice's, uploaded with its checksum. Only for looking at."""
    photo_id = known.stored(alice, checksum_sha256=known.checksum)
    alice.settled(photo_id)
    return photo_id


def test_return_answers_the_photo_that_is_there(alice, known, there):
    _is_duplicate(known.returned(alice), there)


def test_return_answers_it_again_and_again(alice, known, there):
    for _ in range(3):
        _is_duplicate(known.returned(alice), there)


def test_return_makes_no_photo_and_changes_none(alice, known, there):
    marker = alice.pending_photo()
    assert eventually(lambda: marker in alice.listed_ids(limit=100))
    before = alice.metadata(there)
    known.asked(alice, on_duplicate="return", filename="new.jpg", tags=["new"], description="New")
    later = alice.pending_photo()
    assert eventually(lambda: later in alice.listed_ids(limit=100))
    newest = alice.listed_ids(limit=2)
    assert newest == [later, marker]
    assert expect.lasting(alice.metadata(there)) == expect.lasting(before)


def test_the_name_does_not_matter(alice, known, there):
    answer = known.asked(alice, on_duplicate="return", filename="another.jpg")
    _is_duplicate(answer, there)
    assert alice.metadata(there)["original"]["filename"] == "vacation.jpg"


@pytest.mark.parametrize("changes", [{"on_duplicate": "allow"}, {}], ids=["allow", "default"])
def test_allow_makes_a_photo_of_its_own(alice, known, there, changes):
    _is_new(known.asked(alice, **changes), there)


def test_another_file_is_no_duplicate(alice, there):
    _is_new(File(seed=92).returned(alice), there)


def test_without_a_checksum_there_is_nothing_to_compare(alice, there):
    _is_new(alice.upload_ticket(file_size=LEAST, on_duplicate="return"), there)


def test_bytes_that_have_not_arrived_do_not_count(alice):
    file = File(seed=93)
    first = file.asked(alice)["photo_id"]
    second = file.returned(alice)
    _is_new(second, first)
    _is_new(file.returned(alice), first, second["photo_id"])


def test_a_photo_counts_from_its_arrival_on(alice, deployment):
    file = File(seed=94)
    ticket = file.returned(alice)
    assert deployment.put(ticket, file.content).status_code == 200
    photo_id = ticket["photo_id"]
    assert eventually(lambda: alice.metadata(photo_id)["status"] in expect.ARRIVED)
    _is_duplicate(file.returned(alice), photo_id)


def test_bytes_that_were_refused_do_not_count(alice, deployment):
    file = File(seed=95)
    ticket = file.asked(alice)
    assert deployment.put(ticket, jpeg(LEAST, seed=96)).status_code == 400
    _is_new(file.returned(alice), ticket["photo_id"])


def test_a_photo_uploaded_without_a_checksum_counts_where_one_is_computed(alice):
    file = File(seed=97)
    photo_id = file.stored(alice)
    shown = alice.settled(photo_id)["original"].get("checksum_sha256")
    if shown is None:
        pytest.skip("no checksum is computed here")
    assert shown == file.checksum
    _is_duplicate(file.returned(alice), photo_id)


def test_another_users_photo_is_never_answered(bob, known, there):
    _is_new(known.returned(bob), there)


def test_each_user_is_answered_their_own(alice, bob, known, there):
    theirs = known.stored(bob, checksum_sha256=known.checksum)
    _is_duplicate(known.returned(bob), theirs)
    _is_duplicate(known.returned(alice), there)


@pytest.mark.parametrize("purge", [False, True], ids=["deleted", "purged"])
def test_a_deleted_photo_no_longer_counts(alice, purge):
    file = File(seed=98 + purge)
    photo_id = file.stored(alice, checksum_sha256=file.checksum)
    _is_duplicate(file.returned(alice), photo_id)
    expect.ok(alice.api.delete(f"/photos/{photo_id}", params={"purge": str(purge).lower()}))
    _is_new(file.returned(alice), photo_id)


@pytest.mark.parametrize("deleted", [0, 1], ids=["the-first", "the-second"])
def test_the_twin_of_a_deleted_photo_still_counts(alice, deleted):
    file = File(seed=100 + deleted)
    twins = [file.stored(alice, checksum_sha256=file.checksum) for _ in range(2)]
    assert file.returned(alice)["photo_id"] in twins
    gone = twins.pop(deleted)
    expect.ok(alice.api.delete(f"/photos/{gone}"))
    _is_duplicate(file.returned(alice), twins[0])
    expect.ok(alice.api.delete(f"/photos/{twins[0]}"))
    _is_new(file.returned(alice), gone, twins[0])


def test_an_edit_leaves_the_original_known(alice):
    file = File(seed=102)
    photo_id = file.stored(alice, checksum_sha256=file.checksum)
    alice.edit(photo_id, jpeg(300))
    alice.patched(photo_id, {"rating": 5})
    _is_duplicate(file.returned(alice), photo_id)


def test_a_duplicate_is_answered_again_by_its_key(alice, known, there):
    body = {
        "filename": "vacation.jpg",
        "content_type": "image/jpeg",
        "file_size": LEAST,
        "checksum_sha256": known.checksum,
        "on_duplicate": "return",
    }
    for _ in range(2):
        answer = alice.send("POST", "/photos/upload", body, **{"Idempotency-Key": "again"})
        _is_duplicate(expect.ok(answer), there)


def test_a_ticket_asked_again_by_its_key_is_no_duplicate_of_itself(alice, deployment):
    file = File(seed=103)
    body = {
        "filename": "vacation.jpg",
        "content_type": "image/jpeg",
        "file_size": LEAST,
        "checksum_sha256": file.checksum,
        "on_duplicate": "return",
    }
    headers = {"Idempotency-Key": file.checksum}
    ticket = expect.ok(alice.send("POST", "/photos/upload", body, **headers))
    photo_id = ticket["photo_id"]
    assert deployment.put(ticket, file.content).status_code == 200
    assert eventually(lambda: alice.metadata(photo_id)["status"] in expect.ARRIVED)
    again = expect.ok(alice.send("POST", "/photos/upload", body, **headers))
    assert again["photo_id"] == photo_id
    _is_new(again)
    _is_duplicate(file.returned(alice), photo_id)


def test_a_duplicate_has_the_tag_of_its_photo(alice, known, there):
    answer = alice.ask_upload(
        file_size=LEAST, checksum_sha256=known.checksum, on_duplicate="return"
    )
    _is_duplicate(expect.ok(answer), there)
    assert expect.etag(answer) == alice.tag(there)


@pytest.mark.parametrize(
    "value",
    ["", "maybe", "Return", "ALLOW", " return", 7, True, False, [], ["return"], {}],
    ids=repr,
)
def test_another_value_is_refused(visitor, value):
    expect.problem(visitor.ask_upload(on_duplicate=value), 400, "on_duplicate")
    assert visitor.listed_ids() == []


@pytest.mark.parametrize(
    ("field", "value"), [("filename", ""), ("content_type", "image/png"), ("file_size", 1)]
)
def test_a_bad_upload_is_refused_though_its_file_is_there(alice, known, there, field, value):
    changes = {
        "file_size": LEAST,
        "checksum_sha256": known.checksum,
        "on_duplicate": "return",
        field: value,
    }
    expect.problem(alice.ask_upload(**changes), 400, field)
