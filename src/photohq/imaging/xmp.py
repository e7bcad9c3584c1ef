"""XMP (ISO 16684-1): the properties of a photo, out of XML that may be a trap.

A document type ends the reading, so that there are no entities to expand and nothing to fetch.
"""

import contextlib
import html
from xml.parsers import expat

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = "http://ns.adobe.com/xap/1.0/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"

MAX_DEPTH = 32
MAX_VALUES = 1000

Properties = dict[tuple[str, str], list[str]]
"""Texts by namespace and name: one, or those of a list."""


class _Stop(Exception):
    """There is nothing more that is wanted."""


def read(data: bytes) -> Properties:
    """Read the properties of the photo itself; where the XML breaks off, those before it."""
    reader = _Reader()
    with contextlib.suppress(expat.ExpatError, _Stop, ValueError):
        reader.parser.Parse(data.rstrip(b"\0"), True)
    return reader.properties


def rights(notice: str) -> bytes:
    """Write XMP that says a copyright and nothing else."""
    said = html.escape(notice, quote=False)
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" xmlns:dc="{DUBLIN_CORE}"><dc:rights><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{said}</rdf:li></rdf:Alt></dc:rights></rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


class _Reader:
    def __init__(self) -> None:
        self.properties: Properties = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._stop
        self.parser.EntityDeclHandler = self._stop
        self._path: list[tuple[str, str]] = []
        self._words: list[str] = []
        self._left = MAX_VALUES

    def _stop(self, *_: object) -> None:
        raise _Stop

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(_split(name))
        self._words = []
        if len(self._path) > MAX_DEPTH:
            raise _Stop
        if self._path[-1] == (RDF, "Description") and self._property() is None:
            for key, value in attributes.items():
                self._add(_split(key), value)

    def _end(self, _: str) -> None:
        key = self._property()
        if key is not None and (self._path[-1] in {key, (RDF, "li")}):
            self._add(key, "".join(self._words))
        self._path.pop()
        self._words = []

    def _text(self, words: str) -> None:
        self._words.append(words)

    def _property(self) -> tuple[str, str] | None:
        """Name the property that is being read: a child of the outermost rdf:Description.

        Its value is its text, or that of the items of one list; what is built of parts is not read.
        """
        if (RDF, "Description") not in self._path:
            return None
        inner = self._path[self._path.index((RDF, "Description")) + 1 :]
        if not inner or len(inner) > 3:
            return None
        lists = {(RDF, "Bag"), (RDF, "Seq"), (RDF, "Alt")}
        if len(inner) > 1 and inner[1] not in lists:
            return None
        return inner[0]

    def _add(self, key: tuple[str, str], value: str) -> None:
        if value.strip():
            if self._left == 0:
                raise _Stop
            self._left -= 1
            self.properties.setdefault(key, []).append(value.strip())


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local
