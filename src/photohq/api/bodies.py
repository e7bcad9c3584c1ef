"""JSON bodies, read strictly: what two readers could understand differently is refused.

RFC 8259 leaves open what duplicate names, NaN, lone surrogates and deep nesting mean.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from photohq.photos.errors import FieldError, InvalidInput

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32


class MalformedBody(InvalidInput):
    code = "malformed_body"
    message = "The body is not valid JSON"


def parse(body: bytes) -> Any:
    """Decode a JSON body; raises MalformedBody."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except MalformedBody:
        raise
    except UnicodeDecodeError:
        raise MalformedBody(message="The body must be UTF-8") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError:
        raise MalformedBody from None
    except ValueError:
        raise _too_large() from None  # an integer of more digits than Python reads
    _check(value, 1)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = [name for name, count in counts.items() if count > 1]
        raise MalformedBody(*(FieldError(name, f"{name} is given twice") for name in twice))
    return keys


def _no_constant(name: str) -> float:
    raise MalformedBody(message=f"{name} is not JSON")


def _check(value: object, depth: int) -> None:
    """Refuse what decodes but can't be kept: too deep, infinite, not encodable."""
    if isinstance(value, str):
        if not value.isascii():
            _encodable(value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _too_large()
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise _too_deep()
        children: Iterable[object] = value
        if isinstance(value, dict):
            children = [*value, *value.values()]
        for child in children:
            _check(child, depth + 1)


def _encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedBody(message="A string has half a surrogate pair") from None


def _too_large() -> MalformedBody:
    return MalformedBody(message="A number is too large")


def _too_deep() -> MalformedBody:
    return MalformedBody(message=f"The body is nested deeper than {MAX_DEPTH} levels")
