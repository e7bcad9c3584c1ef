"""How the name of a file is told to whoever downloads it."""

import re
from urllib.parse import quote


def attachment(filename: str) -> str:
    """Answer the `Content-Disposition` of a download (RFC 6266): a plain name for old clients, and
    the real one (RFC 8187) where it needs more than plain ASCII."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", filename)
    disposition = f'attachment; filename="{plain}"'
    if plain != filename:
        disposition += f"; filename*=UTF-8''{quote(filename, safe='')}"
    return disposition
