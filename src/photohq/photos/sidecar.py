"""A recipe as an XMP sidecar (ISO 16684-1) in the words of Camera Raw, for other editors.

Their sliders have the same names and ends, not the same formulas: looks are close, not equal.
"""

import math
from typing import NamedTuple

from photohq.photos import geometry
from photohq.photos.recipe import Recipe
from photohq.photos.recipe_rules import Points

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CRS = "http://ns.adobe.com/camera-raw-settings/1.0/"
_TIFF = "http://ns.adobe.com/tiff/1.0/"
_SLIDERS = {
    "contrast": "Contrast2012",
    "highlights": "Highlights2012",
    "shadows": "Shadows2012",
    "whites": "Whites2012",
    "blacks": "Blacks2012",
    "temperature": "IncrementalTemperature",
    "tint": "IncrementalTint",
    "saturation": "Saturation",
    "vibrance": "Vibrance",
}
_CURVES = {"rgb": "", "red": "Red", "green": "Green", "blue": "Blue"}
_SHARPEST = 150
"""What a sharpness of 100 is there."""


class Sidecar(NamedTuple):
    """`left_out` names the fields, dotted, that these words can't say: a caller is to be told."""

    text: str
    left_out: tuple[str, ...]


def sidecar(recipe: Recipe, width: int, height: int, own: int) -> Sidecar:
    """Write the sidecar of an original: its pixels as stored, and its EXIF orientation.

    Raises CropOutside.
    """
    tags = {"ProcessVersion": "11.0", "HasSettings": "True", **_tones(recipe), **_details(recipe)}
    turned = geometry.orientation(own, recipe)
    mirrored = turned in geometry.MIRRORED
    if recipe.crop or recipe.straighten:
        tags |= _crop(recipe, width, height, turned, 0.0 if mirrored else recipe.straighten)
    told = "".join(f'\n   crs:{name}="{value}"' for name, value in tags.items())
    if recipe.rotate or recipe.flip:
        told += f'\n   tiff:Orientation="{turned}"'
    return Sidecar(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f' <rdf:RDF xmlns:rdf="{_RDF}">\n'
        f'  <rdf:Description rdf:about="" xmlns:crs="{_CRS}" xmlns:tiff="{_TIFF}"{told}>\n'
        f"{_curves(recipe)}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n",
        _left_out(recipe, mirrored=mirrored),
    )


def _tones(recipe: Recipe) -> dict[str, str]:
    tags = {
        tag: _signed(getattr(recipe, name))
        for name, tag in _SLIDERS.items()
        if getattr(recipe, name)
    }
    if recipe.temperature or recipe.tint:
        tags["WhiteBalance"] = "Custom"
    if recipe.exposure:
        tags["Exposure2012"] = f"{recipe.exposure:+.2f}"
    if recipe.tone_curve:
        tags["ToneCurveName2012"] = "Custom"
    if recipe.monochrome:
        tags["ConvertToGrayscale"] = "True"
    return tags


def _details(recipe: Recipe) -> dict[str, str]:
    tags = {}
    if recipe.sharpen:
        tags["Sharpness"] = str(math.floor(recipe.sharpen.amount * _SHARPEST / 100 + 0.5))
        tags["SharpenRadius"] = f"{recipe.sharpen.radius:+.1f}"
    if recipe.noise_reduction:
        tags["LuminanceSmoothing"] = tags["ColorNoiseReduction"] = str(recipe.noise_reduction)
    if recipe.vignette:
        tags["PostCropVignetteAmount"] = _signed(recipe.vignette.amount)
        tags["PostCropVignetteMidpoint"] = str(recipe.vignette.midpoint)
    return tags


def _crop(recipe: Recipe, width: int, height: int, turned: int, degrees: float) -> dict[str, str]:
    """Tell the crop by two opposite corners of it, as they lie in the stored picture."""
    frame = geometry.Size(width, height)
    if turned in geometry.TURNED:
        frame = geometry.Size(height, width)
    box = geometry.fitted(frame, recipe)
    corners = {}
    for x in (box.left, box.right):
        for y in (box.top, box.bottom):
            across, down = x - frame.width / 2, y - frame.height / 2
            at = geometry.stored(turned, *geometry.before_straightening(degrees, across, down))
            # Which corner it is shows without the angle, from the middle of the crop.
            side = geometry.stored(
                turned, 2 * x - box.left - box.right, 2 * y - box.top - box.bottom
            )
            corners[side[0] > 0, side[1] > 0] = (at[0] / width + 0.5, at[1] / height + 0.5)
    (left, top), (right, bottom) = corners[False, False], corners[True, True]
    return {
        "HasCrop": "True",
        "CropLeft": _fraction(left),
        "CropTop": _fraction(top),
        "CropRight": _fraction(right),
        "CropBottom": _fraction(bottom),
        "CropAngle": f"{-degrees or 0.0:g}",
    }


def _curves(recipe: Recipe) -> str:
    if recipe.tone_curve is None:
        return ""
    return "".join(
        _curve(f"ToneCurvePV2012{suffix}", points)
        for name, suffix in _CURVES.items()
        if (points := getattr(recipe.tone_curve, name))
    )


def _curve(tag: str, points: Points) -> str:
    items = "".join(f"     <rdf:li>{x}, {y}</rdf:li>\n" for x, y in points)
    return f"   <crs:{tag}>\n    <rdf:Seq>\n{items}    </rdf:Seq>\n   </crs:{tag}>\n"


def _left_out(recipe: Recipe, *, mirrored: bool) -> tuple[str, ...]:
    left = []
    if recipe.straighten and mirrored:
        left.append("straighten")
    if recipe.resize:
        left.append("resize")
    if recipe.monochrome:
        left += ["monochrome.red", "monochrome.green", "monochrome.blue"]
    return tuple(left)


def _signed(value: int) -> str:
    return f"{value:+d}" if value else "0"


def _fraction(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
