"""What is done to pixels after their frame is made: tone, colour, vignette and sharpening."""

from typing import Any

from photohq.imaging.recipes.detail import bell
from photohq.imaging.recipes.native import library
from photohq.imaging.recipes.pixels import Pixels, changed
from photohq.imaging.recipes.profiles import Space
from photohq.imaging.recipes.tones import FINE, tones
from photohq.photos.recipe import Monochrome, Recipe

_SHARPEST = 1.5
_DARKEST = 0.85


class Development:
    """What a recipe does to colours of a space."""

    def __init__(self, recipe: Recipe, space: Space) -> None:
        ffi, self._lib = library()
        made = tones(recipe, space)
        taps = bell(recipe.sharpen.radius) if recipe.sharpen else None
        # What a structure points to lives as long as its owner does.
        self._held: list[Any] = [
            ffi.from_buffer("float[]", made.levels),
            ffi.from_buffer("uint16_t[]", made.codes),
            ffi.from_buffer("float[]", made.table),
            ffi.new("float[]", _shares(recipe.monochrome)) if recipe.monochrome else ffi.NULL,
            ffi.new("float[]", taps) if taps else ffi.NULL,
            [ffi.from_buffer("uint8_t[]", codes) if codes else ffi.NULL for codes in made.finish],
        ]
        levels, codes, table, grey, weights, finish = self._held
        vignette, sharpen = recipe.vignette, recipe.sharpen
        self._reach = len(taps) // 2 if taps else 0
        self._by = ffi.new(
            "photohq_development *",
            {
                "levels": levels,
                "codes": codes,
                "table": table,
                "grey": grey,
                "vignette_start": 0.7 * vignette.midpoint / 100 if vignette else 0,
                "vignette": _DARKEST * vignette.amount / 100 if vignette else 0,
                "bell": weights,
                "reach": self._reach,
                "sharpen": _SHARPEST * sharpen.amount / 100 if sharpen else 0,
                "finish": finish,
                "fine": FINE,
            },
        )

    def apply(self, pixels: Pixels) -> None:
        """Change pixels where they are."""
        changed(pixels, self._reach, lambda rows: self._lib.photohq_develop(rows, self._by))


def _shares(mix: Monochrome) -> list[float]:
    whole = mix.red + mix.green + mix.blue
    return [mix.red / whole, mix.green / whole, mix.blue / whole]
