"""Recipes as sidecars: what another editor reads in them."""

import json
import math
import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.photos.recipes import EXAMPLE, recipes

from photohq.photos import geometry
from photohq.photos.geometry import CropOutside, Size
from photohq.photos.recipe import read
from photohq.photos.sidecar import sidecar

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
CRS = "{http://ns.adobe.com/camera-raw-settings/1.0/}"
TIFF = "{http://ns.adobe.com/tiff/1.0/}"
WIDTH, HEIGHT = 6000, 4000
CROP = {"left": 0.1, "top": 0.2, "width": 0.5, "height": 0.6}
EVERYTHING = {
    **EXAMPLE,
    "rotate": 90,
    "whites": -5,
    "blacks": 6,
    "tint": -7,
    "saturation": 8,
    "tone_curve": {"rgb": [[0, 0], [64, 56], [255, 255]], "red": [[0, 9], [255, 200]]},
    "monochrome": {"red": 50, "green": 30, "blue": 20},
    "noise_reduction": 30,
    "vignette": {"amount": -20, "midpoint": 40},
    "resize": {"long_edge": 2000},
}


def tags(own=1, **fields):
    text = sidecar(read({"recipe": 1, **fields}), WIDTH, HEIGHT, own).text
    (described,) = ElementTree.fromstring(text).iter(f"{RDF}Description")
    told = {name.replace(CRS, "").replace(TIFF, "tiff:"): v for name, v in described.items()}
    told.pop(f"{RDF}about")
    for curve in described:
        told[curve.tag.replace(CRS, "")] = [item.text for item in curve.iter(f"{RDF}li")]
    return told


ALWAYS = {"ProcessVersion": "11.0", "HasSettings": "True"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, {}),
        ({"exposure": 0.4}, {"Exposure2012": "+0.40"}),
        ({"exposure": -5}, {"Exposure2012": "-5.00"}),
        ({"contrast": 20, "blacks": -3}, {"Contrast2012": "+20", "Blacks2012": "-3"}),
        (
            {"temperature": 10, "tint": -7},
            {
                "IncrementalTemperature": "+10",
                "IncrementalTint": "-7",
                "WhiteBalance": "Custom",
            },
        ),
        (
            {"sharpen": {"amount": 50, "radius": 1.2}},
            {"Sharpness": "75", "SharpenRadius": "+1.2"},
        ),
        ({"noise_reduction": 30}, {"LuminanceSmoothing": "30", "ColorNoiseReduction": "30"}),
        (
            {"vignette": {"amount": -20, "midpoint": 40}},
            {"PostCropVignetteAmount": "-20", "PostCropVignetteMidpoint": "40"},
        ),
        (
            {"tone_curve": {"rgb": [[0, 0], [64, 56]], "blue": [[9, 255], [10, 0]]}},
            {
                "ToneCurveName2012": "Custom",
                "ToneCurvePV2012": ["0, 0", "64, 56"],
                "ToneCurvePV2012Blue": ["9, 255", "10, 0"],
            },
        ),
        ({"monochrome": {"red": 1, "green": 0, "blue": 0}}, {"ConvertToGrayscale": "True"}),
        ({"rotate": 90}, {"tiff:Orientation": "6"}),
        (
            {"crop": CROP},
            {
                "HasCrop": "True",
                "CropLeft": "0.1",
                "CropTop": "0.2",
                "CropRight": "0.6",
                "CropBottom": "0.8",
                "CropAngle": "0",
            },
        ),
    ],
)
def test_each_field_has_its_words(fields, told):
    assert tags(**fields) == ALWAYS | told


def test_rotate_goes_together_with_the_photos_own_orientation():
    assert tags(own=6, rotate=90)["tiff:Orientation"] == "3"
    assert "tiff:Orientation" not in tags(own=6, contrast=5)


def test_a_crop_of_a_turned_photo_is_told_of_its_pixels_as_stored():
    told = tags(own=6, crop=CROP)
    # Stored, the upright left is at the bottom and the upright top at the left.
    sides = [told[f"Crop{name}"] for name in ("Left", "Top", "Right", "Bottom")]
    assert sides == ["0.2", "0.4", "0.8", "0.9"]


def test_straightening_tells_the_opposite_angle_and_the_shrunk_crop():
    told = tags(straighten=2)
    assert told["CropAngle"] == "-2"
    left, top, right, bottom = (
        float(told[f"Crop{name}"]) for name in ("Left", "Top", "Right", "Bottom")
    )
    across, down = (right - left) * WIDTH, (bottom - top) * HEIGHT
    box = geometry.fitted(Size(WIDTH, HEIGHT), read({"recipe": 1, "straighten": 2}))
    assert math.hypot(across, down) == pytest.approx(
        math.hypot(box.right - box.left, box.bottom - box.top), abs=0.1
    )
    # The corners stand on the diagonal of a frame that was turned against the clock.
    shape = math.degrees(math.atan2(box.bottom - box.top, box.right - box.left))
    assert math.degrees(math.atan2(down, across)) == pytest.approx(shape - 2, abs=1e-3)


@given(
    recipes(rotate=st.sampled_from([0, 90]), crop=st.just(CROP), straighten=st.just(3)),
    st.sampled_from([1, 3, 6, 8]),
)
def test_corners_turned_back_are_those_of_the_fitted_crop(said, own):
    recipe = read(said)
    assume(recipe.crop or recipe.straighten)
    turned = geometry.orientation(own, recipe)
    frame = geometry.frame(WIDTH, HEIGHT, own, recipe)
    told = tags(own=own, **said)
    box = geometry.fitted(frame, recipe)
    shown = []
    for across, down in (("Left", "Top"), ("Right", "Bottom")):
        x = (float(told[f"Crop{across}"]) - 0.5) * WIDTH
        y = (float(told[f"Crop{down}"]) - 0.5) * HEIGHT
        x, y = geometry.shown(turned, x, y)
        x, y = geometry.before_straightening(-recipe.straighten, x, y)
        shown.append((x + frame.width / 2, y + frame.height / 2))
    (one_x, one_y), (two_x, two_y) = shown
    sides = [*sorted((one_x, two_x)), *sorted((one_y, two_y))]
    assert sides == pytest.approx([box.left, box.right, box.top, box.bottom], abs=0.02)


@pytest.mark.parametrize(
    ("fields", "own", "left_out"),
    [
        ({"straighten": 2}, 6, ()),
        ({"straighten": 2}, 5, ("straighten",)),
        ({"straighten": 2, "flip": "vertical"}, 1, ("straighten",)),
        ({"straighten": 2, "flip": "vertical"}, 2, ()),
        ({"resize": {"long_edge": 2000}}, 1, ("resize",)),
        (
            {"monochrome": {"red": 1, "green": 0, "blue": 0}},
            1,
            ("monochrome.red", "monochrome.green", "monochrome.blue"),
        ),
    ],
)
def test_what_has_no_words_is_named(fields, own, left_out):
    assert sidecar(read({"recipe": 1, **fields}), WIDTH, HEIGHT, own).left_out == left_out


def test_a_mirrored_photo_keeps_its_crop_but_not_its_angle():
    told = tags(own=2, straighten=2, crop=CROP)
    assert told["CropAngle"] == "0"
    assert (told["CropLeft"], told["CropRight"]) == ("0.4", "0.9")


@given(recipes(), st.integers(1, 8))
def test_any_recipe_is_well_formed(said, own):
    try:
        text = sidecar(read(said), WIDTH, HEIGHT, own).text
    except CropOutside:
        return
    ElementTree.fromstring(text)


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
def test_exiftool_reads_every_tag(tmp_path):
    file = tmp_path / "photo.xmp"
    file.write_text(sidecar(read(EVERYTHING), WIDTH, HEIGHT, 1).text)
    done = subprocess.run(
        ["exiftool", "-json", "-n", "-G1", "-struct", "-warning", "-xmp:all", file],
        capture_output=True,
        check=True,
        timeout=60,
    )
    (said,) = json.loads(done.stdout)
    assert "ExifTool:Warning" not in said
    told = {
        name.removeprefix("XMP-crs:"): value
        for name, value in said.items()
        if name.startswith("XMP-crs:")
    }
    expected = {name for name in tags(**EVERYTHING) if not name.startswith("tiff")}
    assert set(told) == expected
    assert said["XMP-tiff:Orientation"] == 6
    assert (told["Exposure2012"], told["Contrast2012"], told["Sharpness"]) == (
        "+0.40",
        "+20",
        60,
    )
    assert told["ToneCurvePV2012"] == ["0, 0", "64, 56", "255, 255"]
    assert told["CropAngle"] == -2
