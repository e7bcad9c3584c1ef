import re

import pytest
from tests.house.render import commands_and_help

HELP = [pytest.param(text, id=" ".join(("photohq", *names))) for names, text in commands_and_help()]


@pytest.mark.parametrize("text", HELP)
def test_help_fits_a_terminal_of_80_columns(text):
    assert [line for line in text.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("text", HELP[1:])
def test_every_command_shows_an_example(text):
    assert re.search(r"^  Examples?:\n    \S", text, re.MULTILINE)


@pytest.mark.parametrize("text", HELP)
def test_no_summary_of_a_command_is_cut_off(text):
    assert [line for line in text.splitlines() if re.match(r"  .*\.\.\.$", line)] == []
