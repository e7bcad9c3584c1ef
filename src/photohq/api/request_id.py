"""Request ids: the caller's where it is a decent one, else a new one."""

import re
import uuid

HEADER = "X-Request-Id"
_DECENT = re.compile(r"[A-Za-z0-9._-]{1,128}")


def request_id(offered: str | None) -> str:
    """Answer the id that the response and the log carry for a request."""
    if offered and _DECENT.fullmatch(offered):
        return offered
    return str(uuid.uuid4())
