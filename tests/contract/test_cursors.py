"""`last_evaluated_key`: opaque, and good only for the caller and the filter it was made for."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import expect
from .deployment import eventually

URL_SAFE = string.ascii_letters + string.digits + "-_"


@pytest.fixture(scope="module")
def walker(deployment):
    """A user with three photos, each with an edit."""
    user = deployment.new_user()
    for _ in range(3):
        user.edit_ticket(user.pending_photo(), file_size=999)
    assert eventually(lambda: len(user.listed_ids(version_type="edited")) == 3)
    return user


@pytest.fixture(scope="module")
def cursor(walker):
    return walker.listing(limit=1)["last_evaluated_key"]


def _continue(user, cursor, **query):
    return user.api.get("/photos", params={"last_evaluated_key": cursor, "limit": 1, **query})


def _refused(answer):
    expect.problem(answer, 400, "last_evaluated_key")


def test_a_cursor_is_url_safe(cursor):
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", cursor)


def test_a_cursor_continues_the_list(walker, cursor):
    page = expect.ok(_continue(walker, cursor, limit=100))
    assert [photo["photo_id"] for photo in page["photos"]] == walker.listed_ids()[1:]


def test_a_cursor_works_again(walker, cursor):
    assert _continue(walker, cursor).json()["photos"] == _continue(walker, cursor).json()["photos"]


def test_a_cursor_of_another_user_is_refused(bob, cursor):
    _refused(_continue(bob, cursor))


@pytest.mark.parametrize("made_for", [None, "edited"])
@pytest.mark.parametrize("used_for", [None, "original", "edited"])
def test_a_cursor_is_good_for_its_own_filter_only(walker, made_for, used_for):
    query = {"version_type": made_for} if made_for else {}
    cursor = walker.listing(limit=1, **query)["last_evaluated_key"]
    answer = _continue(walker, cursor, **({"version_type": used_for} if used_for else {}))
    if made_for == used_for:
        expect.ok(answer)
    else:
        _refused(answer)


def test_a_cursor_changed_in_any_character_is_refused(walker, cursor):
    for place, character in enumerate(cursor):
        other = "A" if character != "A" else "B"
        _refused(_continue(walker, cursor[:place] + other + cursor[place + 1 :]))


def test_no_other_last_character_will_do(walker, cursor):
    for last in URL_SAFE.replace(cursor[-1], ""):
        _refused(_continue(walker, cursor[:-1] + last))


def test_a_truncated_cursor_is_refused(walker, cursor):
    for length in range(1, len(cursor)):
        _refused(_continue(walker, cursor[:length]))


@pytest.mark.parametrize("tail", ["A", "=", "==", "\n", " ", ".", "%00", "\x00"])
def test_a_lengthened_cursor_is_refused(walker, cursor, tail):
    _refused(_continue(walker, cursor + tail))


@pytest.mark.parametrize(
    "made_up",
    [
        pytest.param("x", id="short"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="object"),
        pytest.param("e30", id="encoded-object"),
        pytest.param("\U0001f305", id="emoji"),
        pytest.param("A" * 4000, id="long"),
        pytest.param("../../etc/passwd", id="path"),
        pytest.param("' OR 1=1 --", id="sql"),
    ],
)
def test_a_made_up_cursor_is_refused(walker, made_up):
    _refused(_continue(walker, made_up))


def test_a_photo_id_is_no_cursor(walker):
    _refused(_continue(walker, walker.listed_ids()[0]))


@settings(max_examples=40, deadline=None, database=None)
@given(made_up=st.text(URL_SAFE, min_size=1, max_size=120))
def test_no_text_passes_for_a_cursor(walker, made_up):
    _refused(_continue(walker, made_up))


def test_a_cursor_outlives_the_photo_it_stands_on(alice):
    ids = [alice.pending_photo() for _ in range(3)][::-1]
    assert eventually(lambda: alice.listed_ids(limit=3) == ids)
    cursor = alice.listing(limit=2)["last_evaluated_key"]
    assert alice.api.delete(f"/photos/{ids[1]}").status_code == 200
    page = expect.ok(_continue(alice, cursor))
    assert [photo["photo_id"] for photo in page["photos"]] == ids[2:]
