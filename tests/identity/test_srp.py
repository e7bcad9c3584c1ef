from hypothesis import given
from hypothesis import strategies as st

from photohq.identity import srp

from .srp_client import Client

POOL, USER = "abc123XYZ", "0b0b5a8e-0000-4000-8000-000000000000"


def arctangent_of_inverse(number, one):
    total = term = one // number
    odd, sign = 3, -1
    while term:
        term //= number * number
        total += sign * (term // odd)
        odd, sign = odd + 2, -sign
    return total


def test_the_prime_is_the_3072_bit_group_of_rfc_3526():
    one = 1 << 3100
    pi = 4 * (4 * arctangent_of_inverse(5, one) - arctangent_of_inverse(239, one))
    digits = pi >> (3100 - 2942)
    assert 2**3072 - 2**3008 - 1 + 2**64 * (digits + 1690314) == srp.PRIME


@given(st.integers(0, 2**300))
def test_numbers_are_hashed_as_the_clients_do(number):
    text = f"{number:x}"
    text = text if len(text) % 2 == 0 else "0" + text
    expected = "00" + text if text[0] in "89abcdef" else text
    assert srp.padded(number).hex() == expected


@given(st.text(), st.integers(0, 2**128 - 1), st.integers(1, 2**256))
def test_both_sides_agree_where_the_password_is_the_same(password, salt, secret):
    client = Client(secret)
    verified = srp.verifier(POOL, USER, password, salt)
    mine, public = srp.server_keys(verified)
    key = srp.session_key(client.public, mine, srp.scrambler(client.public, public), verified)
    assert key == client.key(POOL, USER, password, salt, public)
    assert key != client.key(POOL, USER, password + "x", salt, public)
    assert key != client.key(POOL, "another", password, salt, public)
