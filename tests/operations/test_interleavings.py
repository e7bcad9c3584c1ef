"""One photo, many hands: whatever the order of their calls, nothing comes back, is lost or doubled.

Edits, arrivals (some told twice), time-outs, patches and deletes run against one photo, a call of
one at a time, in an order that a seed decides.
"""

import random

import pytest
from tests.operations.memory_store import MemoryStore
from tests.operations.turns import Stepping, Turns

from photohq.identity.port import Caller
from photohq.operations.app import App
from photohq.operations.confirm_upload import confirm_object
from photohq.operations.delete_photo import delete_photo
from photohq.operations.once import Once
from photohq.operations.patch_metadata import patch_metadata
from photohq.operations.tidy import settle
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.operations.views import Deleted, EditTicket, Metadata
from photohq.photos.errors import PhotoHQError, PhotoNotFound, StaleRevision
from photohq.photos.requests import DeleteQuery, EditRequest, UploadRequest
from photohq.photos.rules import Limits
from photohq.photos.versions import MATCH_GRACE, renewed

ME = Caller(user_id="me")
SIZE = 6_000_000
FILE = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": SIZE}
SEEDS = 100
START = 1_800_000_000.0


class Table:
    """A photo with tickets out, and those who are about to do something about it."""

    def __init__(self, catalog, seed):
        self.random = random.Random(seed)
        self.turns = Turns(seed)
        self.store = MemoryStore()
        self.now = START
        self.app = App(
            catalog=Stepping(catalog, self.turns),
            objects=Stepping(self.store, self.turns),
            identity=None,
            limits=Limits(),
            deployment="test",
            clock=lambda: self.now,
        )
        ticket = upload_photo(self.app, ME, UploadRequest(**FILE))
        self.id, self.key = ticket.photo_id, ticket.s3_key
        self.lapsed = [self._edit("late.jpg") for _ in range(self.random.randint(0, 2))]
        self.now += self.app.limits.url_seconds + MATCH_GRACE + 1
        photo = catalog.find(self.id)
        catalog.replace(photo, renewed(photo, photo.original, self.now, 900))
        bucket = self.store.originals_bucket
        self.original = (bucket, self.key, self.store.put(bucket, self.key, size=SIZE))
        self.edits = [
            self._edit(self.random.choice(["a.jpg", "b.jpg"]))
            for _ in range(self.random.randint(0, 3))
        ]
        self.put = [self._put(edit) for edit in self.edits if self.random.random() < 0.8]
        self.revision = catalog.find(self.id).revision

    def _edit(self, name, once=None):
        body = EditRequest(**{**FILE, "filename": name})
        return update_photo(self.app, ME, self.id, body, once=once)

    def _put(self, edit):
        upload_id = edit.upload_headers["x-amz-meta-upload-id"]
        bucket = self.store.edited_bucket
        version = self.store.put(bucket, edit.s3_key, size=SIZE, upload_id=upload_id)
        return bucket, edit.s3_key, version

    def arrivals(self):
        return [
            lambda place=place: confirm_object(self.app, *place)
            for place in self.put
            for _ in range(self.random.randint(1, 2))
        ]

    def new_edits(self):
        once = Once(key=f"me#edit {self.id}#1", fingerprint="1")
        twice = [lambda: self._edit("a.jpg", once)] * self.random.randint(1, 2)
        return [*twice, lambda: self._edit("b.jpg")][: self.random.randint(0, 3)]

    def patches(self, count, if_match=None):
        def patch(number):
            body = {"custom": {f"{if_match}{number}": self.random.random()}}
            return patch_metadata(self.app, ME, self.id, body, if_match)

        return [lambda number=number: patch(number) for number in range(count)]

    def deletes(self):
        def delete():
            return delete_photo(self.app, ME, self.id, DeleteQuery())

        return [delete] * self.random.choice([0, 0, 1, 2])


def judged_alive(table, photo, outcomes):
    """Nobody deleted it: every change that was answered is there, once."""
    edits = [answer for answer in outcomes["edits"] if isinstance(answer, EditTicket)]
    assert len(edits) == len(outcomes["edits"])
    new = {edit.upload_headers["x-amz-meta-upload-id"] for edit in edits}
    repeated = [edit for edit in edits if edit.s3_key.endswith("a.jpg")]
    assert len({edit.upload_headers["x-amz-meta-upload-id"] for edit in repeated}) <= 1
    assert all(isinstance(answer, Metadata) for answer in outcomes["patches"])
    conditional = [answer for answer in outcomes["conditional"] if isinstance(answer, Metadata)]
    refused = [answer for answer in outcomes["conditional"] if answer not in conditional]
    assert all(isinstance(answer, StaleRevision) for answer in refused)
    assert len(conditional) <= 1
    assert photo.revision == (
        table.revision + len(new) + len(outcomes["patches"]) + len(conditional)
    )
    assert len(photo.custom or {}) == len(outcomes["patches"]) + len(conditional)

    issued = {edit.upload_headers["x-amz-meta-upload-id"] for edit in table.edits}
    came = {table.store.head(*place).upload_id for place in table.put}
    waiting = [edit.upload_id for edit in photo.pending_edits]
    lapsed = {edit.upload_headers["x-amz-meta-upload-id"] for edit in table.lapsed}
    assert len(waiting) == len(set(waiting))
    assert set(waiting) - lapsed == (issued - came) | new
    assert photo.arrived_edits == len(table.put)
    assert len(photo.past_edits) == max(0, len(table.put) - 1)
    if table.put:
        assert photo.edited.version_id == table.put[-1][2], "the last to arrive is current"
    assert photo.original.arrived


def judged_deleted(table, catalog, outcomes):
    """Somebody deleted it: once, for good, and nothing of it can be downloaded."""
    assert len([one for one in outcomes["deletes"] if isinstance(one, Deleted)]) == 1
    assert catalog.find(table.id) is None
    assert table.store.visible() == []
    for name in ("edits", "patches", "deletes"):
        refused = [one for one in outcomes[name] if isinstance(one, PhotoHQError)]
        assert all(isinstance(one, PhotoNotFound) for one in refused), refused


def played(catalog, seed):
    table = Table(catalog, seed)
    groups = {
        "original": [lambda: confirm_object(table.app, *table.original)] * 2,
        "arrivals": table.arrivals(),
        "edits": table.new_edits(),
        "patches": table.patches(table.random.randint(0, 3)),
        "conditional": table.patches(2, frozenset({str(table.revision)})),
        "time-out": [lambda: settle(table.app, table.id)],
        "deletes": table.deletes(),
    }
    answers = iter(table.turns.run([actor for group in groups.values() for actor in group]))
    outcomes = {name: [next(answers) for _ in group] for name, group in groups.items()}
    for name in ("original", "arrivals", "time-out"):
        failed = [one for one in outcomes[name] if isinstance(one, Exception)]
        assert all(isinstance(one, PhotoNotFound) for one in failed), failed
    if groups["deletes"]:
        judged_deleted(table, catalog, outcomes)
    else:
        judged_alive(table, catalog.find(table.id), outcomes)


@pytest.mark.parametrize(
    ("catalog", "tenth"),
    [
        *(("sqlite", tenth) for tenth in range(10)),
        *(("dynamodb", tenth) for tenth in range(5)),
        *(pytest.param("dynamodb", tenth, marks=pytest.mark.slow) for tenth in range(5, 10)),
    ],
    indirect=["catalog"],
)
def test_a_hundred_interleavings(catalog, tenth):
    for seed in range(tenth * SEEDS // 10, (tenth + 1) * SEEDS // 10):
        try:
            played(catalog, seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
