"""A journey down every path of the functions on which they call AWS.

Each step is a way of its own: it begins with photos that it makes itself.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.aws.iam.recording import Functions
from tests.contract.pictures import jpeg
from tests.imaging.pictures import ASCII, exif_app1, inserted

from photohq.objects.s3 import S3Store
from photohq.photos.errors import Unavailable

HOUR = 3600
DAY = 24 * HOUR
BRIGHT = {"recipe": 1, "exposure": 0.5, "rotate": 90}
PHOTO = "/photos/{photo_id}"
EDIT = "/photos/{photo_id}/edit"
METADATA = "/photos/{photo_id}/metadata"
VERSIONS = "/photos/{photo_id}/versions"
RESTORE = "/photos/{photo_id}/versions/{version_id}/restore"
EDITED = "/photos/{photo_id}/edited"
RECIPE = "/photos/{photo_id}/recipe"
SIDECAR = "/photos/{photo_id}/recipe.xmp"
RENDER = "/photos/{photo_id}/render"
PREVIEW = "/photos/{photo_id}/preview"
COMPARE = "/photos/{photo_id}/compare"
PRESET = "/presets/{name}"
PROCESS = "/photos/{photo_id}/process"
BATCH = "/photos/batch"
Ticket = dict[str, Any]


def file(content: bytes, name: str = "a.jpg", *, checked: bool = False) -> dict[str, Any]:
    asked = {"filename": name, "content_type": "image/jpeg", "file_size": len(content)}
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return asked | ({"checksum_sha256": digest} if checked else {})


def picture() -> bytes:
    return secrets.token_bytes(40)


def real_picture() -> bytes:
    return jpeg(300, seed=secrets.randbits(32))


def announced(f: Functions, content: bytes, *, checked: bool = False) -> Ticket:
    return f.request("POST", "/photos/upload", file(content, checked=checked))


def uploaded(f: Functions, content: bytes | None = None) -> str:
    """A photo whose original has arrived, with its checksum."""
    content = content or picture()
    ticket = announced(f, content, checked=True)
    f.arrived(*f.put(ticket, content))
    return str(ticket["photo_id"])


def ready(f: Functions) -> str:
    """A photo with renditions."""
    photo = uploaded(f, real_picture())
    f.process()
    return photo


def edit_announced(f: Functions, photo: str, content: bytes, name: str = "e.jpg") -> Ticket:
    return f.request("PUT", EDIT, file(content, name), photo_id=photo)


def edited(
    f: Functions, photo: str, name: str = "e.jpg", content: bytes = b""
) -> tuple[str, str, str]:
    content = content or picture()
    place = f.put(edit_announced(f, photo, content, name), content)
    f.arrived(*place)
    return place


def upload(f: Functions) -> None:
    content = picture()
    announced(f, content)
    body = file(content, checked=True)
    f.request("POST", "/photos/upload", body, key="upload-1")
    f.later += 2 * HOUR
    f.request("POST", "/photos/upload", body, key="upload-1")  # the record waits anew
    uploaded(f, content)
    returned = body | {"on_duplicate": "return"}
    for key in (None, "upload-2", "upload-2"):
        answer = f.request("POST", "/photos/upload", returned, key=key)
        assert answer["duplicate"]


def read(f: Functions) -> None:
    photo = announced(f, picture())["photo_id"]
    f.request("GET", PHOTO, photo_id=photo)
    edit_announced(f, photo, picture())
    f.request("GET", PHOTO, photo_id=photo, query={"version": "edited"})
    photo = uploaded(f)
    edited(f, photo)
    for version in ("original", "edited"):
        f.request("GET", PHOTO, photo_id=photo, query={"version": version})
    f.request("GET", METADATA, photo_id=photo)
    photo = ready(f)
    f.request("GET", PHOTO, photo_id=photo)
    f.request("GET", METADATA, photo_id=photo)


def lists(f: Functions) -> None:
    ready(f)
    for _ in range(3):
        edited(f, uploaded(f))
    for filtered in ({}, {"version_type": "edited"}):
        first = f.request("GET", "/photos", query={**filtered, "limit": "2"})
        after = first["last_evaluated_key"]
        f.request("GET", "/photos", query={**filtered, "limit": "2", "last_evaluated_key": after})


def edit(f: Functions) -> None:
    photo, content = uploaded(f), picture()
    body = file(content, "e.jpg", checked=True)
    for _ in range(2):
        f.request("PUT", EDIT, body, photo_id=photo, key="edit-1")
    f.later += 2 * HOUR
    f.request("PUT", EDIT, body, photo_id=photo, key="edit-1")  # the edit is waited for anew
    f.later += 2 * HOUR
    edit_announced(f, photo, content)  # the row of the one that never came goes


def patch(f: Functions) -> None:
    photo = ready(f)
    f.request("PATCH", METADATA, {"rating": 4}, photo_id=photo)
    f.request("PATCH", METADATA, {"rating": 4}, photo_id=photo)


def delete(f: Functions) -> None:
    content = picture()
    twins = [uploaded(f, content) for _ in range(3)]
    edited(f, twins[0])
    edit_announced(f, twins[1], picture())
    for photo in twins[:2]:
        f.request("DELETE", PHOTO, photo_id=photo)
    f.request("DELETE", PHOTO, photo_id=twins[2], query={"purge": "true"})
    f.request("GET", PHOTO, photo_id=twins[0], status={404})


def batches(f: Functions) -> None:
    content = picture()
    uploaded(f, content)
    known = file(content, checked=True) | {"on_duplicate": "return"}
    body = {"items": [known, *(file(picture()) for _ in range(130))]}
    batch = f.request("POST", "/batches", body, key="batch-1")["batch_id"]
    f.later += 2 * HOUR
    f.request("POST", "/batches", body, key="batch-1")
    f.request("GET", "/batches/{batch_id}", batch_id=batch)
    f.later += 2 * HOUR
    f.request("POST", "/batches/{batch_id}/resume", batch_id=batch, key="resume-1")


def batch_operations(f: Functions) -> None:
    content = picture()
    twins = [uploaded(f, content) for _ in range(2)]
    edited(f, twins[0])
    waiting = announced(f, content)["photo_id"]
    edit_announced(f, waiting, picture())
    operations = [
        *({"op": "get", "photo_id": one} for one in (twins[0], waiting)),
        *({"op": "get", "photo_id": one, "version": "edited"} for one in (twins[0], waiting)),
        {"op": "metadata", "photo_id": twins[0]},
        {"op": "patch", "photo_id": twins[0], "metadata": {"rating": 3}},
        {"op": "edit", "photo_id": twins[1], **file(content)},
        *({"op": "delete", "photo_id": one} for one in twins),
    ]
    for key in (None, "operations-1", "operations-1"):
        f.request("POST", BATCH, {"operations": operations}, key=key)


def confirm(f: Functions) -> None:
    photo, content = uploaded(f), picture()
    edited(f, photo)
    edited(f, photo, "other.jpg")  # the first one's key is retired
    mistaken = f.put(edit_announced(f, photo, content), content + b"more")
    f.arrived(*mistaken)
    f.arrived(*mistaken)  # again, once it is gone
    mistaken = f.put(announced(f, content), content + b"more")
    f.arrived(*mistaken)
    f.arrived(*mistaken)
    ticket = announced(f, content)
    edit_ticket = edit_announced(f, ticket["photo_id"], content)
    f.request("DELETE", PHOTO, photo_id=ticket["photo_id"])
    for late in (ticket, edit_ticket):
        f.arrived(*f.put(late, content))


def process(f: Functions) -> None:
    photo, content = ready(f), real_picture()
    edited(f, photo, content=content)
    f.process()
    edited(f, photo, "broken.jpg")
    f.process()
    ticket = announced(f, content)
    f.arrived(*f.put(ticket, content, checked=False))  # the checksum is learnt here
    f.process()
    for key in (None, "process-1", "process-1"):
        f.request("POST", PROCESS, photo_id=photo, key=key)
    jobs = f.jobs()
    f.process(*jobs)
    f.request("DELETE", PHOTO, photo_id=photo)
    f.process(*jobs)  # it is gone: so are its renditions


def carry(f: Functions) -> None:
    """An edit that has lost its original's metadata is stored once more, with them."""
    make = exif_app1([(0x010F, ASCII, secrets.token_hex(8).encode() + b"\0")])
    photo = uploaded(f, inserted(real_picture(), make))
    f.process()
    edited(f, photo, content=real_picture())
    f.process()
    f.process()
    newest, *_ = f.request("GET", VERSIONS, photo_id=photo)["versions"]
    assert newest["restored_metadata"]


def versions(f: Functions) -> None:
    photo = ready(f)
    for name in ("one.jpg", "two.jpg"):
        edited(f, photo, name, real_picture())
        f.process()
    history = f.request("GET", VERSIONS, photo_id=photo)["versions"]
    earlier = {"photo_id": photo, "version_id": history[1]["version_id"]}
    for key in ("restore-1", "restore-1"):
        f.request("POST", RESTORE, **earlier, key=key)
    edit_announced(f, photo, picture())
    f.request("DELETE", EDITED, photo_id=photo)
    s3 = f.client("s3")
    gone = {"Bucket": f.edited, "VersionId": earlier["version_id"]}
    for one in s3.list_object_versions(Bucket=f.edited)["Versions"]:
        if one["VersionId"] == gone["VersionId"]:
            s3.delete_object(**gone, Key=one["Key"])
    f.request("POST", RESTORE, **earlier, status={404})


def recipes(f: Functions) -> None:
    photo = ready(f)
    f.request("PUT", RECIPE, BRIGHT, photo_id=photo)
    f.request("GET", RECIPE, photo_id=photo)
    assert "rdf:RDF" in f.request("GET", SIDECAR, photo_id=photo)
    for _ in range(2):
        f.request("PUT", PRESET, BRIGHT, name="Bright")
    assert f.request("GET", "/presets")["presets"]
    edit_announced(f, photo, picture())
    f.later += 2 * HOUR  # the row of the one that never came goes
    for key in (None, "render-1", "render-1"):
        f.request("POST", RENDER, {"preset": "Bright"}, photo_id=photo, key=key)
    operations = [{"op": "render", "photo_id": photo, "preset": "Bright"}]
    for key in ("render-2", "render-2"):
        f.request("POST", BATCH, {"operations": operations}, key=key)
    f.request("POST", PREVIEW, {"size": 256}, photo_id=photo)
    f.render()
    f.process()
    f.request("GET", COMPARE, photo_id=photo, query={"size": "256"})
    f.request("DELETE", PRESET, name="Bright")
    f.request("DELETE", RECIPE, photo_id=photo)


def rendered(f: Functions) -> None:
    """Edits that are rendered in the place of others, or not at all."""
    photo = ready(f)
    edited(f, photo, "one.jpg", real_picture())
    f.request("POST", RENDER, {"recipe": BRIGHT}, photo_id=photo)
    (job,) = f.jobs("Renders")
    f.render(job)  # the first one's key is retired
    f.render(job)
    f.request("POST", RENDER, {"recipe": BRIGHT}, photo_id=photo)
    (job,) = f.jobs("Renders")
    with failing("read"):
        f.render(job, done=False)
        f.render(job, tries=3)
    f.process()


def give_up(f: Functions) -> None:
    f.jobs()
    photo = uploaded(f, real_picture())
    (job,) = f.jobs()
    with failing("read"):
        f.process(job, done=False)
        f.process(job, tries=3)
    assert f.request("GET", METADATA, photo_id=photo)["status"] == "failed"


def retired(f: Functions) -> None:
    """A key of no use any more, which ConfirmUpload could not put a delete marker on."""
    photo, content = ready(f), real_picture()
    edited(f, photo, "one.jpg", content)
    f.process()
    ticket = edit_announced(f, photo, content, "two.jpg")
    with failing("delete"):
        f.arrived(*f.put(ticket, content), taken=False)
    upload_id = ticket["upload_headers"]["x-amz-meta-upload-id"]
    user_id = ticket["s3_key"].partition("/")[0]
    f.process(json.dumps({"user_id": user_id, "photo_id": photo, "upload_id": upload_id}))


def reprocess(f: Functions) -> None:
    photo = ready(f)
    user = f.request("GET", METADATA, photo_id=photo)["user_id"]
    for asked in ({}, {"user_id": user}, {"user_id": user, "only_failed": True}):
        begun = f.invoke("Reprocess", asked)
        if begun["next"]:
            f.invoke("Reprocess", begun["next"])
    f.process()


def ghosts(f: Functions) -> None:
    """Photos whose original did not come, as far as anybody knew."""
    content = picture()
    none, good, bad = (announced(f, content, checked=True) for _ in range(3))
    edit_announced(f, none["photo_id"], content)
    f.put(good, content)
    f.put(bad, content + b"more")
    f.later += 2 * DAY
    for ticket in (none, good, bad):
        f.expire(ticket["photo_id"])
    f.request("GET", PHOTO, photo_id=good["photo_id"])


def lost_edits(f: Functions) -> None:
    """Edits that did not come, as far as anybody knew."""
    content = picture()
    rows = []
    for sent in (None, content, content + b"more"):
        photo = uploaded(f)
        ticket = edit_announced(f, photo, content)
        rows.append(f"edit#{photo}#{ticket['upload_headers']['x-amz-meta-upload-id']}")
        if sent:
            f.put(ticket, sent)
    f.later += 2 * HOUR
    for row in rows:
        f.expire(row)


def unfinished(f: Functions) -> None:
    """Photos whose deletion was cut off."""
    content, rows = picture(), []
    for _ in range(2):
        photo = uploaded(f, content)
        edited(f, photo)
        ticket = edit_announced(f, photo, content)
        rows.append(f"edit#{photo}#{ticket['upload_headers']['x-amz-meta-upload-id']}")
        with failing("delete"):
            f.request("DELETE", PHOTO, photo_id=photo, status={503})
    f.expire(photo)
    f.later += 2 * HOUR
    f.expire(rows[0])


@contextmanager
def failing(method: str) -> Iterator[None]:
    """Let S3 be unavailable for one thing while the block lasts."""

    def fail(*_: object) -> None:
        raise Unavailable

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(S3Store, method, fail)
        yield


def purge(f: Functions) -> None:
    photo = uploaded(f)
    for _ in range(2):
        edited(f, photo)
    f.request("DELETE", PHOTO, photo_id=photo, query={"purge": "true"})
    images = [
        call.parameters["Item"]
        for call in f.calls["DeletePhoto"]
        if call.operation == "PutItem" and call.parameters["Item"]["photo_id"]["S"] == photo
    ]
    f.removed(images[-1])
    versions = f.client("s3").list_object_versions(Bucket=f.edited)
    assert photo not in str(versions.get("Versions", []))


def service(f: Functions) -> None:
    f.request("GET", "/readyz")
    f.request("GET", "/nowhere", status={404})


STEPS = (
    upload,
    read,
    lists,
    edit,
    patch,
    delete,
    batches,
    batch_operations,
    confirm,
    process,
    carry,
    versions,
    recipes,
    rendered,
    give_up,
    retired,
    reprocess,
    ghosts,
    lost_edits,
    unfinished,
    purge,
    service,
)


def journey(f: Functions) -> None:
    for step in STEPS:
        step(f)
