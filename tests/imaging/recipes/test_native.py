"""The compiled part of recipes: that it compiles, and never looks beside its pictures."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from photohq.imaging.recipes.native import build
from photohq.imaging.recipes.native.build import compiled

ROOT = Path(__file__).parents[3]
CC = os.environ.get("CC", "cc")
SANITIZERS = "address,undefined,float-cast-overflow,float-divide-by-zero"


def test_it_compiles_without_a_warning_and_leaves_one_library(tmp_path):
    (tmp_path / "libphotohq-0123456789ab.so").write_bytes(b"of older sources")
    library = compiled(tmp_path, CC, "-Werror")
    assert list(tmp_path.iterdir()) == [library]


def test_other_sources_make_a_library_of_another_name(tmp_path, monkeypatch):
    before = build.name()
    shutil.copytree(build.HERE, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.name() == before
    with (tmp_path / "native.h").open("a") as header:
        header.write("int photohq_more(void);\n")
    assert build.name() != before


@pytest.mark.parametrize("command", ["missing-cc", "missing-cc -m64"])
def test_whoever_has_no_compiler_is_told(tmp_path, command):
    with pytest.raises(RuntimeError, match="needs a C compiler: there is no missing-cc here"):
        compiled(tmp_path, command)
    assert not list(tmp_path.iterdir())


def test_what_the_compiler_refuses_is_shown_and_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError, match=r"does not compile Photo HQ:\n.*error"):
        compiled(tmp_path, CC, "-Dwithin=4")
    assert not list(tmp_path.iterdir())


def test_no_access_is_beside_a_picture_and_nothing_is_undefined(tmp_path):
    found = subprocess.check_output([*CC.split(), "-print-file-name=libasan.so"], text=True)
    preloaded = Path(found.strip())
    if not preloaded.is_absolute():
        pytest.skip(f"{CC} has no library of sanitizers that Python could load before others")
    library = compiled(
        tmp_path, CC, "-g", f"-fsanitize={SANITIZERS}", "-fno-sanitize-recover=all", "-Werror"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.imaging.recipes.sanitized", library],
        cwd=ROOT,
        env={
            **os.environ,
            "LD_PRELOAD": str(preloaded),
            "ASAN_OPTIONS": "detect_leaks=0",  # Python's own
            "PYTHONMALLOC": "malloc",  # which the sanitizer watches
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
