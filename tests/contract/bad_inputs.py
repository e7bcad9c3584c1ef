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
