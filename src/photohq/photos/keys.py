"""Object keys: `{user_id}/originals/{photo_id}/{filename}` and `{user_id}/edited/...`, and
`{user_id}/renditions/{photo_id}/{upload_id}/{size}.{jpg|webp}`, which is in the edited bucket."""

from photohq.photos.photo import Photo, Version, VersionType
from photohq.photos.pictures import JPEG, Rendition

_FOLDERS = {VersionType.ORIGINAL: "originals", VersionType.EDITED: "edited"}
_RENDITIONS = "renditions"
_PARTS = {**dict.fromkeys(_FOLDERS.values(), 4), _RENDITIONS: 5}


def key_of(user_id: str, version_type: VersionType, photo_id: str, filename: str) -> str:
    """Name the object of a photo's version."""
    return folder_of(user_id, version_type, photo_id) + filename


def folder_of(user_id: str, version_type: VersionType, photo_id: str) -> str:
    """Answer what the keys of all files of a photo's version begin with."""
    return f"{user_id}/{_FOLDERS[version_type]}/{photo_id}/"


def rendition_key(photo: Photo, version: Version, rendition: Rendition) -> str:
    """Name the object of a rendition of a version."""
    folder = renditions_folder(photo.user_id, photo.photo_id)
    suffix = "jpg" if rendition.content_type == JPEG else "webp"
    return f"{folder}{version.upload_id}/{rendition.size}.{suffix}"


def drawn_key(user_id: str, photo_id: str, name: str) -> str:
    """Name the object of a picture that was drawn for somebody to look at."""
    return f"{renditions_folder(user_id, photo_id)}drawn/{name}"


def renditions_folder(user_id: str, photo_id: str) -> str:
    """Answer what the keys of all renditions of a photo begin with."""
    return f"{user_id}/{_RENDITIONS}/{photo_id}/"


def photo_of(key: str) -> str:
    """Answer the id of the photo that a key belongs to, or '' where it is no such key."""
    parts = key.split("/")
    return parts[2] if len(parts) > 2 and len(parts) == _PARTS.get(parts[1]) else ""
