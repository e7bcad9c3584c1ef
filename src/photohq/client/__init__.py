"""The Python client of the HTTP contract; it imports nothing of the server."""

from photohq.client.asynchronous import each
from photohq.client.photo_hq import PhotoHQ
from photohq.client.renderings import Rendered, RenderOutcome
from photohq.client.shapes import Status, VersionType
from photohq.client.transport import Retries
from photohq.client.uploads import Outcome, Uploaded
from photohq.client.user_pool import Tokens

__all__ = [
    "Outcome",
    "PhotoHQ",
    "RenderOutcome",
    "Rendered",
    "Retries",
    "Status",
    "Tokens",
    "Uploaded",
    "VersionType",
    "each",
]
