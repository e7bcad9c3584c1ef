"""Whatever comes: ready or failed for the right reason, within the limits, and work goes on."""

import time

import pytest
from tests.imaging.hostile import HOSTILE, TRUNCATED
from tests.imaging.pictures import jpeg
from tests.imaging.running import outcome


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_as_it_should_and_soon(pictures, name):
    data = HOSTILE[name].build()
    started = time.monotonic()
    assert outcome(pictures, data) in HOSTILE[name].outcomes
    assert time.monotonic() - started < 10 * 2  # two cores may have other things to do
    assert outcome(pictures, jpeg()) == "ready"


def test_a_file_that_was_cut_anywhere_is_truncated(pictures):
    assert {outcome(pictures, case.build()) for case in TRUNCATED.values()} == {"truncated"}
