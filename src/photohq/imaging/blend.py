"""How pictures and numbers pass into each other."""

import pyvips


def step(image: pyvips.Image, low: float, high: float) -> pyvips.Image:
    """Rise evenly from 0 at `low` to 1 at `high`."""
    scale = 1 / (high - low)
    return image.linear(scale, -low * scale).clamp(min=0.0, max=1.0)


def mixed(under: pyvips.Image, over: pyvips.Image, share: pyvips.Image) -> pyvips.Image:
    """Lay `over`, a picture or one pixel of it, on `under`, by a share of 0..1 a pixel."""
    if over.width == 1:
        over = over.embed(0, 0, under.width, under.height, extend="copy")
    return (under + (over - under) * share).cast("float").copy_memory()
