"""Cross-origin rules (Fetch standard, CORS protocol), the same for every endpoint of ours."""

from collections.abc import Collection

EXPOSED = "ETag, X-Request-Id, Location, Retry-After, Content-Disposition"
_DAY = "86400"


def allowed_origin(origin: str | None, allowed: Collection[str]) -> dict[str, str]:
    """Answer the headers that let a browser's page of `origin` read a response.

    `allowed` holds origins, or `*` for all. Nothing is answered to an origin that is not in it.
    """
    if "*" in allowed:
        return {"Access-Control-Allow-Origin": "*"}
    if origin in allowed:
        return {"Access-Control-Allow-Origin": str(origin), "Vary": "Origin"}
    return {"Vary": "Origin"}


def preflight(
    origin: str | None,
    requested_headers: str | None,
    allowed: Collection[str],
    methods: Collection[str],
) -> dict[str, str]:
    """Answer the headers of a response to a browser's preflight."""
    return {
        **allowed_origin(origin, allowed),
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": requested_headers or "*",
        "Access-Control-Max-Age": _DAY,
    }
