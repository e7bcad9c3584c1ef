"""What recipes are carried out on: an original that can be decoded, and its size."""

from photohq.photos.errors import NotAPicture, NotReady, NotUploaded
from photohq.photos.geometry import TURNED, Size, output
from photohq.photos.photo import Photo, Status, Version
from photohq.photos.pictures import JPEG, SIZES, Picture, Rendition
from photohq.photos.recipe import Recipe


def decodable(photo: Photo) -> Version:
    """Answer the original; raises NotUploaded where it has not arrived, NotAPicture where it has
    turned out not to be one."""
    original = photo.original
    if not original.arrived:
        raise NotUploaded
    require_picture(original)
    return original


def require_picture(version: Version, problem: str | None = None) -> None:
    """Raise NotAPicture, in the words of `problem`, where a version has turned out to be none."""
    if version.status is Status.FAILED and version.picture is None:
        raise NotAPicture(problem)


def known(version: Version) -> Picture:
    """Answer what is known of a version; raises NotReady where it was not processed yet."""
    if version.picture is None:
        raise NotReady
    return version.picture


def upright(picture: Picture) -> Size:
    """Answer the size of a picture as it is shown."""
    size = Size(picture.width, picture.height)
    return Size(size.height, size.width) if picture.orientation in TURNED else size


def require_frame(version: Version, recipe: Recipe) -> None:
    """Raise CropOutside where a recipe keeps nothing of a picture, as far as its size is known."""
    if picture := version.picture:
        output(picture.width, picture.height, picture.orientation, recipe)


def jpeg_rendition(picture: Picture, size: int = SIZES[-1]) -> Rendition:
    """Answer a rendition that can be drawn on; raises NotReady where it was not made."""
    for one in picture.renditions:
        if (one.size, one.content_type) == (size, JPEG):
            return one
    raise NotReady
