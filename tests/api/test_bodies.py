import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.api import bodies
from photohq.api.bodies import MalformedBody

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(JSON)
def test_what_is_json_is_read(value):
    assert bodies.parse(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_what_is_not_is_refused_and_nothing_else_happens(raw):
    with contextlib.suppress(MalformedBody):
        json.dumps(bodies.parse(raw), allow_nan=False).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nope", b"{'a': 1}", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e999}',
        b'{"a": 1, "a": 2}', b'[{"b": {"a": 1, "a": 1}}]', '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}", b'{"a": "\\ud800"}', b'{"\\udc00": 1}', b"\xff\xfe", b'{"a": 1} x',
        b"[" * 33 + b"]" * 33, b"[" * 100_000, b'{"a":' * 500_000, b"9" * 10_000,
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)  # fmt: skip
def test_a_body_that_two_readers_could_understand_differently_is_refused(body):
    with pytest.raises(MalformedBody):
        bodies.parse(body)


@pytest.mark.parametrize("number", [b"9" * 5000, b"-" + b"9" * 5000, b"1e999"])
def test_a_number_that_is_too_large_is_named_as_that(number):
    with pytest.raises(MalformedBody, match="A number is too large"):
        bodies.parse(b'{"a": ' + number + b"}")


def test_32_levels_are_enough():
    assert bodies.parse(b"[" * 32 + b"]" * 32)


def test_duplicates_are_named():
    with pytest.raises(MalformedBody) as refusal:
        bodies.parse(b'{"a": 1, "b": 2, "a": 3}')
    assert [error.field for error in refusal.value.errors] == ["a"]
