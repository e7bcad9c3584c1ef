"""Values that an upload or an edit must refuse, each with a name for the test's."""

from typing import Any

import pytest


def _named(cases: dict[str, Any]) -> list[Any]:
    return [pytest.param(value, id=name.replace(" ", "-")) for name, value in cases.items()]


FILENAMES = _named(
    {
        "missing": ...,
        "null": None,
        "a number": 7,
        "true": True,
        "a list": ["a.jpg"],
        "an object": {"name": "a.jpg"},
        "empty": "",
        "spaces": "   ",
        "no-break spaces": "\u00a0\u2003",
        "256 characters": "a" * 252 + ".jpg",
        "513 bytes": "\U0001f305" * 127 + "a.jpg",
        "huge": "a" * 100_000,
        "parent folder": "../x.jpg",
        "folder": "a/b.jpg",
        "root": "/x.jpg",
        "backslash": "a\\b.jpg",
        "dot": ".",
        "dots": "..",
        "NUL": "a\x00.jpg",
        "newline": "a\n.jpg",
        "return": "a\r\nX-Evil: 1.jpg",
        "tab": "a\t.jpg",
        "escape": "a\x1b[31m.jpg",
        "DEL": "a\x7f.jpg",
        "C1 control": "a\x85.jpg",
        "right-to-left override": "a\u202egpj.exe",
        "left-to-right embedding": "a\u202a.jpg",
        "left-to-right isolate": "a\u2066.jpg",
    }
)
CONTENT_TYPES = _named(
    {
        "missing": ...,
        "null": None,
        "a number": 7,
        "a list": ["image/jpeg"],
        "empty": "",
        "another type": "image/png",
        "any": "image/*",
        "parameter": "image/jpeg; charset=utf-8",
        "upper case": "IMAGE/JPEG",
        "mixed case": "image/Jpeg",
        "leading space": " image/jpeg",
        "trailing newline": "image/jpeg\n",
    }
)
SIZES = _named(
    {
        "missing": ...,
        "null": None,
        "text": "8388608",
        "true": True,
        "a list": [8_388_608],
        "an object": {},
        "negative": -1,
        "negative size": -8_388_608,
        "zero": 0,
        "fraction": 8_388_608.5,
        "over the limit": 20 * 1024 * 1024 + 1,
        "2**31": 2**31,
        "2**63": 2**63,
        "huge": 10**30,
    }
)
CHECKSUMS = _named(
    {
        "a number": 7,
        "empty": "",
        "31 bytes": "A" * 40 + "AA==",
        "33 bytes": "A" * 44,
        "not base64": "*" * 43 + "=",
        "hexadecimal": "0" * 64,
        "URL-safe alphabet": "-_" * 21 + "A=",
        "no padding": "A" * 43,
        "newline": "A" * 43 + "=\n",
    }
)
DESCRIPTIONS = [
    pytest.param(field, value, id=name.replace(" ", "-"))
    for name, (field, value) in {
        "tags as text": ("tags", "sea"),
        "tags as an object": ("tags", {"0": "sea"}),
        "tag as a number": ("tags", ["sea", 7]),
        "tag as null": ("tags", ["sea", None]),
        "tag as true": ("tags", [True]),
        "tag as a list": ("tags", [["sea"]]),
        "empty tag": ("tags", ["sea", ""]),
        "tag of 65 characters": ("tags", ["a" * 65]),
        "51 tags": ("tags", [f"tag {n}" for n in range(51)]),
        "description as a number": ("description", 7),
        "description as true": ("description", True),
        "description as a list": ("description", ["sea"]),
        "description of 2001 characters": ("description", "a" * 2001),
        "place as text": ("geolocation", "48.2,16.4"),
        "place as a list": ("geolocation", [48.2, 16.4]),
        "place as true": ("geolocation", True),
        "latitude 91": ("geolocation", {"latitude": 91, "longitude": 0}),
        "latitude -90.001": ("geolocation", {"latitude": -90.001, "longitude": 0}),
        "latitude as text": ("geolocation", {"latitude": "48.2", "longitude": 0}),
        "latitude as true": ("geolocation", {"latitude": True, "longitude": 0}),
        "latitude as a list": ("geolocation", {"latitude": [48.2], "longitude": 0}),
        "longitude 181": ("geolocation", {"latitude": 0, "longitude": 181}),
        "longitude -180.001": ("geolocation", {"latitude": 0, "longitude": -180.001}),
        "longitude as text": ("geolocation", {"latitude": 0, "longitude": "16"}),
        "longitude as false": ("geolocation", {"latitude": 0, "longitude": False}),
        "altitude as text": ("geolocation", {"latitude": 0, "longitude": 0, "altitude": "9"}),
        "altitude as true": ("geolocation", {"latitude": 0, "longitude": 0, "altitude": True}),
        "camera as text": ("camera_info", "Canon"),
        "camera as a list": ("camera_info", ["Canon"]),
        "make as a number": ("camera_info", {"make": 7}),
        "model as true": ("camera_info", {"model": True}),
        "lens as a list": ("camera_info", {"lens": ["RF 24-70"]}),
        "iso as text": ("camera_info", {"iso": "100"}),
        "iso as true": ("camera_info", {"iso": True}),
        "aperture as text": ("camera_info", {"aperture": "f/2.8"}),
        "aperture as true": ("camera_info", {"aperture": True}),
        "focal length as an object": ("camera_info", {"focal_length": {"mm": 50}}),
        "rating -1": ("rating", -1),
        "rating 6": ("rating", 6),
        "rating 4.5": ("rating", 4.5),
        "rating as text": ("rating", "4"),
        "rating as true": ("rating", True),
        "rating as a list": ("rating", [4]),
        "huge rating": ("rating", 10**30),
        "custom as text": ("custom", "summer"),
        "custom as a list": ("custom", ["summer"]),
        "custom as a number": ("custom", 7),
        "custom as true": ("custom", True),
        "custom over 2 KiB": ("custom", {"a": "b" * 2048}),
        "custom of emoji over 2 KiB": ("custom", {"a": "\U0001f303" * 600}),
        "custom of many names over 2 KiB": ("custom", {f"name {n}": n for n in range(200)}),
    }.items()
]


def unsound_bodies(array: str) -> list[Any]:
    """Bodies that are no sound JSON object, where one with an array of this name is asked for."""
    opening = f'{{"{array}": ['.encode()
    return _named(
        {
            "list": b"[]",
            "number": b"7",
            "null": b"null",
            "empty": b"",
            "cut": opening,
            "NaN": opening + b"NaN]}",
            "twice": opening + b'{"op": "get", "op": "get"}]}',
            "33 levels": opening + b"[" * 31 + b"]" * 31 + b"]}",
        }
    )
