"""Which route of the table a path means."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from photohq.api.routes import ROUTES, Route


class Match(NamedTuple):
    """A path of the table: its routes by method, and the values of its parameters."""

    routes: Mapping[str, Route]
    parameters: dict[str, str]


class _Node:
    """A place in the tree of paths: where its segments lead, and the routes that end here."""

    __slots__ = ("named", "names", "parameter", "routes")

    def __init__(self) -> None:
        self.named: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.names: list[str] = []
        self.routes: dict[str, Route] = {}


def _tree() -> _Node:
    root = _Node()
    for route in ROUTES:
        node = root
        names = []
        for segment in route.path.split("/")[1:]:
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.named.setdefault(segment, _Node())
        node.names = names
        node.routes[route.method] = route
    return root


_TREE = _tree()


def match(path: str) -> Match | None:
    """Find a path, percent-encoded as it was sent, in the table; static ones win over parameters.

    Segments are decoded one by one, so that an encoded slash is part of an id and parts no path.
    """
    segments = path.split("/")[1:]
    if "%" in path:
        segments = [unquote(segment) for segment in segments]
    node = _TREE
    values = []
    for segment in segments:
        child = node.named.get(segment)
        if child is None:
            child = node.parameter
            if child is None or not segment:
                return None
            values.append(segment)
        node = child
    return Match(node.routes, dict(zip(node.names, values, strict=True))) if node.routes else None
