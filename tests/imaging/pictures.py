"""JPEG files for tests, made on the spot: small, and each with what its test is about."""

import struct
from functools import cache

import pyvips

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SIGNED_RATIONAL = 2, 3, 4, 5, 7, 10


@cache
def painted(width: int = 640, height: int = 480) -> pyvips.Image:
    """Colours that run into each other, with grain: nothing in it is flat."""
    ramp = pyvips.Image.xyz(width, height)
    across, down = ramp[0] * (255 / width), ramp[1] * (255 / height)
    grain = pyvips.Image.gaussnoise(width, height, sigma=12, mean=0, seed=1)
    bands = across.bandjoin([down, (across + down) / 2]) + grain
    return bands.cast("uchar").copy(interpretation="srgb").copy_memory()


@cache
def jpeg(width: int = 640, height: int = 480, *, progressive: bool = False) -> bytes:
    return painted(width, height).jpegsave_buffer(Q=90, interlace=progressive, keep="none")


def with_profile(image: pyvips.Image, profile: bytes, quality: int = 98) -> bytes:
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image.jpegsave_buffer(Q=quality, keep="icc", subsample_mode="off")


def builtin_profile(name: str) -> bytes:
    """A profile that libvips carries: srgb, p3, cmyk."""
    return bytes(pyvips.Image.profile_load(name))


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def inserted(data: bytes, *segments: bytes) -> bytes:
    """Put segments right behind the start of a file."""
    return data[:2] + b"".join(segments) + data[2:]


def sized(data: bytes, width: int, height: int) -> bytes:
    """Let the header say another size than that of the pixels."""
    at = frame_at(data)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def flat(width: int, height: int, *, components: int = 1, progressive: bool = False) -> bytes:
    """A valid file of one grey, made without an encoder: a bit a block and a table."""
    ids = range(1, components + 1)
    frame = struct.pack(">BHHB", 8, height, width, components)
    frame += b"".join(bytes((one, 0x11, 0)) for one in ids)
    one_code = b"\x01" + bytes(15) + b"\0"
    scan = bytes((components, *(part for one in ids for part in (one, 0))))
    blocks = -(-width // 8) * -(-height // 8) * components
    bits = blocks if progressive else blocks * 2
    return b"".join(
        (
            SOI,
            segment(0xDB, b"\0" + b"\x01" * 64),
            segment(0xC2 if progressive else 0xC0, frame),
            segment(0xC4, b"\0" + one_code + b"\x10" + one_code),
            segment(0xDA, scan + (b"\0\0\0" if progressive else b"\0\x3f\0")),
            bytes(-(-bits // 8)),
            EOI,
        )
    )


def frame_at(data: bytes) -> int:
    position = 2
    while data[position + 1] not in {0xC0, 0xC2}:
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return position


Field = tuple[int, int, object]
"""A tag, a type and a value: bytes for texts, a number, a pair for a rational, or a list."""


def exif_app1(
    main: list[Field] = (), details: list[Field] = (), gps: list[Field] = (), order: str = "<"
) -> bytes:
    return segment(0xE1, b"Exif\0\0" + tiff(main, details, gps, order))


def tiff(
    main: list[Field] = (), details: list[Field] = (), gps: list[Field] = (), order: str = "<"
) -> bytes:
    """A TIFF structure of up to three directories."""
    first = [*main]
    for tag, fields in ((0x8769, details), (0x8825, gps)):
        if fields:
            first.append((tag, LONG, 0))
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8))
    places = _directory(out, sorted(first, key=lambda field: field[0]), order)
    for tag, fields in ((0x8769, details), (0x8825, gps)):
        if fields:
            struct.pack_into(f"{order}I", out, places[tag], len(out))
            _directory(out, list(fields), order)
    return bytes(out)


def _directory(out: bytearray, fields: list[Field], order: str) -> dict[int, int]:
    start = len(out)
    out += bytes(2 + 12 * len(fields) + 4)
    struct.pack_into(f"{order}H", out, start, len(fields))
    places = {}
    for index, (tag, kind, value) in enumerate(fields):
        at = start + 2 + 12 * index
        count, data = _packed(kind, value, order)
        struct.pack_into(f"{order}HHI", out, at, tag, kind, count)
        places[tag] = at + 8
        if len(data) <= 4:
            out[at + 8 : at + 8 + len(data)] = data
        else:
            struct.pack_into(f"{order}I", out, at + 8, len(out))
            out += data
    return places


def _packed(kind: int, value: object, order: str) -> tuple[int, bytes]:
    if kind in {ASCII, UNDEFINED, 1, 7}:
        data = value if isinstance(value, bytes) else bytes([value])
        return len(data), data
    values = value if isinstance(value, list) else [value]
    code = {SHORT: "H", LONG: "I", RATIONAL: "II", SIGNED_RATIONAL: "ii"}[kind]
    return len(values), b"".join(
        struct.pack(order + code, *(one if isinstance(one, tuple) else (one,))) for one in values
    )


def xmp_app1(body: str | bytes, attributes: str = "") -> bytes:
    """XMP, with `body` inside its rdf:Description."""
    head = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/">'
        f'<rdf:Description rdf:about="" {attributes}>'
    )
    tail = "</rdf:Description></rdf:RDF></x:xmpmeta>"
    content = body if isinstance(body, bytes) else body.encode()
    return segment(
        0xE1, b"http://ns.adobe.com/xap/1.0/\0" + head.encode() + content + tail.encode()
    )


def iptc_app13(*fields: tuple[int, bytes], utf8: bool = True) -> bytes:
    data = b"\x1c\x01\x5a\0\x03\x1b%G" if utf8 else b""
    for number, content in fields:
        data += struct.pack(">BBBH", 0x1C, 2, number, len(content)) + content
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    other = b"8BIM\x03\xed\0\0" + struct.pack(">I", 3) + b"abc\0"
    return segment(0xED, b"Photoshop 3.0\0" + other + resource)


D50 = (0.9642, 1.0, 0.8249)


def fixed(value: float) -> bytes:
    """A number as ICC profiles hold it."""
    return struct.pack(">i", round(value * 65536))


def parametric(kind: int, *numbers: float) -> bytes:
    """A curve of a profile, by a formula."""
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(map(fixed, numbers))


def matrix_profile(
    primaries: list[tuple[float, float, float]],
    curve: float | bytes,
    white: tuple[float, float, float] = D50,
) -> bytes:
    """An ICC profile (version 2) of a matrix, adapted to D50, and a gamma or another curve."""

    def xyz(values: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    if not isinstance(curve, bytes):
        curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(curve * 256)) + b"\0\0"
    name = b"Test\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78) + b"\0",
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz(white),
        **{
            name: xyz(one) for name, one in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)
        },
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"test", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return head.ljust(128, b"\0") + table + body


ADOBE_RGB = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
"""The primaries of Adobe RGB (1998), adapted to D50; its gamma is 563/256."""


def adobe_rgb() -> bytes:
    return matrix_profile(ADOBE_RGB, 563 / 256)
