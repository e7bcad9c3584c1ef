"""`photohq presets`: recipes with a name."""

import json

import pytest

from .test_sessions import failed

WARM = {"recipe": 1, "exposure": 0.5, "sharpen": {"amount": 40, "radius": 1.0}}


@pytest.fixture
def warm(photohq):
    """A recipe in a file, which is kept as a preset."""
    file = photohq.folder / "warm.json"
    file.write_text(json.dumps(WARM))
    done = photohq("presets", "save", "warm evening", file)
    assert done.stdout == "Saved warm evening\n", done.output
    return file


def presets(home):
    return json.loads(home("presets", "ls", "--json").stdout)


def test_a_recipe_is_kept_under_a_name_and_shown(photohq, warm):
    (kept,) = presets(photohq)
    assert kept["name"] == "warm evening"
    assert photohq("presets", "ls").stdout == "warm evening  exposure 0.5, sharpen\n"
    assert json.loads(photohq("presets", "show", "warm evening").stdout) == kept["recipe"]
    assert json.loads(photohq("presets", "show", "warm evening", "--json").stdout) == kept
    assert kept["recipe"]["exposure"] == 0.5


def test_what_is_shown_can_be_saved_again(photohq, warm):
    shown = photohq("presets", "show", "warm evening").stdout
    saved = photohq("presets", "save", "copy", "-", "--json", given=shown)
    assert json.loads(saved.stdout) == {"name": "copy", "recipe": json.loads(shown)}
    assert [preset["name"] for preset in presets(photohq)] == ["copy", "warm evening"]


def test_another_recipe_takes_the_place_of_the_first(photohq, warm):
    photohq("presets", "save", "warm evening", "-", given='{"recipe": 1, "contrast": 10}')
    assert [preset["recipe"] for preset in presets(photohq)] == [{"recipe": 1, "contrast": 10}]


def test_deleting_a_preset_wants_to_be_sure(photohq, warm):
    photohq("presets", "save", "other", warm)
    failed(photohq("presets", "rm", "other"), 2, "--yes")
    failed(photohq("presets", "rm", "other", "none", "--yes"), 2, "There is no preset none")
    assert len(presets(photohq)) == 2
    assert photohq("presets", "rm", "other", "--yes").stdout == "Deleted other\n"
    (deleted,) = json.loads(photohq("presets", "rm", "warm evening", "-y", "--json").stdout)
    assert deleted["name"] == "warm evening"
    assert presets(photohq) == []
    assert photohq("presets", "ls").stdout == ""


def test_what_can_not_be_kept_is_said(photohq, warm):
    failed(photohq("presets", "show", "none"), 2, "There is no preset none")
    failed(photohq("presets", "save", "a", "none.json"), 2, "none.json")
    failed(photohq("presets", "save", "a", "-", given="[]"), 2, "JSON object")
    failed(
        photohq("presets", "save", "a", "-", given='{"recipe": 1, "exposure": 99}'), 1, "exposure"
    )
    failed(photohq("presets", "save", " a", warm), 1, "name")


@pytest.mark.parametrize("name", ["50 % grey", "a/b", "Grün"])
def test_a_preset_has_any_name(photohq, warm, name):
    assert photohq("presets", "save", name, warm).stdout == f"Saved {name}\n"
    assert json.loads(photohq("presets", "show", name).stdout)["exposure"] == 0.5
    assert photohq("presets", "rm", name, "--yes").exit_code == 0
    assert len(presets(photohq)) == 1


def test_every_bad_field_of_a_recipe_is_named(photohq):
    given = json.dumps({"recipe": 1, "exposure": 9, "contrast": 1.5, "foo": 1})
    done = photohq("presets", "save", "bad", "-", given=given)
    assert done.exit_code == 1
    assert all(name in done.stderr for name in ("exposure", "contrast", "foo"))
