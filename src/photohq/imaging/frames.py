"""What a worker and whoever started it say to each other: messages with their lengths before.

The other side of a picture's decoder may have been taken over by the picture: nothing that comes
from it is believed unread.
"""

import socket
import struct

import msgspec

from photohq.imaging.port import Carried, Drawn, RenditionFile
from photohq.photos.geometry import Size
from photohq.photos.pictures import Facts, Matrix, Picture, Reason
from photohq.photos.recipe import Recipe

_LENGTH = struct.Struct(">I")
MAX_FRAME = 64 * 1024 * 1024


class Started(msgspec.Struct, frozen=True, tag=True):
    """The worker can work, or says what is wrong with its plan."""

    problem: str | None = None


class Process(msgspec.Struct, frozen=True, tag=True):
    """Read the file, and make its renditions."""


class Render(msgspec.Struct, frozen=True, tag=True):
    """Carry a recipe out on the file."""

    recipe: Recipe
    quality: int


class Preview(msgspec.Struct, frozen=True, tag=True):
    """Show a recipe on the file, which is a rendition of a larger picture, in sRGB."""

    recipe: Recipe
    full: Size
    to_srgb: Matrix | None
    long_edge: int


class Frame(msgspec.Struct, frozen=True, tag=True):
    """Fit the file into a frame."""

    size: Size


class Carry(msgspec.Struct, frozen=True, tag=True):
    """Give the second of two files back what it lacks of the first one's metadata; the first has so
    many bytes."""

    first: int


Drawing = Render | Preview | Frame
Task = Process | Carry | Drawing


class Job(msgspec.Struct, frozen=True, tag=True):
    """What is to be done with a file of so many bytes, which follows."""

    length: int
    task: Task


class Made(msgspec.Struct, frozen=True, tag=True):
    """What a picture turned out to be."""

    picture: Picture
    facts: Facts
    files: list[RenditionFile]


class Shown(msgspec.Struct, frozen=True, tag=True):
    """A file that was made of another one."""

    drawn: Drawn


class Spliced(msgspec.Struct, frozen=True, tag=True):
    """A file with metadata of another one."""

    carried: Carried


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The picture can't be had; the worker can go on."""

    reason: Reason


Answer = Started | Made | Shown | Spliced | Refused
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_encoder = msgspec.msgpack.Encoder()


def send(connection: socket.socket, message: msgspec.Struct) -> None:
    """Send a message; raises OSError."""
    data = _encoder.encode(message)
    connection.sendall(_LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> bytes:
    """Wait for a message's bytes; raises EOFError at the end, OSError, ValueError when too long."""
    (length,) = _LENGTH.unpack(receive_exactly(connection, _LENGTH.size))
    if length > MAX_FRAME:
        raise ValueError("A message is longer than any may be")
    return bytes(receive_exactly(connection, length))


def answer(connection: socket.socket) -> Answer:
    """Wait for what a worker says; raises EOFError, OSError, ValueError."""
    return _answers.decode(receive(connection))


def receive_exactly(connection: socket.socket, length: int) -> bytearray:
    """Wait for so many bytes; raises EOFError where they end before, MemoryError."""
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        count = connection.recv_into(rest)
        if count == 0:
            raise EOFError
        rest = rest[count:]
    rest.release()
    return data
