import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.identity.passwords import Passwords, check_policy
from photohq.identity.refusals import InvalidPassword

CHEAP = Passwords(memory_kib=64, passes=1)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("", "Password not long enough"),
        ("aA1!aA1", "Password not long enough"),
        ("correct-horse-7", "Password must have uppercase characters"),
        ("CORRECT-HORSE-7", "Password must have lowercase characters"),
        ("Correct-Horse-x", "Password must have numeric characters"),
        ("CorrectHorse7", "Password must have symbol characters"),
        ("ÄÖÜcorrect-7", "Password must have uppercase characters"),
    ],
)
def test_the_policy_names_what_is_missing(password, missing):
    with pytest.raises(InvalidPassword) as refused:
        check_policy(password)
    assert refused.value.message == f"Password did not conform with policy: {missing}"


@pytest.mark.parametrize("symbol", "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=")
def test_each_of_cognitos_symbols_counts(symbol):
    check_policy(f"Correct7{symbol}")


def test_hashes_are_argon2id_with_at_least_what_owasp_asks_for():
    parameters = argon2.extract_parameters(Passwords().hash("Correct-Horse-7"))
    assert parameters.type is argon2.Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2


@given(st.text(max_size=256), st.text(max_size=256))
def test_a_password_is_verified_by_itself_alone(password, other):
    hashed = CHEAP.hash(password)
    assert CHEAP.verify(password, hashed)
    assert CHEAP.verify(other, hashed) == (other == password)


def test_every_one_of_256_characters_counts():
    password = "€" * 255
    hashed = CHEAP.hash(password + "a")
    assert CHEAP.verify(password + "a", hashed)
    assert not CHEAP.verify(password + "b", hashed)


def test_what_is_longer_is_refused_unhashed(monkeypatch):
    hashed = CHEAP.hash("a" * 257)
    monkeypatch.setattr(CHEAP, "_hasher", None)
    assert not CHEAP.verify("a" * 257, hashed)
    assert not CHEAP.verify("a" * 257, None)


def test_nobodys_hash_costs_what_a_real_one_does():
    real = argon2.extract_parameters(CHEAP.hash("Correct-Horse-7"))
    assert argon2.extract_parameters(CHEAP._nobodys) == real
    assert not CHEAP.verify("Correct-Horse-7", None)
