"""The history of a photo, and the ways back."""

from datetime import datetime
from typing import Any

from photohq.client.asking import Asking
from photohq.client.shapes import Measured, Metadata, Shape, VersionType


class VersionItem(Measured, frozen=True, kw_only=True):
    """A version in the history of a photo; size in bytes.

    `expires_at` is when one that was replaced is erased, `recipe` what it was rendered by,
    `parent` the version that it was made from. `dropped_metadata` names what an editor had dropped
    of the original's metadata, `restored_metadata` what the edit was given back.
    """

    version_id: str
    version_type: VersionType
    filename: str
    content_type: str
    file_size: int
    created_at: datetime
    is_current: bool
    expires_at: datetime | None = None
    checksum_sha256: str | None = None
    parent: str | None = None
    author: str | None = None
    recipe: dict[str, Any] | None = None
    dropped_metadata: tuple[str, ...] | None = None
    restored_metadata: tuple[str, ...] | None = None


class _Versions(Shape, frozen=True, kw_only=True):
    versions: tuple[VersionItem, ...]


class Versions(Asking):
    """What can be asked of a photo's history."""

    def versions(self, photo_id: str) -> tuple[VersionItem, ...]:
        """Answer the versions of a photo, the newest first. Raises NotFound, Forbidden."""
        return self._ask("GET", f"/photos/{photo_id}/versions", _Versions).versions

    def restore(self, photo_id: str, version_id: str, *, if_match: int | None = None) -> Metadata:
        """Make an earlier edit the current one, as a new version; nothing is lost.

        `if_match`: only where the photo's revision is still this. Raises NotFound, Forbidden,
        Conflict (ten edits are on their way already), Stale.
        """
        path = f"/photos/{photo_id}/versions/{version_id}/restore"
        return self._ask("POST", path, Metadata, if_match=if_match)

    def delete_edited(self, photo_id: str, *, if_match: int | None = None) -> Metadata:
        """Go back to the original alone; the edits stay in the history until they expire.

        Raises NotFound (also: there is no edited version), Forbidden, Stale.
        """
        return self._ask("DELETE", f"/photos/{photo_id}/edited", Metadata, if_match=if_match)
