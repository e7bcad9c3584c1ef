"""The compiled part of recipes: that it compiles, and never looks beside its pictures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.imaging.pictures import painted
from tests.photos.recipes import EXAMPLE

from photohq.imaging.recipes import native
from photohq.imaging.recipes.native.build import compiled
from photohq.imaging.recipes.render import edited
from photohq.photos.recipe import read

ROOT = Path(__file__).parents[3]
EVERYTHING = {**EXAMPLE, "noise_reduction": 80, "vignette": {"amount": -20}}
PORTABLE = "-DVECTORS="
"""For processors of which no more is known than what all have."""


@pytest.fixture
def library():
    native.library.cache_clear()
    yield
    native.library.cache_clear()


def test_it_compiles_without_a_warning(tmp_path):
    assert compiled(tmp_path, "cc", "-Werror") == tmp_path / "libphotohq.so"
    assert [file.name for file in tmp_path.iterdir()] == ["libphotohq.so"]


def test_whoever_has_no_compiler_is_told(tmp_path):
    with pytest.raises(RuntimeError, match="needs a C compiler: there is no missing-cc here"):
        compiled(tmp_path, "missing-cc -m64")


def test_what_the_compiler_refuses_is_shown_and_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError, match=r"does not compile Photo HQ:\n.*error"):
        compiled(tmp_path, "cc", "-Dwithin=4")
    assert not list(tmp_path.iterdir())


def test_any_processor_makes_the_same_pixels(tmp_path, monkeypatch, library):
    picture, recipe = painted(320, 240), read(EVERYTHING)
    before = edited(picture, 6, recipe).copy_memory()
    monkeypatch.setattr(native, "compiled", compiled(tmp_path, "cc", PORTABLE))
    native.library.cache_clear()
    apart = (edited(picture, 6, recipe).cast("short") - before).abs()
    assert apart.max() <= 1  # a sum may be rounded on its way, and fall to the other side
    assert apart.avg() < 0.001


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS preloads nothing into Python")
def test_no_access_is_beside_a_picture_and_nothing_is_undefined(tmp_path):
    options = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", PORTABLE)
    sanitized = compiled(tmp_path, "cc", *options)
    preloaded = subprocess.check_output(["cc", "-print-file-name=libasan.so"], text=True).strip()
    done = subprocess.run(
        [sys.executable, "-m", "tests.imaging.recipes.sanitized", sanitized],
        cwd=ROOT,
        env={
            **os.environ,
            "LD_PRELOAD": preloaded,
            "ASAN_OPTIONS": "detect_leaks=0",  # Python's own
            "PYTHONMALLOC": "malloc",  # which the sanitizer watches
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
