"""What the table's stream tells of the rows that are gone."""

from collections.abc import Mapping

from photohq.catalog.dynamodb_items import Attribute, photo_of
from photohq.photos.photo import Photo


def removed(image: Mapping[str, Attribute]) -> Photo | str | None:
    """Read the last image of a row that was removed: a photo, the id of the photo whose pending
    edit is overdue, or None where nothing follows from it."""
    if "edit_of" in image:
        return str(image["edit_of"]["S"])
    return photo_of(image)
