"""Recipes of every kind, for property tests."""

from hypothesis import strategies as st

SLIDERS = (
    "contrast",
    "highlights",
    "shadows",
    "whites",
    "blacks",
    "temperature",
    "tint",
    "saturation",
    "vibrance",
)
EXAMPLE = {
    "recipe": 1,
    "straighten": 2,
    "crop": {"left": 0.05, "top": 0.05, "width": 0.9, "height": 0.9},
    "exposure": 0.4,
    "contrast": 20,
    "highlights": -40,
    "shadows": 30,
    "temperature": 10,
    "vibrance": 20,
    "tone_curve": {"rgb": [[0, 0], [64, 56], [255, 255]]},
    "sharpen": {"amount": 40, "radius": 1.0},
}


def hundredths(most: int) -> st.SearchStrategy[float]:
    return st.integers(-100 * most, 100 * most).map(lambda number: number / 100)


@st.composite
def crops(draw):
    left, top = draw(st.floats(0, 0.95)), draw(st.floats(0, 0.95))
    width, height = draw(st.floats(0.05, 1)), draw(st.floats(0.05, 1))
    return {
        "left": left,
        "top": top,
        "width": min(width, 1 - left),
        "height": min(height, 1 - top),
    }


@st.composite
def points(draw, *, may_fall):
    xs = draw(st.lists(st.integers(0, 255), min_size=2, max_size=16, unique=True))
    ys = draw(st.lists(st.integers(0, 255), min_size=len(xs), max_size=len(xs)))
    return [list(pair) for pair in zip(sorted(xs), ys if may_fall else sorted(ys), strict=True)]


MIXES = st.fixed_dictionaries(
    {name: st.integers(-200, 300) for name in ("red", "green", "blue")}
).filter(lambda mix: sum(mix.values()) > 0)

FRAMES = {
    "rotate": st.sampled_from([0, 90, 180, 270]),
    "flip": st.sampled_from(["horizontal", "vertical"]),
    "straighten": hundredths(45),
    "crop": crops(),
    "resize": st.fixed_dictionaries({"long_edge": st.integers(16, 20_000)}),
}
COLOURS = {
    "exposure": hundredths(5),
    **{name: st.integers(-100, 100) for name in SLIDERS},
    "tone_curve": st.fixed_dictionaries(
        {},
        optional={
            "rgb": points(may_fall=False),
            **{name: points(may_fall=True) for name in ("red", "green", "blue")},
        },
    ),
    "monochrome": MIXES,
}
DETAILS = {
    "noise_reduction": st.integers(0, 100),
    "vignette": st.fixed_dictionaries(
        {"amount": st.integers(-100, 100), "midpoint": st.integers(0, 100)}
    ),
    "sharpen": st.fixed_dictionaries(
        {
            "amount": st.integers(0, 100),
            "radius": st.integers(5, 30).map(lambda tenths: tenths / 10),
        }
    ),
}


def recipes(**fields: st.SearchStrategy) -> st.SearchStrategy[dict]:
    """Recipes with any of the fields; all there are where none is named."""
    wanted = fields or {**FRAMES, **COLOURS, **DETAILS}
    return st.fixed_dictionaries({"recipe": st.just(1)}, optional=wanted)
