import base64
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.photos import rules
from photohq.photos.errors import InvalidInput
from photohq.photos.keys import key_of, photo_of
from photohq.photos.photo import VersionType
from photohq.photos.rules import MIB, Limits

LIMITS = Limits()


@given(st.text(max_size=300))
def test_a_filename_that_is_kept_is_safe_wherever_it_goes(text):
    try:
        name = rules.filename(text, LIMITS)
    except InvalidInput:
        return
    assert unicodedata.is_normalized("NFC", name)
    assert 1 <= len(name) <= 255
    assert len(name.encode()) <= 512
    assert name.strip()
    assert name not in {".", ".."}
    assert not set(name) & set("/\\\0\n\r\u202e\u2066")
    key = key_of("u" * 36, VersionType.ORIGINAL, "p" * 36, name)
    assert len(key.encode()) <= 1024
    assert photo_of(key) == "p" * 36
    assert rules.filename(name, LIMITS) == name


@pytest.mark.parametrize(
    "name",
    ["", "   ", ".", "..", "../x.jpg", "a/b.jpg", "a\\b.jpg", "a\0.jpg", "a\nb.jpg", "a\x7f.jpg",
     "a\u202egpj.jpg", "a\u2066b.jpg", "a\u2028b.jpg", "\u200b", "\u200d", "a\u200bb.jpg",
     "x" * 256, "\U0001f600" * 200],
)  # fmt: skip
def test_a_filename_that_could_mislead_is_refused(name):
    with pytest.raises(InvalidInput) as refusal:
        rules.filename(name, LIMITS)
    assert [error.field for error in refusal.value.errors] == ["filename"]


@pytest.mark.parametrize(
    "name", ["a.jpg", "x" * 255, "日本.jpg", "👩‍👩‍👧.jpg", "a b (1).JPG", "%2e%2e"]
)
def test_an_ordinary_filename_is_kept_as_it_is(name):
    assert rules.filename(name, LIMITS) == name


def test_a_filename_is_kept_composed():
    assert rules.filename("e\u0301.jpg", LIMITS) == "é.jpg"


@pytest.mark.parametrize(
    ("size", "good"),
    [(5 * MIB - 1, False), (5 * MIB, True), (20 * MIB, True), (20 * MIB + 1, False), (-1, False)],
)
def test_an_original_has_5_to_20_mib(size, good):
    if good:
        assert rules.original_size(size, LIMITS) == size
        return
    with pytest.raises(InvalidInput, match="File size must be between 5MB and 20MB"):
        rules.original_size(size, LIMITS)


@pytest.mark.parametrize(("size", "good"), [(0, False), (1, True), (20 * MIB, True)])
def test_an_edit_has_1_byte_to_20_mib(size, good):
    if good:
        assert rules.edit_size(size, LIMITS) == size
        return
    with pytest.raises(InvalidInput, match="File size must be between 1 byte and 20MB"):
        rules.edit_size(size, LIMITS)


def test_the_sentence_tells_other_limits_too():
    with pytest.raises(InvalidInput, match="between 1000 bytes and 1MB"):
        rules.original_size(1, Limits(min_file_size=1000, max_file_size=MIB))


def test_the_misnomer_of_jpeg_is_put_right():
    assert rules.content_type("image/jpg", LIMITS) == "image/jpeg"


@pytest.mark.parametrize("media_type", ["image/png", "image/JPEG", "image/jpeg; q=1", "", "jpeg"])
def test_only_jpeg_is_accepted(media_type):
    with pytest.raises(InvalidInput, match="Only JPEG files are supported"):
        rules.content_type(media_type, LIMITS)


@given(st.binary(min_size=32, max_size=32))
def test_a_checksum_is_the_base64_of_32_bytes(digest):
    text = base64.b64encode(digest).decode()
    assert rules.checksum_sha256(text, LIMITS) == text


@given(st.one_of(st.text(), st.binary(max_size=64).map(lambda raw: base64.b64encode(raw).decode())))
def test_nothing_else_is_a_checksum(text):
    try:
        kept = rules.checksum_sha256(text, LIMITS)
    except InvalidInput:
        return
    assert len(base64.b64decode(kept, validate=True)) == 32


def test_tags_keep_their_order_and_duplicates_are_folded():
    assert rules.tags(["sea", "dawn", "sea"], LIMITS) == ("sea", "dawn")


@pytest.mark.parametrize(
    ("tags", "fields"),
    [
        ([f"tag{n}" for n in range(51)], ["tags"]),
        (["ok", "", "x" * 65], ["tags[1]", "tags[2]"]),
    ],
)
def test_tags_past_their_limits_are_named(tags, fields):
    with pytest.raises(InvalidInput) as refusal:
        rules.tags(tags, LIMITS)
    assert [error.field for error in refusal.value.errors] == fields


def test_a_position_off_the_globe_is_named_in_both_parts():
    with pytest.raises(InvalidInput) as refusal:
        rules.geolocation({"latitude": 91, "longitude": -181}, LIMITS)
    fields = [error.field for error in refusal.value.errors]
    assert fields == ["latitude", "longitude"]


def test_a_camera_has_short_texts_and_positive_numbers():
    with pytest.raises(InvalidInput) as refusal:
        rules.camera_info({"make": "x" * 256, "iso": 0, "aperture": 1e300}, LIMITS)
    fields = [error.field for error in refusal.value.errors]
    assert fields == ["make", "iso", "aperture"]
