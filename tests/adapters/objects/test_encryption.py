import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.objects.encryption import (
    FRAME,
    TAG,
    Corrupt,
    Opener,
    Sealer,
    frames_in,
    new_key,
    sealed_size,
)

KEY = bytes(range(32))
SIZE = 2 * FRAME + 1000


def sealed(body, key=KEY):
    sealer = Sealer(key, len(body))
    into = memoryview(bytearray(FRAME + TAG))
    starts = range(0, max(1, len(body)), FRAME)
    return [bytes(sealer.seal(body[at : at + FRAME], into)) for at in starts]


BODY = os.urandom(SIZE)
FRAMES = sealed(BODY)


def opened(frames, size=SIZE, key=KEY):
    opener = Opener(key, size)
    if len(frames) != frames_in(size):
        raise Corrupt
    return b"".join(opener.open(number, frame) for number, frame in enumerate(frames))


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME])
def test_what_was_sealed_opens(size):
    body = os.urandom(size)
    frames = sealed(body)
    assert opened(frames, size) == body
    assert len(frames) == frames_in(size)
    assert sum(map(len, frames)) == sealed_size(size)


def test_frames_open_in_any_order():
    opener = Opener(KEY, SIZE)
    assert opener.open(2, FRAMES[2]) == BODY[2 * FRAME :]
    assert opener.open(0, FRAMES[0]) == BODY[:FRAME]


@given(st.integers(0, 1000 + TAG - 1), st.integers(1, 255))
def test_a_changed_byte_does_not_open(at, change):
    frame = bytearray(FRAMES[2])
    frame[at] ^= change
    with pytest.raises(Corrupt):
        Opener(KEY, SIZE).open(2, bytes(frame))


def test_frames_cannot_change_places():
    with pytest.raises(Corrupt):
        opened([FRAMES[1], FRAMES[0], FRAMES[2]])


def test_a_frame_cannot_be_dropped():
    with pytest.raises(Corrupt):
        opened([FRAMES[0], FRAMES[2]], FRAME + 1000)


def test_a_file_cannot_be_cut_off_between_frames():
    """Nor can the row that says the size be made to agree."""
    with pytest.raises(Corrupt):
        opened(FRAMES[:2], 2 * FRAME)
    with pytest.raises(Corrupt):
        opened(FRAMES[:1], FRAME)


def test_a_file_cannot_be_prolonged():
    with pytest.raises(Corrupt):
        opened([*FRAMES, FRAMES[2]], 3 * FRAME + 1000)


@pytest.mark.parametrize("kept", [0, TAG, 500])
def test_a_frame_cannot_be_cut_off(kept):
    with pytest.raises(Corrupt):
        opened([*FRAMES[:2], FRAMES[2][:kept]])


def test_another_key_opens_nothing():
    with pytest.raises(Corrupt):
        opened(FRAMES, key=bytes(32))


def test_the_same_bytes_look_different_in_every_object():
    assert new_key() != new_key()
    assert sealed(b"bytes", new_key()) != sealed(b"bytes", new_key())


def test_equal_frames_of_one_object_look_different():
    first, second = sealed(bytes(2 * FRAME))
    assert first != second


def test_a_frame_of_the_wrong_length_is_not_sealed():
    into = memoryview(bytearray(FRAME + TAG))
    with pytest.raises(ValueError, match="Frame 0 has 5 bytes"):
        Sealer(KEY, SIZE).seal(b"short", into)
    sealer = Sealer(KEY, 5)
    sealer.seal(b"bytes", into)
    with pytest.raises(ValueError, match="Frame 1"):
        sealer.seal(b"", into)
