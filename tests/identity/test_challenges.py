import msgspec
import pytest

from photohq.embedded.master_key import MasterKey
from photohq.identity.challenges import LIFETIME, Challenges
from photohq.identity.refusals import NotAuthorized


class Asked(msgspec.Struct, frozen=True, tag="ASKED"):
    word: str


class Other(msgspec.Struct, frozen=True, tag="OTHER"):
    word: str


@pytest.fixture
def challenges(database, master_key, clock):
    return Challenges(database, master_key, clock)


INVALID = r"^Invalid session for the user\.$"


def test_what_was_sealed_comes_back_and_can_not_be_read(challenges):
    sealed = challenges.seal(Asked("secret-word"))
    assert challenges.open(sealed, Asked) == Asked("secret-word")
    assert "secret-word" not in sealed
    assert 20 <= len(sealed) <= 2048


def test_a_challenge_is_to_be_answered_in_three_minutes(challenges, clock):
    sealed = challenges.seal(Asked("a"))
    clock.advance(LIFETIME - 1)
    challenges.open(sealed, Asked)
    clock.advance(1)
    with pytest.raises(
        NotAuthorized, match=r"^Invalid session for the user, session is expired\.$"
    ):
        challenges.open(sealed, Asked)


def test_a_challenge_counts_once(challenges):
    sealed = challenges.seal(Asked("a"))
    assert challenges.spend(sealed)
    assert not challenges.spend(sealed)
    with pytest.raises(
        NotAuthorized, match=r"^Invalid session for the user, session can only be used once\.$"
    ):
        challenges.open(sealed, Asked)
    assert challenges.open(challenges.seal(Asked("a")), Asked)


def test_the_same_challenge_written_otherwise_is_none(challenges):
    sealed = challenges.seal(Asked("a"))
    for other in (sealed + "\n", " " + sealed, sealed.rstrip("=") + "===", sealed + "="):
        if other != sealed:
            with pytest.raises(NotAuthorized, match=INVALID):
                challenges.open(other, Asked)


def test_challenges_of_another_kind_or_key_are_refused(challenges, database, clock):
    sealed = challenges.seal(Asked("a"))
    with pytest.raises(NotAuthorized, match=INVALID):
        challenges.open(sealed, Other)
    with pytest.raises(NotAuthorized, match=INVALID):
        Challenges(database, MasterKey(bytes(32)), clock).open(sealed, Asked)


@pytest.mark.parametrize("text", ["", "x" * 20, "é" * 20, "====", "A" * 2048, "\0" * 30])
def test_whatever_is_no_challenge_is_refused(challenges, text):
    with pytest.raises(NotAuthorized, match=INVALID):
        challenges.open(text, Asked)


def test_spent_challenges_do_not_pile_up(challenges, database, clock):
    for word in "abc":
        challenges.spend(challenges.seal(Asked(word)))
    clock.advance(LIFETIME)
    challenges.spend(challenges.seal(Asked("d")))
    assert database.reader().execute("SELECT count(*) FROM spent").fetchone() == (1,)


def test_no_other_spelling_of_a_spent_challenge_is_good(challenges):
    for word in ("a", "ab", "abc"):  # one of the lengths leaves bits over
        sealed = challenges.seal(Asked(word))
        bare = sealed.rstrip("=")
        challenges.spend(sealed)
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
            with pytest.raises(NotAuthorized):
                challenges.open(bare[:-1] + letter + "=" * (len(sealed) - len(bare)), Asked)
