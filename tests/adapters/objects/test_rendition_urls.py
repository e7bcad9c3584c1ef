"""URLs of renditions: the same for a while, so that browsers keep what they have fetched."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photohq.objects.port import MAX_LIFETIME
from photohq.objects.presign import MAX_EXPIRES, Credentials, Verifier
from photohq.objects.presigned_urls import PresignedUrls

CREDENTIALS = Credentials("photohq", "secret")
REGION = "us-east-1"
NOW = 1_800_000_000.0

lifetimes = st.integers(1, MAX_EXPIRES)
moments = st.floats(NOW, NOW + 10_000_000)


class Signer(PresignedUrls):
    """Signs at any time."""

    def __init__(self):
        self.now = NOW
        super().__init__(REGION, lambda: CREDENTIALS, lambda: self.now)

    def _address(self, bucket, key):
        return f"http://store/{bucket}/{key}"

    def at(self, now, lifetime=900, version_id="v1"):
        self.now = now
        return self.presign_rendition("b", "k.jpg", version_id=version_id, lifetime=lifetime)


def is_let_in(url, now):
    parts = urlsplit(url)
    verifier = Verifier(CREDENTIALS, REGION, lambda: now)
    return verifier.verify("GET", parts.path.encode(), parts.query.encode(), {"host": "store"})


def test_a_url_stays_the_same_for_a_lifetime():
    urls = {Signer().at(NOW + second) for second in range(0, 900, 7)}
    assert len(urls) == 1
    assert Signer().at(NOW + 900) not in urls


@given(lifetimes, moments)
def test_a_url_lives_at_least_a_lifetime_and_is_within_s3s_bounds(lifetime, now):
    url = Signer().at(now, lifetime)
    assert is_let_in(url, now)
    assert is_let_in(url, now + min(lifetime, MAX_LIFETIME))


@given(lifetimes)
def test_browsers_keep_a_copy_no_longer_than_the_url_lives(lifetime):
    query = parse_qs(urlsplit(Signer().at(NOW, lifetime)).query)
    (expires,) = query["X-Amz-Expires"]
    assert query["response-cache-control"] == [f"private, max-age={expires}, immutable"]


@pytest.mark.parametrize("version_id", ["v1", None])
def test_a_url_names_its_version(version_id):
    assert is_let_in(Signer().at(NOW, version_id=version_id), NOW).get("versionId") == version_id
