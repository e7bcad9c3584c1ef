import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.catalog.port import PageKey
from photohq.operations import cursors
from photohq.photos.errors import InvalidInput

KEYS = st.builds(
    PageKey, created_at=st.text(min_size=1, max_size=30), photo_id=st.text(min_size=1, max_size=40)
)
NAMES = st.text(max_size=10)


@given(KEYS, NAMES, NAMES)
def test_a_cursor_is_read_back_and_fits_a_url(key, user, kind):
    cursor = cursors.encode(key, user, kind)
    assert cursors.decode(cursor, user, kind) == key
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursor.isascii()


@given(KEYS, st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES))
def test_a_cursor_is_good_for_its_caller_and_filter_only(key, mine, other):
    if mine != other:
        with pytest.raises(InvalidInput):
            cursors.decode(cursors.encode(key, *mine), *other)


@given(KEYS, st.data())
def test_an_altered_cursor_is_refused(key, data):
    cursor = cursors.encode(key, "user", "")
    at = data.draw(st.integers(0, len(cursor) - 1))
    put = data.draw(st.sampled_from(["", "A", "z", "_", "=", "é", cursor[at] * 2]))
    altered = cursor[:at] + put + cursor[at + 1 :]
    if altered != cursor:
        with pytest.raises(InvalidInput):
            cursors.decode(altered, "user", "")


@given(st.text())
def test_any_other_text_is_refused(text):
    with pytest.raises(InvalidInput):
        cursors.decode(text, "user", "")


@pytest.mark.parametrize("part", ["", "x" * 5000])
def test_a_forged_cursor_names_no_key_that_could_not_be(part):
    """The check is no secret: what it binds has to be possible, too."""
    for key in (PageKey(created_at=part, photo_id="p"), PageKey(created_at="t", photo_id=part)):
        with pytest.raises(InvalidInput):
            cursors.decode(cursors.encode(key, "user", ""), "user", "")
