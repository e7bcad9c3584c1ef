from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from photohq.photos.times import iso

MOMENTS = st.floats(min_value=0, max_value=4_000_000_000)


@given(MOMENTS)
def test_a_time_is_written_to_the_millisecond_in_utc(seconds):
    text = iso(seconds)
    assert len(text) == len("2026-11-24T10:01:11.123Z")
    assert text.endswith("Z")
    assert abs(datetime.fromisoformat(text).timestamp() - seconds) < 0.0011


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_times_do(one, other):
    if one < other:
        assert iso(one) <= iso(other)
