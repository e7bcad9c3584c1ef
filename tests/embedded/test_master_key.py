import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.embedded.master_key import MasterKey, WrongMasterKey

KEY = MasterKey(bytes(range(32)))


@given(st.binary(max_size=200), st.text())
def test_what_is_wrapped_comes_back(secret, context):
    assert KEY.unwrap(KEY.wrap(secret, context), context) == secret


@given(st.binary(max_size=50), st.data())
def test_what_was_altered_is_refused(secret, data):
    wrapped = bytearray(KEY.wrap(secret, "context"))
    at = data.draw(st.integers(0, len(wrapped) - 1))
    wrapped[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongMasterKey):
        KEY.unwrap(bytes(wrapped), "context")


def test_another_key_or_context_is_refused():
    wrapped = KEY.wrap(b"secret", "row 1")
    for key, context in [(KEY, "row 2"), (MasterKey(bytes(32)), "row 1")]:
        with pytest.raises(WrongMasterKey):
            key.unwrap(wrapped, context)


def test_each_purpose_has_its_own_subkey():
    assert KEY.derive("one") != KEY.derive("two")
    assert KEY.derive("one") == MasterKey(bytes(range(32))).derive("one")


def test_a_key_file_is_made_once_and_private(tmp_path):
    path = tmp_path / "config" / "master.key"
    first = MasterKey.from_file(path)
    assert MasterKey.from_file(path).fingerprint == first.fingerprint
    assert path.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_the_key(tmp_path):
    made = []
    start = threading.Barrier(8)

    def make():
        start.wait()
        made.append(MasterKey.from_file(tmp_path / "master.key").fingerprint)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize("text", ["", "xyz", "00" * 31])
def test_a_file_that_holds_no_key_is_refused(tmp_path, text):
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(ValueError, match="does not hold a master key"):
        MasterKey.from_file(tmp_path / "master.key")
