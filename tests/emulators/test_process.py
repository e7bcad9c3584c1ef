import pytest
from tests.emulators.process import NotStarted, folder, free_ports, running

STUBBORN = """
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("ready").touch()
time.sleep(60)
"""


def test_who_lacks_an_emulator_is_told_how_to_get_it(tmp_path):
    with pytest.raises(NotStarted, match="make setup"), running("none", [], tmp_path, bool):
        pass


def test_a_program_that_ends_at_once_is_quoted(tmp_path):
    ends = ["-c", "import sys; sys.exit('no room')"]
    with pytest.raises(NotStarted, match="no room"), running("python", ends, tmp_path, bool):
        pass


def test_a_program_that_does_not_stop_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.emulators.process.STOP_SECONDS", 0.1)
    with running("python", ["-c", STUBBORN], tmp_path, (tmp_path / "ready").exists) as process:
        assert process.poll() is None
    assert process.poll() == -9


def test_nothing_is_left_of_a_folder():
    with folder() as here:
        (here / "file").touch()
    assert not here.exists()


def test_ports_differ():
    assert len(set(free_ports(20))) == 20
