"""The headers of an ASGI request."""

from collections.abc import Iterable


def joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read headers; those that are repeated are joined as RFC 9110, section 5.3, has it."""
    found: dict[str, str] = {}
    for name, value in headers:
        text = value.decode("latin-1")
        key = name.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
