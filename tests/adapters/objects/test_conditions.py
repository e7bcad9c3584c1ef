import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.entrypoints.conditions import Unsatisfiable, byte_range, http_date, precondition

MODIFIED = 1_800_000_000.75
ETAG = "abc"
SAME, EARLIER, LATER = (http_date(MODIFIED + seconds) for seconds in (0, -1, 1))


def ranged(value, size=10, **headers):
    return byte_range({"range": value, **headers}, size, ETAG, MODIFIED)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-", (2, 10)),
        ("bytes=2-999", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-999", (0, 10)),
        ("Bytes= 2-4 ", (2, 5)),
    ],
)
def test_one_range_is_served(value, part):
    assert ranged(value) == part


@pytest.mark.parametrize(
    "value",
    ["bytes=0-1,3-4", "bytes=4-2", "bytes=-", "bytes=a-b", "bytes", "", "lines=1-2", "bytes=1",
     "bytes=--1", "bytes=0-" + "9" * 5000, "bytes=²-3"],
)  # fmt: skip
def test_everything_else_asks_for_the_whole(value):
    assert ranged(value) is None


@pytest.mark.parametrize("value", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_outside_is_said_so(value):
    with pytest.raises(Unsatisfiable):
        ranged(value)


@given(st.text(max_size=30))
def test_no_range_breaks_anything(value):
    try:
        part = ranged(f"bytes={value}")
    except Unsatisfiable:
        return
    assert part is None or 0 <= part[0] < part[1] <= 10


@pytest.mark.parametrize(
    ("value", "holds"),
    [('"abc"', True), ('"other"', False), ('W/"abc"', False), (SAME, True), (LATER, False),
     (EARLIER, False), ("rubbish", False)],
)  # fmt: skip
def test_if_range_wants_the_same_file(value, holds):
    assert ranged("bytes=2-4", **{"if-range": value}) == ((2, 5) if holds else None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"if-none-match": '"abc"'}, 304),
        ({"if-none-match": 'W/"abc"'}, 304),
        ({"if-none-match": '"x", "abc"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"x"'}, 200),
        ({"if-match": '"abc"'}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": '"x"'}, 412),
        ({"if-match": 'W/"abc"'}, 412),
        ({"if-modified-since": SAME}, 304),
        ({"if-modified-since": LATER}, 304),
        ({"if-modified-since": EARLIER}, 200),
        ({"if-modified-since": "rubbish"}, 200),
        ({"if-unmodified-since": SAME}, 200),
        ({"if-unmodified-since": EARLIER}, 412),
        ({"if-unmodified-since": "rubbish"}, 200),
        # Tags are exact, and go before times (RFC 9110, section 13.2.2).
        ({"if-none-match": '"x"', "if-modified-since": LATER}, 200),
        ({"if-match": '"abc"', "if-unmodified-since": EARLIER}, 200),
        ({"if-match": '"x"', "if-none-match": '"abc"'}, 412),
    ],
)
def test_preconditions(headers, status):
    assert precondition(headers, ETAG, MODIFIED) == status


@given(st.text(max_size=40))
def test_no_precondition_breaks_anything(value):
    names = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")
    for name in names:
        assert precondition({name: value}, ETAG, MODIFIED) in {200, 304, 412}
