"""What bash offers when somebody presses the tab key."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.contract.serving import PHOTOHQ, environment

from .test_presets import warm

__all__ = ["warm"]  # a fixture
pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")


def offered(home, *words):
    """What is offered for the last of the words, as bash puts it on the line."""
    line = shlex.join(["photohq", *words])
    script = (
        'eval "$(_PHOTOHQ_COMPLETE=bash_source photohq)"\n'
        f"COMP_WORDS=({line}) COMP_CWORD={len(words)}\n"
        "_photohq_completion photohq\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    env = environment(home.folder)
    env["PATH"] = f"{Path(PHOTOHQ).parent}:{env['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_commands_and_options_are_offered(stranger):
    assert offered(stranger, "re") == ["render", "restore", "reprocess"]
    assert offered(stranger, "presets", "") == ["ls", "rm", "save", "show"]
    assert "--preset" in offered(stranger, "render", "--pre")


def test_presets_are_offered(photohq, warm):
    photohq("presets", "save", "cold", warm)
    for words in (["presets", "show"], ["presets", "rm"], ["render", "a.jpg", "--preset"]):
        assert offered(photohq, *words, "") == ["cold", "warm\\ evening"]
        assert offered(photohq, *words, "w") == ["warm\\ evening"]
    assert offered(photohq, "presets", "show", "--profile", "other", "") == [""]


def test_nothing_is_offered_where_nobody_is_signed_in(stranger):
    assert offered(stranger, "presets", "show", "") == [""]


def test_profiles_are_offered(photohq):
    photohq.login("--profile", "work")
    assert offered(photohq, "ls", "--profile", "") == ["default", "work"]
    assert offered(photohq, "ls", "--profile", "w") == ["work"]
