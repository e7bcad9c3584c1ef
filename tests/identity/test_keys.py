import threading

import pytest

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey, WrongMasterKey
from photohq.identity.keys import PUBLISHED_FOR, SIGNS_FOR, SigningKeys


@pytest.fixture
def keys(database, master_key, clock):
    return SigningKeys(database, master_key, clock)


def published(keys):
    return [key["kid"] for key in keys.published()]


def test_access_and_id_tokens_have_keys_of_their_own(keys):
    access, _ = keys.signing("access")
    identity, _ = keys.signing("id")
    assert access != identity
    assert keys.public("access", access) is not None
    assert keys.public("access", identity) is None
    assert sorted(published(keys)) == sorted([access, identity])


def test_published_keys_are_public_rsa_keys_and_no_more(keys):
    for key in keys.published():
        assert set(key) == {"kid", "kty", "alg", "use", "n", "e"}
        assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


def test_keys_survive_a_restart(keys, database, master_key, clock):
    kid, key = keys.signing("access")
    again, loaded = SigningKeys(database, master_key, clock).signing("access")
    assert (again, loaded.private_numbers()) == (kid, key.private_numbers())


def test_private_keys_are_wrapped(keys, database, clock):
    _, key = keys.signing("access")
    (stored,) = database.reader().execute("SELECT private FROM signing_keys").fetchone()
    prime = key.private_numbers().p
    assert prime.to_bytes(128) not in stored
    with pytest.raises(WrongMasterKey):
        SigningKeys(database, MasterKey(bytes(32)), clock).signing("access")


def test_a_key_signs_for_90_days_and_is_published_three_hours_longer(keys, clock):
    old, _ = keys.signing("access")
    clock.advance(SIGNS_FOR - 1)
    assert keys.signing("access")[0] == old
    clock.advance(1)
    new, _ = keys.signing("access")
    assert new != old
    clock.advance(PUBLISHED_FOR - 1)
    assert {old, new} <= set(published(keys))
    assert keys.public("access", old) is not None
    clock.advance(1)
    assert old not in published(keys)
    assert keys.public("access", old) is None
    assert new in published(keys)


def test_keys_can_be_renewed_before_their_time(keys, clock):
    old = {purpose: keys.signing(purpose)[0] for purpose in ("access", "id")}
    keys.rotate()
    new = {purpose: keys.signing(purpose)[0] for purpose in ("access", "id")}
    assert not set(old.values()) & set(new.values())
    assert set(published(keys)) == {*old.values(), *new.values()}
    assert keys.public("access", old["access"]) is not None
    clock.advance(PUBLISHED_FOR)
    assert set(published(keys)) == set(new.values())


def test_processes_that_start_at_once_agree_on_a_key(tmp_path, database, master_key, clock):
    databases = [Database(tmp_path / "photohq.db") for _ in range(4)]
    seen = []

    def start(opened):
        seen.append(SigningKeys(opened, master_key, clock).signing("access")[0])

    threads = [threading.Thread(target=start, args=(opened,)) for opened in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for opened in databases:
        opened.close()
    assert len(seen) == 4
    assert len(set(seen)) == 1
