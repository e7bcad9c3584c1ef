"""The object endpoint over real HTTP: what a client can rely on, what it is refused."""

import base64
import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.adapters.objects.machine import ORIGIN, START, Machine, answer_of, code_of
from tests.adapters.objects.suite import ORIGINAL, edit

from photohq.objects.files import REGION
from photohq.objects.presign import presign, quoted_path
from photohq.photos.photo import Status

MIB = 1024 * 1024
ORIGINALS, EDITED = "photohq-originals", "photohq-edited"
PHOTO = "user/originals/photo/a.jpg"
EDIT = "user/edited/photo/a.jpg"
BODY = os.urandom(2 * MIB + 100)
SHA256 = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
MD5 = base64.b64encode(hashlib.md5(BODY).digest()).decode()


@pytest.fixture
def machine(tmp_path, closing):
    machine = Machine(tmp_path)
    yield machine
    closing(machine)


@pytest.fixture
def impatient(tmp_path, closing):
    machine = Machine(tmp_path, idle_seconds=0.3)
    yield machine
    closing(machine)


def refused(answer, status, code):
    assert (answer.status_code, code_of(answer.text)) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["x-request-id"] in answer.text


def nothing_came(machine, bucket, key):
    assert machine.files() == []
    assert machine.store.find(bucket, key) is None
    photo = machine.photo(key)
    assert bucket == EDITED or photo.original.status is Status.PENDING_UPLOAD


class TestUpload:
    def test_an_original_arrives(self, machine):
        answer = machine.put(ORIGINALS, PHOTO, BODY, ORIGINAL)
        assert answer.status_code == 200
        assert answer.content == b""
        original = machine.photo(PHOTO).original
        assert original.status is Status.UPLOADED
        assert answer.headers["x-amz-version-id"] == original.version_id
        assert answer.headers["etag"] == f'"{original.etag}"'
        assert original.checksum_sha256 == SHA256
        assert machine.get(ORIGINALS, PHOTO).content == BODY

    def test_an_edit_arrives_and_replaces_the_one_before(self, machine):
        machine.put(EDITED, EDIT, b"first", edit())
        machine.put(EDITED, EDIT, b"second", edit())
        photo = machine.photo(EDIT)
        assert photo.edited.file_size == 6
        assert photo.arrived_edits == 2
        assert photo.pending_edits == ()
        assert machine.get(EDITED, EDIT).content == b"second"

    def test_an_edit_of_another_name_retires_the_one_before(self, machine):
        other = "user/edited/photo/b.jpg"
        old = machine.put(EDITED, EDIT, b"first", edit()).headers["x-amz-version-id"]
        machine.put(EDITED, other, b"second", edit())
        assert machine.store.head(EDITED, EDIT) is None
        assert machine.get(EDITED, EDIT, old).content == b"first"
        assert machine.get(EDITED, other).content == b"second"

    def test_a_good_checksum_is_taken_and_answered(self, machine):
        headers = {**ORIGINAL, "x-amz-checksum-sha256": SHA256}
        answer = machine.put(ORIGINALS, PHOTO, BODY, headers, **{"Content-MD5": MD5})
        assert answer.status_code == 200
        assert answer.headers["x-amz-checksum-sha256"] == SHA256

    def test_a_wrong_checksum_leaves_nothing(self, machine):
        headers = {**ORIGINAL, "x-amz-checksum-sha256": SHA256}
        url = machine.ticket(ORIGINALS, PHOTO, headers, len(BODY))
        other = BODY[:-1] + bytes([BODY[-1] ^ 1])
        refused(machine.http.put(url, content=other, headers=headers), 400, "BadDigest")
        nothing_came(machine, ORIGINALS, PHOTO)
        assert machine.http.put(url, content=BODY, headers=headers).status_code == 200

    def test_a_wrong_md5_leaves_nothing(self, machine):
        answer = machine.put(EDITED, EDIT, b"bytes", edit(), **{"Content-MD5": MD5})
        refused(answer, 400, "BadDigest")
        nothing_came(machine, EDITED, EDIT)

    @pytest.mark.parametrize("checksum", ["rubbish", "", "AAAA", "é" * 4])
    def test_what_is_no_checksum_is_invalid(self, machine, checksum):
        headers = {**edit(), "x-amz-checksum-sha256": checksum}
        url = machine.ticket(EDITED, EDIT, headers, 5)
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        if checksum.isascii():
            answer = machine.http.put(url, content=b"bytes", headers=encoded)
            refused(answer, 400, "InvalidRequest")
        md5 = machine.put(EDITED, EDIT, b"bytes", edit(), **{"Content-MD5": "rubbish"})
        refused(md5, 400, "InvalidDigest")
        nothing_came(machine, EDITED, EDIT)

    def test_many_at_once_arrive_whole(self, machine):
        bodies = {f"user/edited/photo{index}/a.jpg": os.urandom(MIB + index) for index in range(12)}
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(lambda item: machine.put(EDITED, *item, edit()), bodies.items())
            )
        assert [answer.status_code for answer in answers] == [200] * 12
        for key, body in bodies.items():
            assert machine.get(EDITED, key).content == body
        assert len(machine.files()) == 12


class TestWriteOnce:
    def test_a_second_put_is_refused_before_its_body(self, machine):
        machine.put(ORIGINALS, PHOTO, BODY, ORIGINAL)
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        headers = {**ORIGINAL, "Content-Length": len(BODY), "Expect": "100-continue"}
        with machine.connect("PUT", url, headers) as connection:
            status, _, body = answer_of(connection)
        assert (status, code_of(body)) == (412, "PreconditionFailed")

    def test_of_two_that_race_one_wins(self, machine):
        """Both are let in by the checks before the body; the commit decides."""
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        headers = {**ORIGINAL, "Content-Length": len(BODY)}
        connections = [machine.connect("PUT", url, headers) for _ in range(4)]
        for connection in connections:
            connection.sendall(BODY[:-1])
        threads = [
            threading.Thread(target=connection.sendall, args=(BODY[-1:],))
            for connection in connections
        ]
        for thread in threads:
            thread.start()
        statuses = sorted(answer_of(connection)[0] for connection in connections)
        for thread, connection in zip(threads, connections, strict=True):
            thread.join()
            connection.close()
        assert statuses == [200, 412, 412, 412]
        machine.wait_for_files(1)
        assert machine.get(ORIGINALS, PHOTO).content == BODY

    @pytest.mark.parametrize("name", ["If-None-Match", "If-Match"])
    def test_conditions_that_are_not_kept_are_not_dropped_silently(self, machine, name):
        answer = machine.put(EDITED, EDIT, b"bytes", edit(), **{name: '"abc"'})
        refused(answer, 501, "NotImplemented")
        nothing_came(machine, EDITED, EDIT)


class TestRepeats:
    """A client whose answer was lost sends the same again."""

    def test_the_same_bytes_of_an_edit_are_answered_as_before(self, machine):
        headers = edit()
        url = machine.ticket(EDITED, EDIT, headers, len(BODY))
        first = machine.http.put(url, content=BODY, headers=headers)
        again = machine.http.put(url, content=BODY, headers=headers)
        assert again.status_code == 200
        for name in ("etag", "x-amz-version-id"):
            assert again.headers[name] == first.headers[name]
        assert len(machine.files()) == 1
        assert machine.photo(EDIT).arrived_edits == 1

    def test_also_when_another_edit_has_come_since(self, machine):
        headers = edit()
        url = machine.ticket(EDITED, EDIT, headers, 5)
        machine.http.put(url, content=b"first", headers=headers)
        machine.put(EDITED, EDIT, b"newer", edit())
        assert machine.http.put(url, content=b"first", headers=headers).status_code == 200
        assert machine.get(EDITED, EDIT).content == b"newer"

    def test_other_bytes_are_refused(self, machine):
        headers = edit()
        url = machine.ticket(EDITED, EDIT, headers, 5)
        machine.http.put(url, content=b"first", headers=headers)
        answer = machine.http.put(url, content=b"other", headers=headers)
        refused(answer, 412, "PreconditionFailed")
        assert machine.get(EDITED, EDIT).content == b"first"

    def test_of_a_deleted_photo_nothing_is_taken(self, machine):
        headers = edit()
        url = machine.ticket(EDITED, EDIT, headers, 5)
        machine.http.put(url, content=b"first", headers=headers)
        machine.delete_photo(EDIT)
        refused(machine.http.put(url, content=b"first", headers=headers), 403, "AccessDenied")


class TestNoTicket:
    def test_an_upload_to_a_photo_that_is_gone_is_denied(self, machine):
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        machine.delete_photo(PHOTO)
        refused(machine.http.put(url, content=BODY, headers=ORIGINAL), 403, "AccessDenied")
        assert machine.files() == []

    def test_a_photo_that_goes_while_its_bytes_come_takes_them_along(self, machine):
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        headers = {**ORIGINAL, "Content-Length": len(BODY)}
        with machine.connect("PUT", url, headers) as connection:
            connection.sendall(BODY[:-1])
            machine.wait_for_files(1)
            machine.delete_photo(PHOTO)
            connection.sendall(BODY[-1:])
            status, _, body = answer_of(connection)
        assert (status, code_of(body)) == (403, "AccessDenied")
        machine.wait_for_files(0)
        assert machine.store.find(ORIGINALS, PHOTO) is None

    def test_an_upload_id_that_nobody_announced_is_denied(self, machine):
        machine.put(EDITED, EDIT, b"bytes", edit())
        headers = edit()
        url = machine.store.presign_put(EDITED, EDIT, headers=headers, length=5, expires_in=900)
        refused(machine.http.put(url, content=b"bytes", headers=headers), 403, "AccessDenied")

    def test_a_ticket_can_be_used_for_an_hour_after_an_upload_began(self, machine):
        """The expiry is checked when a request begins; slow lines take their time."""
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        headers = {**ORIGINAL, "Content-Length": len(BODY)}
        with machine.connect("PUT", url, headers) as connection:
            connection.sendall(BODY[:-1])
            machine.wait_for_files(1)
            machine.now += 900 + 3600
            connection.sendall(BODY[-1:])
            assert answer_of(connection)[0] == 200


class TestBodies:
    def test_a_dropped_upload_leaves_nothing(self, machine):
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        headers = {**ORIGINAL, "Content-Length": len(BODY)}
        with machine.connect("PUT", url, headers) as connection:
            connection.sendall(BODY[: 2 * MIB])
            machine.wait_for_files(1)
        machine.wait_for_files(0)
        nothing_came(machine, ORIGINALS, PHOTO)
        assert machine.http.put(url, content=BODY, headers=ORIGINAL).status_code == 200

    def test_an_idle_upload_is_ended_and_leaves_nothing(self, impatient):
        url = impatient.ticket(ORIGINALS, PHOTO, ORIGINAL, len(BODY))
        headers = {**ORIGINAL, "Content-Length": len(BODY)}
        with impatient.connect("PUT", url, headers) as connection:
            connection.sendall(BODY[: MIB + 5])
            status, head, body = answer_of(connection)
            assert (status, code_of(body)) == (400, "RequestTimeout")
            assert head["connection"] == "close"
            assert connection.recv(1) == b""
        impatient.wait_for_files(0)
        nothing_came(impatient, ORIGINALS, PHOTO)

    def test_a_slow_upload_is_not_an_idle_one(self, impatient):
        url = impatient.ticket(EDITED, EDIT, headers := edit(), 8)
        with impatient.connect("PUT", url, {**headers, "Content-Length": 8}) as connection:
            for _ in range(8):
                threading.Event().wait(0.1)
                connection.sendall(b"x")
            assert answer_of(connection)[0] == 200

    def test_a_chunked_body_needs_a_length(self, machine):
        url = machine.ticket(EDITED, EDIT, headers := edit(), 5)
        chunked = machine.http.put(url, content=iter([b"by", b"tes"]), headers=headers)
        refused(chunked, 411, "MissingContentLength")
        nothing_came(machine, EDITED, EDIT)

    def test_no_length_at_all_is_refused(self, machine):
        url = machine.ticket(EDITED, EDIT, headers := edit(), 5)
        with machine.connect("PUT", url, headers) as connection:
            status, _, body = answer_of(connection)
        assert (status, code_of(body)) == (411, "MissingContentLength")

    @pytest.mark.parametrize("length", [0, 4, 6, 10**12])
    def test_another_length_is_refused_before_the_body(self, machine, length):
        url = machine.ticket(EDITED, EDIT, headers := edit(), 5)
        with machine.connect("PUT", url, {**headers, "Content-Length": length}) as connection:
            status, _, body = answer_of(connection)
        assert (status, code_of(body)) == (403, "SignatureDoesNotMatch")
        nothing_came(machine, EDITED, EDIT)

    def test_a_client_that_asks_first_sends_its_body_when_it_may(self, machine):
        url = machine.ticket(EDITED, EDIT, headers := edit(), 5)
        asking = {**headers, "Content-Length": 5, "Expect": "100-continue"}
        with machine.connect("PUT", url, asking) as connection:
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            connection.sendall(b"bytes")
            assert answer_of(connection)[0] == 200

    def test_a_client_that_asks_first_is_refused_without_its_body(self, machine):
        url = machine.ticket(EDITED, EDIT, headers := edit(), 5)
        machine.now += 901
        asking = {**headers, "Content-Length": 5, "Expect": "100-continue"}
        with machine.connect("PUT", url, asking) as connection:
            status, head, body = answer_of(connection)
            assert (status, code_of(body)) == (403, "AccessDenied")
            assert "Request has expired" in body
            assert head["connection"] == "close"
            assert connection.recv(1) == b""

    def test_a_client_that_goes_on_sending_still_reads_its_refusal(self, machine):
        body = os.urandom(16 * MIB)
        url = machine.ticket(EDITED, EDIT, headers := edit(), len(body))
        machine.now += 901
        refused(machine.http.put(url, content=body, headers=headers), 403, "AccessDenied")
        assert machine.files() == []


class TestSignatures:
    def test_another_type_is_refused(self, machine):
        url = machine.ticket(EDITED, EDIT, headers := edit(), 5)
        answer = machine.http.put(
            url, content=b"bytes", headers={**headers, "Content-Type": "text/html"}
        )
        refused(answer, 403, "SignatureDoesNotMatch")

    def test_unsigned_headers_of_amazon_are_refused(self, machine):
        answer = machine.put(EDITED, EDIT, b"bytes", edit(), **{"x-amz-meta-more": "x"})
        refused(answer, 403, "AccessDenied")
        nothing_came(machine, EDITED, EDIT)

    @pytest.mark.parametrize(
        ("parameter", "status", "code"),
        [
            ("X-Amz-Algorithm", 400, "AuthorizationQueryParametersError"),
            ("X-Amz-Expires", 403, "SignatureDoesNotMatch"),
            ("X-Amz-Signature", 403, "SignatureDoesNotMatch"),
        ],
    )
    def test_changed_parameters_are_refused(self, machine, parameter, status, code):
        url = machine.download_url(EDITED, EDIT).replace(f"{parameter}=", f"{parameter}=1")
        refused(machine.http.get(url), status, code)

    def test_no_signature_is_denied(self, machine):
        machine.put(EDITED, EDIT, b"bytes", edit())
        refused(machine.http.get(f"{machine.url}/objects/{EDITED}/{EDIT}"), 403, "AccessDenied")

    def test_a_url_expires(self, machine):
        machine.put(EDITED, EDIT, b"bytes", edit())
        url = machine.download_url(EDITED, EDIT)
        machine.now += 900
        assert machine.http.get(url).status_code == 200
        machine.now += 1
        refused(machine.http.get(url), 403, "AccessDenied")

    def test_a_download_url_is_not_for_head(self, machine):
        machine.put(EDITED, EDIT, b"bytes", edit())
        answer = machine.http.head(machine.download_url(EDITED, EDIT))
        assert (answer.status_code, answer.content) == (403, b"")


class TestPlaces:
    @pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "TRACE"])
    def test_a_url_is_for_its_own_method(self, machine, method):
        answer = machine.http.request(method, machine.download_url(EDITED, EDIT))
        refused(answer, 403, "SignatureDoesNotMatch")

    @pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "TRACE"])
    def test_other_methods_are_not_allowed(self, machine, method):
        answer = machine.http.request(method, _signed(machine, method, EDITED, EDIT))
        refused(answer, 405, "MethodNotAllowed")
        assert answer.headers["allow"] == "GET, HEAD, PUT, OPTIONS"

    def test_an_unknown_bucket(self, machine):
        refused(machine.http.get(machine.download_url("nowhere", EDIT)), 404, "NoSuchBucket")
        url = machine.ticket("nowhere", EDIT, headers := edit(), 5)
        refused(machine.http.put(url, content=b"bytes", headers=headers), 404, "NoSuchBucket")

    @pytest.mark.parametrize("key", [EDIT, "", "a", "a/b/c/d/e", "x" * 1000, "line\nbreak\x00"])
    def test_an_unknown_key(self, machine, key):
        refused(machine.get(EDITED, key), 404, "NoSuchKey")

    def test_an_unknown_version(self, machine):
        machine.put(EDITED, EDIT, b"bytes", edit())
        refused(machine.get(EDITED, EDIT, "unknown"), 404, "NoSuchVersion")

    def test_a_version_of_another_key_is_unknown(self, machine):
        version = machine.put(EDITED, EDIT, b"bytes", edit()).headers["x-amz-version-id"]
        other = "user/edited/photo/b.jpg"
        refused(machine.get(EDITED, other, version), 404, "NoSuchVersion")

    @pytest.mark.parametrize("path", ["/objects/%ff", "/objects/photohq-edited/%c3%28"])
    def test_a_path_that_is_no_utf8(self, machine, path):
        answer = machine.http.get(f"{machine.url}{path}?X-Amz-Signature=1")
        assert 400 <= answer.status_code < 500
        code_of(answer.text)

    def test_a_photo_that_is_deleted_is_gone_at_once(self, machine):
        machine.put(EDITED, EDIT, b"bytes", edit())
        version = machine.store.head(EDITED, EDIT).version_id
        url = machine.download_url(EDITED, EDIT, version)
        assert machine.http.get(url).status_code == 200
        machine.delete_photo(EDIT)
        refused(machine.http.get(url), 404, "NoSuchKey")


class TestDownload:
    @pytest.fixture
    def stored(self, machine):
        machine.put(ORIGINALS, PHOTO, BODY, ORIGINAL)
        return machine

    def test_its_headers(self, stored):
        headers = stored.get(ORIGINALS, PHOTO).headers
        expected = {
            "content-type": "image/jpeg",
            "content-length": str(len(BODY)),
            "accept-ranges": "bytes",
            "last-modified": "Fri, 15 Jan 2027 08:00:00 GMT",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
            "content-disposition": 'attachment; filename="a.jpg"',
            "x-amz-version-id": stored.photo(PHOTO).original.version_id,
            "etag": f'"{stored.photo(PHOTO).original.etag}"',
        }
        assert {name: headers[name] for name in expected} == expected
        assert START == 1_800_000_000

    def test_a_rendition_is_kept_by_browsers_also_when_they_ask_again(self, stored):
        version_id = stored.photo(PHOTO).original.version_id
        url = stored.store.presign_rendition(ORIGINALS, PHOTO, version_id=version_id, lifetime=900)
        answer = stored.http.get(url)
        again = stored.http.get(url, headers={"If-None-Match": answer.headers["etag"]})
        assert (answer.status_code, again.status_code) == (200, 304)
        for one in (answer, again):
            assert one.headers["cache-control"] == "private, max-age=1800, immutable"
            assert "content-disposition" not in one.headers

    @pytest.mark.parametrize(
        ("start", "stop"), [(0, 1), (MIB - 1, MIB + 1), (0, len(BODY)), (5, 2 * MIB + 50)]
    )
    def test_ranges(self, stored, start, stop):
        answer = stored.get(ORIGINALS, PHOTO, range=f"bytes={start}-{stop - 1}")
        assert answer.status_code == 206
        assert answer.content == BODY[start:stop]
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(BODY)}"
        assert answer.headers["content-length"] == str(stop - start)

    def test_a_range_outside(self, stored):
        answer = stored.get(ORIGINALS, PHOTO, range=f"bytes={len(BODY)}-")
        refused(answer, 416, "InvalidRange")
        assert answer.headers["content-range"] == f"bytes */{len(BODY)}"

    @pytest.mark.parametrize("value", ["bytes=0-1,5-6", "bytes=5-1", "rubbish"])
    def test_other_ranges_ask_for_the_whole(self, stored, value):
        answer = stored.get(ORIGINALS, PHOTO, range=value)
        assert (answer.status_code, answer.content) == (200, BODY)

    def test_a_download_goes_on_where_it_stopped(self, stored):
        etag = stored.get(ORIGINALS, PHOTO).headers["etag"]
        answer = stored.get(ORIGINALS, PHOTO, range="bytes=100-", **{"If-Range": etag})
        assert (answer.status_code, answer.content) == (206, BODY[100:])
        answer = stored.get(ORIGINALS, PHOTO, range="bytes=100-", **{"If-Range": '"other"'})
        assert (answer.status_code, answer.content) == (200, BODY)

    def test_what_one_has_is_not_sent_again(self, stored):
        etag = stored.get(ORIGINALS, PHOTO).headers["etag"]
        answer = stored.get(ORIGINALS, PHOTO, **{"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        refused(stored.get(ORIGINALS, PHOTO, **{"If-Match": '"x"'}), 412, "PreconditionFailed")

    def test_head_says_the_same_without_the_bytes(self, stored):
        url = _signed(stored, "HEAD", ORIGINALS, PHOTO)
        answer = stored.http.head(url)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(len(BODY))
        part = stored.http.head(url, headers={"range": "bytes=0-9"})
        assert (part.status_code, part.headers["content-length"]) == (206, "10")

    def test_a_download_survives_the_erasure_of_its_version(self, stored):
        """What is open stays readable to the end."""
        version = stored.photo(PHOTO).original.version_id
        url = stored.download_url(ORIGINALS, PHOTO, version)
        with stored.http.stream("GET", url) as answer:
            stored.store.delete_version(ORIGINALS, PHOTO, version)
            assert answer.read() == BODY
        refused(stored.http.get(url), 404, "NoSuchVersion")

    def test_damage_is_an_error_and_never_bytes(self, stored, caplog):
        (file,) = stored.files()
        content = bytearray(file.read_bytes())
        content[10] ^= 1
        file.write_bytes(content)
        answer = stored.get(ORIGINALS, PHOTO)
        refused(answer, 500, "InternalError")
        assert answer.headers["x-request-id"] in {
            getattr(record, "request_id", None) for record in caplog.records
        }

    def test_damage_further_on_breaks_the_download_off(self, stored):
        (file,) = stored.files()
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        with stored.connect("GET", stored.download_url(ORIGINALS, PHOTO), {}) as connection:
            received = b""
            while more := connection.recv(MIB):
                received += more
        assert received.startswith(b"HTTP/1.1 200")
        assert received.endswith(BODY[2 * MIB - 100 : 2 * MIB])


class TestEveryAnswer:
    def answers(self, machine):
        url = machine.download_url(EDITED, EDIT)
        head = {"Origin": ORIGIN, "X-Request-Id": "mine-1"}
        yield machine.http.get(url, headers=head)
        yield machine.http.get(f"{url}0", headers=head)
        yield machine.http.get(f"{machine.url}/objects/", headers=head)
        yield machine.http.post(_signed(machine, "POST", EDITED, EDIT), headers=head)
        yield machine.put(EDITED, EDIT, b"bytes", edit(), **head)
        yield machine.http.get(url, headers=head)
        yield machine.http.get(url, headers={**head, "If-None-Match": "*"})
        yield machine.http.get(url, headers={**head, "Range": "bytes=99-"})

    def test_has_the_callers_request_id_and_lets_the_web_client_read_it(self, machine):
        statuses = set()
        for answer in self.answers(machine):
            statuses.add(answer.status_code)
            assert answer.headers["x-request-id"] == "mine-1"
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert "ETag" in answer.headers["access-control-expose-headers"]
        assert statuses == {200, 304, 403, 404, 405, 416}

    def test_has_an_id_of_its_own_where_the_callers_is_not_decent(self, machine):
        answer = machine.http.get(machine.url + "/objects/x", headers={"X-Request-Id": "<b>"})
        assert answer.headers["x-request-id"] != "<b>"

    def test_is_not_for_other_origins(self, machine):
        answer = machine.http.get(machine.url + "/objects/x", headers={"Origin": "https://evil"})
        assert "access-control-allow-origin" not in answer.headers

    def test_a_preflight_needs_no_signature(self, machine):
        answer = machine.http.options(
            f"{machine.url}/objects/{EDITED}/{EDIT}",
            headers={
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "content-type,x-amz-meta-upload-id",
            },
        )
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "PUT" in answer.headers["access-control-allow-methods"]
        allowed = answer.headers["access-control-allow-headers"]
        assert allowed == "content-type,x-amz-meta-upload-id"


class TestTrouble:
    def test_a_full_disk_is_said_before_the_body(self, machine):
        url = machine.ticket(ORIGINALS, PHOTO, ORIGINAL, 2**60)
        headers = {**ORIGINAL, "Content-Length": 2**60}
        with machine.connect("PUT", url, headers) as connection:
            answer = _head_of(connection)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 60" in answer.lower()
        assert b"<Message>The disk is full</Message>" in answer
        nothing_came(machine, ORIGINALS, PHOTO)

    def test_a_failure_of_our_own_tells_nothing(self, machine):
        (machine.folder / "incoming").rmdir()
        answer = machine.put(EDITED, EDIT, b"bytes", edit())
        refused(answer, 500, "InternalError")
        assert str(machine.folder) not in answer.text
        (machine.folder / "incoming").mkdir()
        assert machine.put(EDITED, EDIT, b"bytes", edit()).status_code == 200


def _head_of(connection):
    received = b""
    while b"</Error>" not in received:
        received += connection.recv(65536)
    return received


def _signed(machine, method, bucket, key):
    return presign(
        method,
        f"{machine.url}/objects/{bucket}/{quoted_path(key)}",
        credentials=machine.store._credentials(),
        region=REGION,
        now=machine.now,
        expires_in=60,
    )
