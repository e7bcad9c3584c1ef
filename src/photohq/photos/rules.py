"""What may be said of a photo: every rule of a field, with the sentence that refuses it."""

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a deployment; sizes in bytes, times in seconds."""

    min_file_size: int = 5 * MIB
    max_file_size: int = 20 * MIB
    max_edit_size: int = 20 * MIB
    content_types: tuple[str, ...] = ("image/jpeg", "image/jpg")
    url_seconds: int = 900
