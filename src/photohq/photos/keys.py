"""Object keys: `{user_id}/originals/{photo_id}/{filename}` and `{user_id}/edited/...`."""

from photohq.photos.photo import VersionType

_FOLDERS = {VersionType.ORIGINAL: "originals", VersionType.EDITED: "edited"}


def key_of(user_id: str, version_type: VersionType, photo_id: str, filename: str) -> str:
    """Name the object of a photo's version."""
    return folder_of(user_id, version_type, photo_id) + filename


def folder_of(user_id: str, version_type: VersionType, photo_id: str) -> str:
    """Answer what the keys of all files of a photo's version begin with."""
    return f"{user_id}/{_FOLDERS[version_type]}/{photo_id}/"


def photo_of(key: str) -> str:
    """Answer the id of the photo that a key belongs to, or '' where it is no such key."""
    parts = key.split("/")
    return parts[2] if len(parts) == 4 and parts[1] in _FOLDERS.values() else ""
