"""GET /photos/{photo_id}: where a version can be downloaded, and what it is."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from . import expect
from .deployment import eventually
from .pictures import MIB, jpeg


def test_the_original_is_the_default(alice, edited_photo):
    view = alice.view(edited_photo.id)
    assert view["photo_id"] == edited_photo.id
    assert view["version_type"] == "original"
    assert view["metadata"]["filename"] == "harbour.jpg"


def test_the_answer_describes_the_original(alice, photo):
    metadata = alice.view(photo.id, version="original")["metadata"]
    assert metadata["filename"] == "vacation.jpg"
    assert metadata["content_type"] == "image/jpeg"
    assert metadata["file_size"] == len(photo.content)
    created, updated = (expect.timestamp(metadata[name]) for name in ("created_at", "updated_at"))
    assert created <= updated


def test_the_answer_describes_the_edited_version(alice, edited_photo, edit_content):
    view = alice.view(edited_photo.id, version="edited")
    assert view["version_type"] == "edited"
    assert view["status"] in expect.ARRIVED
    assert view["metadata"]["filename"] == "harbour-edited.jpg"
    assert view["metadata"]["file_size"] == len(edit_content)


def test_a_download_url_is_good_for_fifteen_minutes(alice, photo):
    asked = datetime.now(UTC)
    view = alice.view(photo.id)
    expect.absolute(view["download_url"])
    assert view["expires_in"] == 900
    expires_at = expect.timestamp(view["expires_at"])
    assert abs(expires_at - asked - timedelta(seconds=900)) < timedelta(seconds=60)


def test_an_arrived_original_downloads_byte_for_byte(alice, photo):
    assert alice.view(photo.id)["status"] in expect.ARRIVED
    assert alice.download(photo.id) == photo.content


def test_an_arrived_edit_downloads_byte_for_byte(alice, edited_photo, edit_content):
    assert alice.download(edited_photo.id, "edited") == edit_content


def test_an_edit_leaves_the_original_untouched(alice, edited_photo):
    assert alice.download(edited_photo.id, "original") == edited_photo.content


@pytest.mark.usefixtures("real_objects")
def test_bytes_that_have_not_arrived_are_not_there(alice, deployment, pending):
    view = alice.view(pending)
    assert view["status"] == "pending_upload"
    answer = deployment.bytes.get(view["download_url"])
    expect.s3_error(answer, 404 if deployment.serves(view["download_url"]) else 403)


def test_a_url_made_before_arrival_works_after_it(alice, deployment):
    content = jpeg(30_000, seed=21)
    photo_id = alice.pending_photo()
    ticket = alice.edit_ticket(photo_id, file_size=len(content))
    view = alice.view(photo_id, version="edited")
    assert view["status"] == "pending_upload"
    assert deployment.put(ticket, content).status_code == 200
    answer = eventually(lambda: _downloaded(deployment, view["download_url"]))
    assert answer.content == content


def test_without_an_edited_version_there_is_none_to_get(alice, photo):
    answer = alice.api.get(f"/photos/{photo.id}", params={"version": "edited"})
    body = expect.problem(answer, 404)
    assert body["error"] == "No edited version available"


@pytest.mark.parametrize("version", ["bogus", "ORIGINAL", "Edited", "original,edited", "\x00"])
def test_an_unknown_version_is_refused(alice, photo, version):
    answer = alice.api.get(f"/photos/{photo.id}", params={"version": version})
    expect.problem(answer, 400, "version")


def test_while_a_replacement_is_on_its_way_the_edit_is_the_one_that_is_there(alice, deployment):
    first, second = jpeg(30_000, seed=22), jpeg(31_000, seed=23)
    photo_id = alice.pending_photo()
    alice.edit(photo_id, first, filename="first.jpg")
    ticket = alice.edit_ticket(photo_id, filename="second.jpg", file_size=len(second))
    view = alice.view(photo_id, version="edited")
    assert view["status"] in expect.ARRIVED
    assert view["metadata"]["filename"] == "first.jpg"
    assert view["metadata"]["file_size"] == len(first)
    assert alice.download(photo_id, "edited") == first
    assert deployment.put(ticket, second).status_code == 200
    assert eventually(lambda: alice.download(photo_id, "edited") == second)


def test_a_download_url_names_the_very_version_it_was_made_for(alice, deployment):
    first, second = jpeg(30_000, seed=24), jpeg(31_000, seed=25)
    photo_id = alice.pending_photo()
    alice.edit(photo_id, first)
    url = alice.download_url(photo_id, "edited")
    alice.edit(photo_id, second)
    assert alice.download(photo_id, "edited") == second
    assert deployment.bytes.get(url).content == first


# The download itself


def _downloaded(deployment, url):
    answer = deployment.bytes.get(url)
    return answer if answer.status_code == 200 else None


@pytest.fixture
def get(alice, deployment, photo):
    """Downloads the original with the given headers."""
    url = alice.download_url(photo.id)
    return lambda **headers: deployment.bytes.get(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def test_a_download_says_what_it_is(get, photo):
    answer = get()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(photo.content))
    assert answer.headers["accept-ranges"] == "bytes"
    expect.etag(answer)


def test_a_browser_does_not_guess_a_downloads_type(alice, deployment, photo):
    url = alice.download_url(photo.id)
    if not deployment.serves(url):
        pytest.skip("the bytes are S3's here")
    assert deployment.bytes.get(url).headers["x-content-type-options"] == "nosniff"


def _attachment_name(disposition):
    """The filename as RFC 6266 reads it: `filename*` wins over `filename`."""
    assert re.match(r"attachment\s*(;|$)", disposition), disposition
    assert disposition.isascii()
    extended = re.search(r";\s*filename\*=UTF-8''([A-Za-z0-9%!#$&+.^_`|~-]+)\s*(;|$)", disposition)
    if extended:
        return unquote(extended[1], errors="strict")
    plain = re.search(r';\s*filename="((?:\\.|[^"\\])*)"\s*(;|$)', disposition)
    assert plain, disposition
    return re.sub(r"\\(.)", r"\1", plain[1])


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize(
    "filename",
    [
        pytest.param("plain.jpg", id="plain"),
        pytest.param("\U0001f3d4\ufe0f Gro\u00dfglockner.jpg", id="emoji"),
        pytest.param("\u5bcc\u58eb\u5c71.jpg", id="japanese"),
        pytest.param('it\'s "quoted"; filename=evil.exe.jpg', id="quotes"),
        pytest.param("100% a+b %41 (1), [2].jpg", id="percent"),
        pytest.param("a;b=c,d.jpg", id="separators"),
    ],
)
def test_a_download_is_saved_under_its_real_name(alice, deployment, filename):
    photo_id = alice.pending_photo()
    alice.edit(photo_id, jpeg(300), filename=filename)
    answer = deployment.bytes.get(alice.download_url(photo_id, "edited"))
    assert _attachment_name(answer.headers["content-disposition"]) == filename


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        pytest.param("bytes=0-0", 0, 1, id="first-byte"),
        pytest.param("bytes=10-99", 10, 100, id="middle"),
        pytest.param(f"bytes={MIB - 7}-{MIB + 6}", MIB - 7, MIB + 7, id="across-a-mebibyte"),
        pytest.param(f"bytes={MIB}-{2 * MIB - 1}", MIB, 2 * MIB, id="one-mebibyte"),
        pytest.param(f"bytes={5 * MIB - 9}-", 5 * MIB - 9, 5 * MIB, id="to-the-end"),
        pytest.param("bytes=-9", 5 * MIB - 9, 5 * MIB, id="the-last-nine"),
        pytest.param(f"bytes={4 * MIB}-{90 * MIB}", 4 * MIB, 5 * MIB, id="beyond-the-end"),
        pytest.param("bytes=0-", 0, 5 * MIB, id="all"),
        pytest.param(f"bytes=-{90 * MIB}", 0, 5 * MIB, id="more-than-all"),
    ],
)
def test_a_single_range_is_answered_alone(get, photo, asked, start, end):
    answer = get(Range=asked)
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(photo.content)}"
    assert answer.headers["content-length"] == str(end - start)
    assert answer.content == photo.content[start:end]


@pytest.mark.usefixtures("real_objects")
@pytest.mark.parametrize("asked", [f"bytes={5 * MIB}-", f"bytes={90 * MIB}-{91 * MIB}", "bytes=-0"])
def test_a_range_outside_the_file_is_416(get, asked):
    expect.s3_error(get(Range=asked), 416, "InvalidRange")


@pytest.mark.parametrize("asked", ["bytes=9-1", "bytes=a-b", "lines=1-2", "bytes", "bytes=--1"])
def test_a_range_that_is_none_is_not_heeded(get, photo, asked):
    answer = get(Range=asked)
    assert answer.status_code == 200
    assert answer.content == photo.content


def test_a_copy_that_is_current_is_not_sent_again(get):
    etag = get(Range="bytes=0-0").headers["etag"]
    answer = get(If_None_Match=etag)
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == etag


def test_a_copy_that_is_another_is_replaced(get, photo):
    answer = get(If_None_Match='"another"')
    assert answer.status_code == 200
    assert answer.content == photo.content


def test_a_download_of_another_version_is_refused_on_request(get):
    expect.s3_error(get(If_Match='"another"'), 412, "PreconditionFailed")


@pytest.mark.usefixtures("real_objects")
def test_a_download_can_be_resumed(get, photo):
    etag = get(Range="bytes=0-0").headers["etag"]
    answer = get(Range="bytes=100-", If_Range=etag)
    assert answer.status_code == 206
    assert answer.content == photo.content[100:]


def test_a_download_of_another_version_is_not_resumed(get, photo):
    answer = get(Range="bytes=100-", If_Range='"another"')
    assert answer.status_code == 200
    assert answer.content == photo.content
