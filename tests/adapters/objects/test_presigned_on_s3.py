"""What presigned URLs hold a client to on S3 servers, tried over plain HTTP; the servers' gaps have
tests of their own, so that a newer server that closes one is noticed.

docs/decisions/0009-what-s3-servers-keep-of-presigned-rules.md lists the gaps.
"""

import base64
import hashlib
import time
from typing import NamedTuple
from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.adapters.objects.s3_server import S3Server

from photohq.objects.presign import Credentials

KEY = "user/edited/photo/a.jpg"
BODY = b"bytes"
ORIGIN = "https://app.example"
EDIT = {"Content-Type": "image/jpeg", "x-amz-meta-upload-id": "u1"}
ORIGINAL = {"Content-Type": "image/jpeg", "If-None-Match": "*"}
CORS = {
    "AllowedOrigins": [ORIGIN],
    "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["content-type", "if-none-match", "x-amz-*"],
    "ExposeHeaders": ["ETag", "x-amz-version-id"],
    "MaxAgeSeconds": 600,
}


def summed(body):
    return {
        **EDIT,
        "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
    }


class Bucket(NamedTuple):
    """A bucket, and a client of it."""

    server: S3Server
    http: httpx.Client
    names: list[str]

    @property
    def name(self):
        return self.names[1]

    @property
    def store(self):
        return self.store_of()

    def store_of(self, **other):
        """Answer a store with other credentials, another clock or region than the bucket's own."""
        return self.server.store(self.names, **other)

    def put_url(self, headers=EDIT, *, key=KEY, **other):
        return self.store_of(**other).presign_put(
            self.name, key, headers=headers, length=len(BODY), expires_in=900
        )

    def get_url(self, version_id=None, *, filename="a.jpg", **other):
        return self.store_of(**other).presign_get(
            self.name, KEY, filename=filename, version_id=version_id, expires_in=900
        )

    def put(self, body=BODY, sent=None, *, headers=EDIT, url=None):
        """Put with a URL for BODY and `headers`, but send what is given."""
        url = url or self.put_url(headers)
        return self.http.put(url, content=body, headers=headers if sent is None else sent)

    def preflight(self, origin=ORIGIN, method="PUT"):
        asked = {"Origin": origin, "Access-Control-Request-Method": method}
        asked["Access-Control-Request-Headers"] = "content-type,x-amz-meta-upload-id"
        return self.http.options(self.put_url(), headers=asked)

    def allow_origin(self):
        self.server.api.put_bucket_cors(Bucket=self.name, CORSConfiguration={"CORSRules": [CORS]})


@pytest.fixture
def on_seaweedfs(s3_of_seaweedfs, http):
    return Bucket(s3_of_seaweedfs, http, s3_of_seaweedfs.buckets())


@pytest.fixture
def on_ministack(s3_of_ministack, http):
    return Bucket(s3_of_ministack, http, s3_of_ministack.buckets())


@pytest.fixture(params=["on_seaweedfs", "on_ministack"])
def bucket(request):
    return request.getfixturevalue(request.param)


def code_of(answer):
    return answer.status_code, ET.fromstring(answer.text).findtext("Code")


class TestUploads:
    def test_a_key_is_written_once(self, bucket):
        assert bucket.put(headers=ORIGINAL).status_code == 200
        assert code_of(bucket.put(headers=ORIGINAL)) == (412, "PreconditionFailed")

    @pytest.mark.parametrize(
        ("body", "headers", "sent"),
        [
            pytest.param(BODY, EDIT, {**EDIT, "Content-Type": "text/html"}, id="other type"),
            pytest.param(BODY, EDIT, {**EDIT, "x-amz-meta-upload-id": "u2"}, id="other upload id"),
            pytest.param(BODY, EDIT, {"Content-Type": "image/jpeg"}, id="no upload id"),
            pytest.param(BODY + b"!", EDIT, EDIT, id="longer"),
            pytest.param(BODY[1:], EDIT, EDIT, id="shorter"),
            pytest.param(b"", EDIT, EDIT, id="empty"),
            pytest.param(BODY, ORIGINAL, {"Content-Type": "image/jpeg"}, id="not write-once"),
            pytest.param(BODY, summed(BODY), EDIT, id="no checksum"),
            pytest.param(b"BYTES", summed(BODY), summed(b"BYTES"), id="other checksum"),
        ],
    )
    def test_what_was_not_signed_is_refused(self, bucket, body, headers, sent):
        assert code_of(bucket.put(body, sent, headers=headers)) == (403, "SignatureDoesNotMatch")
        assert bucket.store.head(bucket.name, KEY) is None

    def test_bytes_without_a_length_are_refused(self, bucket):
        assert code_of(bucket.put(iter([BODY]))) == (403, "SignatureDoesNotMatch")

    def test_other_bytes_than_the_checksum_s_are_refused(self, bucket):
        assert code_of(bucket.put(b"BYTES", headers=summed(BODY))) == (400, "BadDigest")
        assert bucket.store.head(bucket.name, KEY) is None

    def test_a_checksum_is_kept_and_told(self, bucket):
        assert bucket.put(headers=summed(BODY)).status_code == 200
        arrival = bucket.store.head(bucket.name, KEY)
        assert arrival.checksum_sha256 == summed(BODY)["x-amz-checksum-sha256"]

    def test_without_a_checksum_none_is_told(self, bucket):
        bucket.put()
        assert bucket.store.head(bucket.name, KEY).checksum_sha256 is None


class TestUrls:
    def test_a_url_ends_with_its_time(self, bucket):
        def past():
            return time.time() - 1000

        assert code_of(bucket.put(url=bucket.put_url(clock=past))) == (403, "AccessDenied")
        bucket.put()
        assert code_of(bucket.http.get(bucket.get_url(clock=past))) == (403, "AccessDenied")

    def test_a_url_is_for_one_method(self, bucket):
        bucket.put()
        refused = (403, "SignatureDoesNotMatch")
        assert code_of(bucket.put(url=bucket.get_url())) == refused
        assert code_of(bucket.http.delete(bucket.get_url())) == refused
        assert code_of(bucket.http.get(bucket.put_url())) == refused
        assert bucket.http.head(bucket.get_url()).status_code == 403

    def test_a_url_is_for_one_key(self, bucket):
        bucket.put()
        other = bucket.put_url(key="user/edited/photo/b.jpg").replace("b.jpg", "a.jpg")
        assert code_of(bucket.put(url=other)) == (403, "SignatureDoesNotMatch")

    @pytest.mark.parametrize("more", ["&versionId=x", "&response-content-type=text/html"])
    def test_nothing_can_be_added_to_a_url(self, bucket, more):
        bucket.put()
        answer = bucket.http.get(bucket.get_url() + more)
        assert code_of(answer) == (403, "SignatureDoesNotMatch")

    def test_only_who_knows_the_secret_can_sign(self, bucket):
        access_key = bucket.server.credentials.access_key
        for credentials, code in [
            (Credentials(access_key, "guessed"), "SignatureDoesNotMatch"),
            (Credentials("nobody", "guessed"), "InvalidAccessKeyId"),
        ]:
            url = bucket.put_url(credentials=credentials)
            assert code_of(bucket.put(url=url)) == (403, code)


class TestDownloads:
    def test_a_version_is_pinned(self, bucket):
        old = bucket.put().headers["x-amz-version-id"]
        bucket.put(b"newer")
        url = bucket.get_url(old)
        assert bucket.http.get(url).content == BODY
        bucket.store.delete(bucket.name, KEY)
        assert bucket.http.get(url).content == BODY
        unpinned = bucket.http.get(url.replace(f"&versionId={old}", ""))
        assert code_of(unpinned) == (403, "SignatureDoesNotMatch")

    def test_an_erased_version_is_gone(self, bucket):
        version = bucket.put().headers["x-amz-version-id"]
        bucket.store.delete_version(bucket.name, KEY, version)
        assert code_of(bucket.http.get(bucket.get_url(version))) == (404, "NoSuchVersion")

    @pytest.mark.parametrize(
        ("filename", "disposition"),
        [
            ("a b.jpg", 'attachment; filename="a b.jpg"'),
            ("é.jpg", "attachment; filename=\"_.jpg\"; filename*=UTF-8''%C3%A9.jpg"),
        ],
    )
    def test_a_download_has_its_name(self, bucket, filename, disposition):
        bucket.put()
        answer = bucket.http.get(bucket.get_url(filename=filename))
        assert answer.headers["content-disposition"] == disposition

    def test_a_client_that_has_it_gets_nothing_again(self, bucket):
        etag = bucket.put().headers["etag"]
        answer = bucket.http.get(bucket.get_url(), headers={"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")


class TestPartsOfAPinnedVersion:
    def test_seaweedfs_sends_the_part_with_its_name(self, on_seaweedfs):
        answer = part_of_a_pinned_version(on_seaweedfs)
        assert (answer.status_code, answer.content) == (206, BODY[1:3])
        assert answer.headers["content-disposition"] == 'attachment; filename="a.jpg"'

    def test_ministack_sends_the_whole_without_a_name(self, on_ministack):
        answer = part_of_a_pinned_version(on_ministack)
        assert (answer.status_code, answer.content) == (200, BODY)
        assert "content-disposition" not in answer.headers


def part_of_a_pinned_version(bucket):
    version = bucket.put().headers["x-amz-version-id"]
    return bucket.http.get(bucket.get_url(version), headers={"Range": "bytes=1-2"})


class TestOtherOriginsOnSeaweedFs:
    def test_a_page_of_an_allowed_origin_may_upload_and_download(self, on_seaweedfs):
        on_seaweedfs.allow_origin()
        asked = on_seaweedfs.preflight()
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == ORIGIN
        assert "PUT" in asked.headers["access-control-allow-methods"]
        assert "x-amz-meta-upload-id" in asked.headers["access-control-allow-headers"]
        assert asked.headers["access-control-max-age"] == "600"
        for answer in (
            on_seaweedfs.put(sent={**EDIT, "Origin": ORIGIN}),
            on_seaweedfs.http.get(on_seaweedfs.get_url(), headers={"Origin": ORIGIN}),
            on_seaweedfs.http.get(on_seaweedfs.get_url("x"), headers={"Origin": ORIGIN}),
        ):
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert answer.headers["access-control-expose-headers"] == "ETag, x-amz-version-id"
            assert answer.headers["vary"] == "Origin"

    def test_pages_of_other_origins_may_not(self, on_seaweedfs):
        on_seaweedfs.allow_origin()
        other = "https://other.example"
        assert on_seaweedfs.preflight(other).status_code == 403
        answer = on_seaweedfs.put(sent={**EDIT, "Origin": other})
        assert "access-control-allow-origin" not in answer.headers

    def test_no_method_is_allowed_that_is_not_in_the_rule(self, on_seaweedfs):
        on_seaweedfs.allow_origin()
        asked = on_seaweedfs.preflight(method="DELETE")
        assert "access-control-allow-methods" not in asked.headers


class TestWhatSeaweedFsDoesNotCheck:
    def test_urls_from_the_future(self, on_seaweedfs):
        assert put_from_the_future(on_seaweedfs).status_code == 200

    def test_the_region(self, on_seaweedfs):
        other = on_seaweedfs.put_url(region="us-west-2")
        assert on_seaweedfs.put(url=other).status_code == 200

    def test_other_origins_of_a_bucket_without_a_rule(self, on_seaweedfs):
        assert on_seaweedfs.preflight().headers["access-control-allow-origin"] == ORIGIN


class TestWhatMinistackDoesNotCheck:
    def test_urls_from_the_future(self, on_ministack):
        assert put_from_the_future(on_ministack).status_code == 200

    @pytest.mark.parametrize("name", ["x-amz-meta-color", "x-amz-tagging"])
    def test_headers_that_were_not_signed(self, on_ministack, name):
        assert on_ministack.put(sent={**EDIT, name: "a=b"}).status_code == 200

    def test_whether_there_is_a_signature_at_all(self, on_ministack):
        url = on_ministack.put_url().partition("?")[0]
        assert on_ministack.put(url=url).status_code == 200
        assert on_ministack.http.get(url).content == BODY

    def test_other_origins(self, on_ministack):
        on_ministack.allow_origin()
        asked = on_ministack.preflight("https://other.example", "DELETE")
        assert asked.headers["access-control-allow-origin"] == "*"


def put_from_the_future(bucket):
    """AWS refuses a URL that begins more than 15 minutes ahead."""
    return bucket.put(url=bucket.put_url(clock=lambda: time.time() + 3600))
