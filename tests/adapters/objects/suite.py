"""What every object store has to keep: `objects/port.py`, promise by promise."""

import uuid
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from photohq.objects.port import NoSuchObject

ORIGINAL = {"Content-Type": "image/jpeg", "If-None-Match": "*"}
KEYS = ["plain.jpg", "with space & more.jpg", "50%25+~'()*!.jpg", "é文.jpg", "a;b=c?d#e.jpg"]


def edit(upload_id=None):
    """The headers of an edit's ticket: every upload has an id of its own."""
    return {"Content-Type": "image/jpeg", "x-amz-meta-upload-id": upload_id or str(uuid.uuid4())}


class Store(NamedTuple):
    """A store and somebody who moves bytes for it, as clients do.

    `announce(bucket, key, headers, length)` opens the ticket that the store may want to see; `now`
    is its clock.
    """

    objects: object
    http: httpx.Client
    announce: Callable[[str, str, dict, int], None]
    now: Callable[[], float]

    def ticket(self, bucket, key, headers, length):
        self.announce(bucket, key, headers, length)
        return self.objects.presign_put(bucket, key, headers=headers, length=length, expires_in=900)

    def put(self, bucket, key, body, headers=None):
        headers = headers or edit()
        url = self.ticket(bucket, key, headers, len(body))
        return self.http.put(url, content=body, headers=headers)

    def get(self, bucket, key, *, version_id=None, filename="a.jpg", **headers):
        url = self.objects.presign_get(
            bucket, key, filename=filename, version_id=version_id, expires_in=900
        )
        return self.http.get(url, headers=headers)


class ObjectStoreSuite:
    """A store's test class inherits this and gives the `store` fixture: an empty `Store` that
    takes whatever is put with a good signature."""

    kept_by_browsers = ("private, max-age=1800, immutable",)

    @pytest.mark.parametrize("name", KEYS)
    def test_what_was_put_is_got(self, store, name):
        bucket, key = store.objects.edited_bucket, f"user/edited/photo/{name}"
        assert store.put(bucket, key, b"bytes").status_code == 200
        answer = store.get(bucket, key)
        assert (answer.status_code, answer.content) == (200, b"bytes")
        assert answer.headers["content-type"] == "image/jpeg"

    def test_head_describes_the_latest_version(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        put = store.put(bucket, key, b"bytes", edit("u1"))
        arrival = store.objects.head(bucket, key)
        assert (arrival.bucket, arrival.key) == (bucket, key)
        assert (arrival.file_size, arrival.content_type) == (5, "image/jpeg")
        assert arrival.upload_id == "u1"
        assert arrival.version_id == put.headers["x-amz-version-id"]
        assert f'"{arrival.etag}"' == put.headers["etag"]
        assert arrival.is_latest

    def test_versions_tell_when_they_came(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        versions = [store.put(bucket, key, b"bytes").headers["x-amz-version-id"] for _ in range(2)]
        old, new = (store.objects.head(bucket, key, version).last_modified for version in versions)
        now = store.now()
        assert now - 60 <= old <= new <= now

    def test_nothing_is_none(self, store):
        bucket = store.objects.edited_bucket
        assert store.objects.head(bucket, "user/edited/photo/a.jpg") is None
        assert store.objects.head(bucket, "user/edited/photo/a.jpg", "unknown") is None

    def test_buckets_are_apart(self, store):
        key = "user/edited/photo/a.jpg"
        store.put(store.objects.edited_bucket, key, b"bytes")
        assert store.objects.head(store.objects.originals_bucket, key) is None

    def test_a_put_to_a_taken_key_keeps_the_old_version(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        old = store.put(bucket, key, b"old").headers["x-amz-version-id"]
        new = store.put(bucket, key, b"newer").headers["x-amz-version-id"]
        assert old != new
        assert store.objects.head(bucket, key).version_id == new
        assert store.objects.head(bucket, key, old).file_size == 3
        assert store.get(bucket, key, version_id=old).content == b"old"
        assert store.get(bucket, key).content == b"newer"

    def test_if_none_match_makes_a_key_write_once(self, store):
        bucket, key = store.objects.originals_bucket, "user/originals/photo/a.jpg"
        assert store.put(bucket, key, b"first", ORIGINAL).status_code == 200
        assert store.put(bucket, key, b"other", ORIGINAL).status_code == 412
        assert store.get(bucket, key).content == b"first"

    def test_a_delete_hides_and_keeps(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        version = store.put(bucket, key, b"bytes").headers["x-amz-version-id"]
        store.objects.delete(bucket, key)
        assert store.objects.head(bucket, key) is None
        assert store.get(bucket, key).status_code in {403, 404}
        assert store.objects.head(bucket, key, version).file_size == 5

    def test_a_delete_may_be_repeated_and_may_find_nothing(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.objects.delete(bucket, key)
        store.put(bucket, key, b"bytes")
        store.objects.delete(bucket, key)
        store.objects.delete(bucket, key)
        assert store.objects.head(bucket, key) is None

    def test_a_put_after_a_delete_is_the_latest(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.put(bucket, key, b"old")
        store.objects.delete(bucket, key)
        store.put(bucket, key, b"again")
        assert store.get(bucket, key).content == b"again"

    def test_erasing_the_latest_version_brings_back_the_one_before(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        old = store.put(bucket, key, b"old").headers["x-amz-version-id"]
        new = store.put(bucket, key, b"newer").headers["x-amz-version-id"]
        store.objects.delete_version(bucket, key, new)
        assert store.objects.head(bucket, key, new) is None
        assert store.objects.head(bucket, key).version_id == old
        assert store.get(bucket, key).content == b"old"

    def test_erasing_nothing_does_nothing(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.objects.delete_version(bucket, key, "unknown")
        store.put(bucket, key, b"bytes")
        store.objects.delete_version(bucket, key, "unknown")
        assert store.objects.head(bucket, key)

    @pytest.mark.parametrize("name", ["plain.jpg", "with space.jpg", 'q"\\%.jpg', "é文.jpg"])
    def test_a_download_is_an_attachment_of_its_name(self, store, name):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.put(bucket, key, b"bytes")
        kind, _, names = (
            store.get(bucket, key, filename=name).headers["content-disposition"].partition("; ")
        )
        assert kind == "attachment"
        plain, _, extended = names.partition("; filename*=UTF-8''")
        assert plain.startswith('filename="')
        assert unquote(extended) == name or plain == f'filename="{name}"'

    def test_a_rendition_is_shown_and_kept_by_browsers(self, store):
        bucket, key = store.objects.edited_bucket, "user/renditions/photo/u1/256.jpg"
        store.put(bucket, "user/edited/photo/a.jpg", b"edit")
        version = store.objects.write(bucket, key, b"bytes", "image/jpeg")
        store.objects.write(bucket, key, b"newer", "image/jpeg")
        url = store.objects.presign_rendition(bucket, key, version_id=version, lifetime=900)
        answer = store.http.get(url)
        assert (answer.status_code, answer.content) == (200, b"bytes")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] in self.kept_by_browsers
        assert "attachment" not in answer.headers.get("content-disposition", "")

    def test_a_range_is_answered_in_part(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.put(bucket, key, b"0123456789")
        answer = store.get(bucket, key, range="bytes=2-4")
        assert (answer.status_code, answer.content) == (206, b"234")
        assert answer.headers["content-range"] == "bytes 2-4/10"

    def test_check_finds_nothing_wrong(self, store):
        store.objects.check()

    def test_erasing_takes_every_version_and_marker_of_a_prefix(self, store):
        bucket, other = store.objects.edited_bucket, "user/edited/photo2/a.jpg"
        keys = ["user/edited/photo/a.jpg", "user/edited/photo/é &+.jpg"]
        versions = [
            (key, store.put(bucket, key, b"bytes").headers["x-amz-version-id"])
            for key in [*keys, *keys]
        ]
        store.objects.delete(bucket, keys[0])
        store.put(bucket, other, b"bytes")
        store.objects.erase(bucket, "user/edited/photo/")
        assert [store.objects.head(bucket, *version) for version in versions] == [None] * 4
        assert store.objects.head(bucket, other)

    def test_what_was_written_is_read(self, store):
        bucket, key = store.objects.edited_bucket, "user/renditions/photo/u1/256.jpg"
        data = bytes(range(256)) * 10_000  # more than a piece
        version = store.objects.write(bucket, key, data, "image/jpeg")
        assert store.objects.head(bucket, key).version_id == version
        assert store.objects.head(bucket, key).file_size == len(data)
        assert b"".join(store.objects.read(bucket, key, version)) == data
        assert store.objects.head(bucket, key).content_type == "image/jpeg"

    def test_an_upload_is_read_by_its_version(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        old = store.put(bucket, key, b"old").headers["x-amz-version-id"]
        store.objects.write(bucket, key, b"newer", "image/jpeg")
        assert b"".join(store.objects.read(bucket, key, old)) == b"old"
        assert b"".join(store.objects.read(bucket, key, None)) == b"newer"

    def test_an_edit_that_is_written_is_known_by_its_upload(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        version = store.objects.write(bucket, key, b"bytes", "image/jpeg", upload_id="u9")
        assert store.objects.head(bucket, key, version).upload_id == "u9"

    def test_an_earlier_edit_is_stored_once_more(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        data = bytes(range(256)) * 10_000
        old = store.put(bucket, key, data, edit("u1")).headers["x-amz-version-id"]
        store.put(bucket, key, b"newer", edit("u2"))
        store.objects.delete(bucket, key)
        again = store.objects.copy(bucket, key, old, upload_id="u3")
        first, latest = store.objects.head(bucket, key, old), store.objects.head(bucket, key)
        assert latest.version_id == again != old
        assert (latest.upload_id, latest.content_type) == ("u3", "image/jpeg")
        assert latest.checksum_sha256 in {first.checksum_sha256, None}
        assert b"".join(store.objects.read(bucket, key, None)) == data

    def test_an_edit_that_is_not_there_is_not_stored_once_more(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        version = store.put(bucket, key, b"bytes", edit()).headers["x-amz-version-id"]
        store.objects.delete_version(bucket, key, version)
        with pytest.raises(NoSuchObject):
            store.objects.copy(bucket, key, version, upload_id="u3")
        assert store.objects.head(bucket, key) is None

    def test_there_is_nothing_to_read_where_nothing_is(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        with pytest.raises(NoSuchObject):
            list(store.objects.read(bucket, key, None))
        store.put(bucket, key, b"bytes")
        store.objects.delete(bucket, key)
        with pytest.raises(NoSuchObject):
            list(store.objects.read(bucket, key, None))

    def test_many_keys_are_deleted_at_once(self, store):
        bucket = store.objects.edited_bucket
        keys = [f"user/renditions/photo/u1/{size}.jpg" for size in (256, 1024, 2048)]
        for key in keys:
            store.objects.write(bucket, key, b"bytes", "image/jpeg")
        store.objects.delete(bucket, *keys, "user/renditions/photo/u1/none.jpg")
        assert [store.objects.head(bucket, key) for key in keys] == [None] * 3
        store.objects.delete(bucket)

    def test_erasing_a_prefix_without_objects_does_nothing(self, store):
        store.objects.erase(store.objects.edited_bucket, "user/edited/photo/")


class PresignedRulesSuite:
    """What a store refuses by the signature of its URLs; inherit it beside the suite above."""

    def test_a_ticket_binds_type_length_and_headers(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        headers = edit("u1")
        url = store.ticket(bucket, key, headers, 5)
        for content, sent in [
            (b"bytes", {**headers, "Content-Type": "text/html"}),
            (b"longer than that", headers),
            (b"", headers),
            (b"bytes", {**headers, "x-amz-meta-upload-id": "u2"}),
            (b"bytes", {"Content-Type": "image/jpeg"}),
        ]:
            assert store.http.put(url, content=content, headers=sent).status_code == 403
        assert store.objects.head(bucket, key) is None

    def test_a_url_is_for_one_key_and_one_method(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.put(bucket, key, b"bytes")
        url = store.objects.presign_get(
            bucket, key, filename="a.jpg", version_id=None, expires_in=900
        )
        parts = urlsplit(url)
        other = parts._replace(path=f"{parts.path}x").geturl()
        assert store.http.get(other).status_code == 403
        assert store.http.put(url, content=b"bytes", headers=edit()).status_code == 403

    def test_a_checksum_is_verified(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        wrong = {**edit(), "x-amz-checksum-sha256": "A" * 43 + "="}
        answer = store.put(bucket, key, b"bytes", wrong)
        assert answer.status_code == 400
        assert "<Code>BadDigest</Code>" in answer.text
        assert store.objects.head(bucket, key) is None


class StrangersSuite:
    """What a store refuses that heeds nothing but what was signed; inherit it beside the others."""

    @pytest.mark.parametrize("name", ["x-amz-acl", "x-amz-meta-color", "x-amz-tagging"])
    def test_headers_that_were_not_signed_are_refused(self, store, name):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        url = store.ticket(bucket, key, headers := edit(), 5)
        answer = store.http.put(url, content=b"bytes", headers={**headers, name: "a=b"})
        assert answer.status_code == 403
        assert store.objects.head(bucket, key) is None

    def test_nobody_comes_in_without_a_signature(self, store):
        bucket, key = store.objects.edited_bucket, "user/edited/photo/a.jpg"
        store.put(bucket, key, b"bytes")
        url = store.ticket(bucket, key, headers := edit(), 5).partition("?")[0]
        assert store.http.get(url).status_code == 403
        assert store.http.put(url, content=b"bytes", headers=headers).status_code == 403
        assert store.http.delete(url).status_code in {403, 405}
