"""The commands for photos that are there: `ls`, `info`, `tag`, `rm`, `versions`, `restore`,
`render`, `download`."""

import json

import pytest
from tests.contract.pictures import jpeg

from photohq.client import PhotoHQ

from .test_sessions import failed

WARM = {"recipe": 1, "exposure": 0.5}


@pytest.fixture
def library(photohq):
    """Three photos, the ids by filename; two have the same name."""
    photohq.photo("a.jpg", seed=1)
    photohq.photo("b.jpg", seed=2)
    photohq.photo("other/b.jpg", seed=3)
    done = photohq("upload", photohq.folder, "--recursive", "--json")
    assert done.exit_code == 0, done.output
    home = f"{photohq.folder}/"
    return {row["path"].removeprefix(home): row["photo_id"] for row in json.loads(done.stdout)}


def test_a_list_is_for_people_and_for_programs(photohq, library):
    assert photohq("ls").stdout.count("\n") == 3
    listed = json.loads(photohq("ls", "--json").stdout)
    assert {photo["photo_id"] for photo in listed} == set(library.values())
    assert all(photo["status"] != "pending_upload" for photo in listed)
    assert len(json.loads(photohq("ls", "--json", "--limit", "2").stdout)) == 2


def test_a_list_is_filtered(photohq, library):
    photohq("tag", "a.jpg", "--add", "sea")
    photohq("edit", "a.jpg", photohq.photo("edit.jpg", 400))
    for words in (["--tag", "sea"], ["--edited"]):
        (found,) = json.loads(photohq("ls", "--json", *words).stdout)
        assert found["photo_id"] == library["a.jpg"]
    assert len(json.loads(photohq("ls", "--json", "--original").stdout)) == 2
    assert json.loads(photohq("ls", "--json", "--tag", "none").stdout) == []


def test_a_photo_is_found_by_id_beginning_and_name(photohq, library):
    photo_id = library["a.jpg"]
    for word in (photo_id, photo_id.upper(), photo_id[:8], "a.jpg"):
        assert json.loads(photohq("info", word, "--json").stdout)["photo_id"] == photo_id
    assert "a.jpg" in photohq("info", "a.jpg").stdout


def test_what_could_be_several_photos_is_listed_and_nothing_is_done(photohq, library):
    for words in (["info", "b.jpg"], ["rm", "b.jpg", "--yes"], ["tag", "b.jpg", "--add", "x"]):
        done = photohq(*words)
        failed(done, 2, "could be 2 photos", library["b.jpg"], library["other/b.jpg"])
    assert len(json.loads(photohq("ls", "--json").stdout)) == 3


@pytest.mark.parametrize("word", ["c.jpg", "00000000", "00000000-0000-4000-8000-000000000000"])
def test_a_photo_that_is_not_there_is_said(photohq, word):
    failed(photohq("info", word), 2, f"There is no photo {word}")


def test_what_is_known_of_a_photo_is_shown(photohq, library):
    photohq("edit", "a.jpg", photohq.photo("edit.jpg", 400))
    known = {
        "tags": ["sea", "sun"],
        "rating": 4,
        "description": "The pier",
        "geolocation": {"latitude": 54.5, "longitude": 13.25},
        "camera_info": {"make": "Make", "model": "Model"},
    }
    with photohq.client() as client:
        client.change(library["a.jpg"], known)
    shown = photohq("info", "a.jpg").stdout
    for words in ("sea, sun", "The pier", "54.50000, 13.25000", "Make, Model", "edit.jpg"):
        assert words in shown
    assert json.loads(photohq("info", "a.jpg", "--json").stdout).items() >= known.items()


def test_tags_are_kept_that_others_give_meanwhile(photohq, library, monkeypatch):
    first = PhotoHQ.change

    def late(client, photo_id, changes, **more):
        monkeypatch.undo()
        first(client, photo_id, {"tags": ["theirs"]})
        return first(client, photo_id, changes, **more)

    monkeypatch.setattr(PhotoHQ, "change", late)
    assert photohq("tag", "a.jpg", "--add", "mine").stdout == "a.jpg  theirs, mine\n"


def test_tags_are_given_and_taken_away(photohq, library):
    done = photohq("tag", "a.jpg", "--add", "sea", "--add", "sun", "--json")
    assert json.loads(done.stdout)[0]["tags"] == ["sea", "sun"]
    assert photohq("tag", "a.jpg", "--remove", "sea").stdout == "a.jpg  sun\n"
    assert photohq("tag", "a.jpg", "--remove", "sun").stdout == "a.jpg  (no tags)\n"


def test_deleting_wants_to_be_sure(photohq, library):
    failed(photohq("rm", "a.jpg"), 2, "--yes")
    assert photohq("rm", "a.jpg", "--yes").stdout == "Deleted a.jpg\n"
    (deleted,) = json.loads(photohq("rm", library["b.jpg"], "--yes", "--purge", "--json").stdout)
    assert deleted["deleted_items"][0]["type"] == "original"
    (left,) = json.loads(photohq("ls", "--json").stdout)
    assert left["photo_id"] == library["other/b.jpg"]


def test_an_edit_replaces_another_and_comes_back(photohq, library):
    for number in (1, 2):
        edit = photohq.photo(f"edit{number}.jpg", 400, seed=number)
        assert photohq("edit", "a.jpg", edit, "--as-uploaded").exit_code == 0
    second, first, original = json.loads(photohq("versions", "a.jpg", "--json").stdout)
    assert (second["is_current"], first["is_current"]) == (True, False)
    assert original["version_type"] == "original"
    shown = photohq("versions", "a.jpg").stdout
    assert first["version_id"] in shown
    assert [line[0] for line in shown.splitlines()] == ["*", " ", " "]
    assert photohq("restore", "a.jpg", first["version_id"][:10]).exit_code == 0
    photohq("download", "a.jpg", "--edited", photohq.folder / "out")
    assert (photohq.folder / "out" / "edit1.jpg").read_bytes() == jpeg(400, 1)
    after = json.loads(photohq("restore", "a.jpg", "--original", "--json").stdout)
    assert after["has_edited_version"] is False
    failed(photohq("restore", "a.jpg", "nonsense"), 2, "There is no edit nonsense")
    assert photohq("restore", "a.jpg").exit_code == 2


@pytest.fixture
def preset(photohq):
    with photohq.client() as client:
        client.put_preset("warm evening", WARM)
    return "warm evening"


def test_a_preset_makes_edited_versions(photohq, library, preset):
    done = photohq("render", "a.jpg", library["b.jpg"], "--preset", preset, "--json")
    rows = [(row["photo_id"], row["outcome"]) for row in json.loads(done.stdout)]
    assert rows == [(library["a.jpg"], "rendered"), (library["b.jpg"], "rendered")]
    edited = json.loads(photohq("info", "a.jpg", "--json").stdout)["edited"]
    assert (edited["status"], edited["edit_count"]) == ("ready", 1)
    failed(photohq("render", "a.jpg", "--preset", "none"), 2, "There is no preset none")


def test_a_photo_that_can_not_be_rendered_spoils_no_other(photohq, library):
    with photohq.client() as client:
        client.put_recipe(library["a.jpg"], WARM)
    done = photohq("render", "--all")
    assert done.exit_code == 1
    lines = sorted(done.stdout.splitlines(), reverse=True)
    assert lines[0] == f"rendered  {library['a.jpg']}  a.jpg"
    assert [line.split()[0] for line in lines] == ["rendered", "refused", "refused"]
    assert "recipe" in lines[1]
    assert "1 rendered" in done.stderr
    assert "2 refused" in done.stderr


def test_photos_of_a_tag_are_rendered(photohq, library, preset):
    photohq("tag", "a.jpg", "--add", "sea")
    done = photohq("render", "--tag", "sea", "--preset", preset, "--no-wait")
    assert done.stdout == f"begun     {library['a.jpg']}  a.jpg\n"
    nothing = photohq("render", "--tag", "none", "--preset", preset)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    for words in ([], ["a.jpg", "--all"], ["a.jpg", "--tag", "sea"]):
        assert photohq("render", *words, "--preset", preset).exit_code == 2


def test_a_recipe_makes_an_edited_version(photohq, library):
    done = photohq("render", "a.jpg", "--recipe", "-", given=json.dumps(WARM))
    assert done.stdout == f"rendered  {library['a.jpg']}  a.jpg\n", done.output
    broken = photohq.folder / "broken.json"
    broken.write_text("[]")
    failed(photohq("render", "a.jpg", "--recipe", broken), 2, "broken.json")
    failed(photohq("render", "a.jpg", "--recipe", "no.json"), 2, "no.json")


def test_all_photos_are_downloaded_under_names_of_their_own(photohq, library):
    out = photohq.folder / "out"
    done = photohq("download", "--all", out, "--json")
    assert {row["outcome"] for row in json.loads(done.stdout)} == {"done"}
    one, other = library["b.jpg"][:8], library["other/b.jpg"][:8]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "a.jpg": jpeg(1_000, 1),
        f"b-{one}.jpg": jpeg(1_000, 2),
        f"b-{other}.jpg": jpeg(1_000, 3),
    }
    again = photohq("download", "--all", out, "--json")
    assert {row["outcome"] for row in json.loads(again.stdout)} == {"there"}


def test_a_file_with_another_content_is_not_replaced_by_a_download(photohq, library):
    mine = photohq.folder / "out" / "a.jpg"
    mine.parent.mkdir()
    mine.write_text("my own")
    done = photohq("download", "a.jpg", mine.parent)
    assert done.exit_code == 1
    assert "--force" in done.stdout
    assert mine.read_text() == "my own"
    assert photohq("download", "a.jpg", mine.parent, "--force").exit_code == 0
    assert mine.read_bytes() == jpeg(1_000, 1)


def test_a_version_that_is_not_there_is_not_downloaded(photohq, library):
    done = photohq("download", "a.jpg", "--edited", photohq.folder / "out")
    assert done.exit_code == 1
    assert "No edited version available" in done.stdout
    assert photohq("download", photohq.folder).exit_code == 2
