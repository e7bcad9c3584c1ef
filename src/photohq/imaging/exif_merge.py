"""EXIF that an edited file has kept a part of, with what it lacks of its original's.

Nothing that stands in the edited file's TIFF structure is moved: directories that grow are written
anew behind it, so that every offset in it stays true, those in a maker's own notes too.
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ENTRY = 12
_UNITS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 1, 7: 1, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4}
"""Bytes of the numbers of TIFF's types: what is turned round for another byte order."""
_NUMBERS = {5: 2, 10: 2}
"""Of those that are a fraction."""
_ASCII, _SHORT, _LONG = 2, 3, 4
_MAX_FIELDS = 200
_MAX_VALUE = 8192

_ORIENTATION = 0x0112
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_CHANGED, _TAKEN, _DIGITIZED = 0x0132, 0x9003, 0x9004
_DATES = {_TAKEN, _DIGITIZED, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292}
_OF_DATES = {
    **dict.fromkeys((0x9010, 0x9290), _CHANGED),
    **dict.fromkeys((0x9011, 0x9291), _TAKEN),
    **dict.fromkeys((0x9012, 0x9292), _DIGITIZED),
}
"""Whose time zone and fraction of a second it is."""
_LATITUDE, _LONGITUDE = 0x02, 0x04
_OF_POSITIONS = {0x05: 0x06}
"""An altitude's side of the sea."""
_CAMERA = {0x010E, 0x010F, 0x0110, 0x013B, 0x013C, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F}
"""What may come along of the first directory: the rest of it describes pixels and the last change.

Description, make, model, artist, computer, copyright and Windows' title to subject.
"""
_MAKER_NOTE = 0x927C
_UNICODE = b"UNICODE\0"
"""What a comment begins with whose text is of 16 bits, in the byte order of all else."""
_OF_PIXELS = {0x9000, 0x9101, 0x9102, _MAKER_NOTE, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005, 0xEA1C}
"""What stays away of EXIF's directory: versions, components, maker's notes whose offsets would no
longer be true, colour space, size, interoperability, padding."""


class Merged(NamedTuple):
    """A TIFF structure; of what it had lacked, what it got: some of `dates`, `exif` and `gps`, and
    what it didn't: `maker_notes`."""

    data: bytes
    restored: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


class _Field(NamedTuple):
    kind: int
    number: int
    value: bytes


class _Directory(NamedTuple):
    """The entries by their tags as they stand, and the link to the next directory."""

    entries: dict[int, bytes]
    link: bytes


_NONE = _Directory({}, bytes(4))


def merged(edited: bytes, original: bytes, *, orientation: bool = False) -> Merged:
    """Add the fields that an edited file's EXIF lacks of its original's; both are TIFF structures.

    A position comes along where there is no place yet, the `orientation` only where it is asked
    for, and what belongs to another field only to the same value of it. Where one of the two can't
    be read nothing is added.
    """
    order, theirs = _ORDERS.get(edited[:4]), _ORDERS.get(original[:4])
    if order is None or theirs is None:
        return Merged(edited)
    mine = _Tiff(edited, order)
    first = mine.directory(mine.first)
    details = mine.directory(mine.pointer(first, _EXIF_IFD))
    source = _Tiff(original, theirs)
    whole = source.directory(source.first)
    wanted = _CAMERA | {_ORIENTATION} if orientation else _CAMERA
    camera = _missing(source, whole, first, wanted)
    every = source.directory(source.pointer(whole, _EXIF_IFD))
    shot = _missing(source, every, details, every.entries.keys() - _OF_PIXELS)
    shot = _rightful(shot, _OF_DATES, mine.values(first, details), source.values(whole, every))
    here = mine.directory(mine.pointer(first, _GPS_IFD))
    position: dict[int, _Field] = {}
    if not here.entries.keys() & {_LATITUDE, _LONGITUDE}:
        there = source.directory(source.pointer(whole, _GPS_IFD))
        position = _missing(source, there, here, there.entries.keys())
        position = _rightful(position, _OF_POSITIONS, mine.values(here), source.values(there))
    restored = {
        "gps": bool(position),
        "dates": bool(shot.keys() & _DATES),
        "exif": bool(camera or shot.keys() - _DATES),
    }
    lost = _MAKER_NOTE in every.entries and _MAKER_NOTE not in details.entries
    dropped = frozenset({"maker_notes"} if lost else ())
    if not any(restored.values()):
        return Merged(edited, dropped=dropped)
    out = _Writer(edited, order)
    if position:
        camera[_GPS_IFD] = out.pointed(here, position, theirs)
    if shot:
        camera[_EXIF_IFD] = out.pointed(details, shot, theirs)
    out.begin_with(out.directory(first, camera, theirs))
    done = frozenset(name for name, got in restored.items() if got)
    return Merged(bytes(out.data), done, dropped)


def _missing(
    source: "_Tiff", there: _Directory, here: _Directory, wanted: Iterable[int]
) -> dict[int, _Field]:
    fields = {}
    for tag in sorted(wanted):
        if tag in there.entries and tag not in here.entries:
            field = source.field(there.entries[tag])
            if field is not None:
                fields[tag] = field
    return fields


def _rightful(
    fields: dict[int, _Field],
    owners: dict[int, int],
    here: dict[int, bytes],
    there: dict[int, bytes],
) -> dict[int, _Field]:
    """Leave out what belongs to a field that neither comes along nor is the same on both sides."""
    same = {tag for tag, _ in here.items() & there.items()}
    return {
        tag: field
        for tag, field in fields.items()
        if tag not in owners or owners[tag] in fields.keys() | same
    }


class _Tiff:
    def __init__(self, data: bytes, order: str) -> None:
        self._data = data
        self._order = order
        self.first = self._long(data[4:8])

    def directory(self, at: int) -> _Directory:
        """Read a directory; an empty one where there is none."""
        if not 8 <= at <= len(self._data) - 2:
            return _NONE
        (count,) = struct.unpack_from(f"{self._order}H", self._data, at)
        end = at + 2 + count * _ENTRY
        if count > _MAX_FIELDS or end > len(self._data):
            return _NONE
        entries: dict[int, bytes] = {}
        for start in range(at + 2, end, _ENTRY):
            (tag,) = struct.unpack_from(f"{self._order}H", self._data, start)
            entries.setdefault(tag, self._data[start : start + _ENTRY])
        return _Directory(entries, self._data[end : end + 4].ljust(4, b"\0"))

    def pointer(self, directory: _Directory, tag: int) -> int:
        """Answer where another directory is; 0 where there is none."""
        entry = directory.entries.get(tag)
        return self._long(entry[8:]) if entry else 0

    def field(self, entry: bytes) -> _Field | None:
        """Read a field; None where it makes no sense or is no fact but a table."""
        _, kind, count = struct.unpack_from(f"{self._order}HHI", entry)
        size = _UNITS.get(kind, 0) * _NUMBERS.get(kind, 1) * count
        if not 0 < size <= _MAX_VALUE:
            return None
        if size <= 4:
            return _Field(kind, count, entry[8 : 8 + size])
        at = self._long(entry[8:])
        value = self._data[at : at + size]
        return _Field(kind, count, value) if len(value) == size else None

    def values(self, *directories: _Directory) -> dict[int, bytes]:
        """Answer what directories say, in one byte order, so that it can be compared."""
        values = {}
        for directory in directories:
            for tag, entry in directory.entries.items():
                if field := self.field(entry):
                    plain = field.value if self._order == ">" else _turned(field.kind, field.value)
                    values[tag] = plain.rstrip(b"\0 ") if field.kind == _ASCII else plain
        return values

    def _long(self, data: bytes) -> int:
        return int.from_bytes(data[:4], "little" if self._order == "<" else "big")


class _Writer:
    """Writes directories behind the data."""

    def __init__(self, data: bytes, order: str) -> None:
        self.data = bytearray(data)
        self._order = order

    def pointed(self, old: _Directory, fields: dict[int, _Field], order: str) -> _Field:
        """Write a directory; answers the field that points to it, in the order of `fields`."""
        return _Field(_LONG, 1, struct.pack(f"{order}I", self.directory(old, fields, order)))

    def directory(self, old: _Directory, fields: dict[int, _Field], order: str) -> int:
        """Write a directory with more fields, which come in a byte order; answers where it is."""
        self.data += bytes(len(self.data) % 2)
        at = len(self.data)
        values = at + 2 + _ENTRY * len(old.entries.keys() | fields.keys()) + 4
        entries, behind = dict(old.entries), bytearray()
        for tag, (kind, number, value) in fields.items():
            turned = value if order == self._order else _turned(kind, value)
            place = turned.ljust(4, b"\0")
            if len(turned) > 4:
                place = struct.pack(f"{self._order}I", values + len(behind))
                behind += turned + bytes(len(turned) % 2)
            entries[tag] = struct.pack(f"{self._order}HHI", tag, kind, number) + place
        self.data += struct.pack(f"{self._order}H", len(entries))
        self.data += b"".join(entry for _, entry in sorted(entries.items())) + old.link + behind
        return at

    def begin_with(self, directory: int) -> None:
        struct.pack_into(f"{self._order}I", self.data, 4, directory)


def _turned(kind: int, value: bytes) -> bytes:
    """Answer numbers in the other byte order."""
    unit, start = _UNITS[kind], 0
    if value.startswith(_UNICODE):
        unit, start = 2, len(_UNICODE)
    numbers = (value[at : at + unit][::-1] for at in range(start, len(value), unit))
    return value[:start] + b"".join(numbers)
