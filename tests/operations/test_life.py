"""The life of photos in any order: upload, arrive, edit, replace, arrive late, delete, wait.

A state machine plays random steps against the real operations, catalog and object store, and
against a model of a dozen lines; after each step the two have to tell the same.
"""

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.operations.deployment import Bucket, Deployment, DynamoDbRecords

from photohq.identity.port import Caller
from photohq.operations.delete_edited import delete_edited
from photohq.operations.delete_photo import delete_photo
from photohq.operations.get_metadata import get_metadata
from photohq.operations.get_photo import get_photo
from photohq.operations.list_photos import list_photos
from photohq.operations.list_versions import list_versions
from photohq.operations.restore_version import restore_version
from photohq.operations.update_photo import update_photo
from photohq.operations.upload_photo import upload_photo
from photohq.photos.errors import PhotoNotFound, TooManyPendingEdits, VersionNotFound
from photohq.photos.requests import (
    DeleteQuery,
    DownloadVersion,
    EditRequest,
    GetQuery,
    ListQuery,
    UploadRequest,
)

EXPIRES, GRACE, GHOST = 900, 3600, 86_400
ME = Caller(user_id="me")
NAMES = st.sampled_from(["a.jpg", "b.jpg"])


class Ticket(msgspec.Struct, eq=False):
    """An upload that was announced, in the model."""

    photo_id: str
    bucket: str
    key: str
    upload_id: str | None
    body: bytes
    expires_at: float
    used: bool = False


class Model(msgspec.Struct, eq=False):
    """A photo as the contract tells it."""

    original: Ticket
    edits: list[Ticket] = []
    current: Ticket | None = None
    arrived: int = 0
    past: list[bytes] = []

    def replace(self, edit: Ticket | None) -> None:
        if self.current:
            self.past.append(self.current.body)
        self.current = edit

    def waiting(self, now: float) -> list[Ticket]:
        return [edit for edit in self.edits if not edit.used and now <= edit.expires_at + GRACE]


class Life(RuleBasedStateMachine):
    tickets = Bundle("tickets")
    photos = Bundle("photos")

    def new_deployment(self):
        return Deployment()

    @initialize()
    def begin(self):
        self.deployment = self.new_deployment()
        self.app = self.deployment.app
        self.model: dict[str, Model] = {}
        self.count = 0

    def teardown(self):
        self.deployment.close()

    @property
    def now(self):
        return self.deployment.now

    def _ticket(self, answer, bucket) -> Ticket:
        self.count += 1
        return Ticket(
            photo_id=answer.photo_id,
            bucket=bucket,
            key=answer.s3_key,
            upload_id=answer.upload_headers.get("x-amz-meta-upload-id"),
            body=f"bytes {self.count:4d}".encode(),
            expires_at=self.now + EXPIRES,
        )

    @rule(target=tickets, name=NAMES)
    def upload(self, name):
        body = UploadRequest(filename=name, content_type="image/jpeg", file_size=10)
        answer = upload_photo(self.app, ME, body)
        ticket = self._ticket(answer, self.app.objects.originals_bucket)
        self.model[answer.photo_id] = Model(original=ticket, edits=[])
        return ticket

    @rule(target=tickets, of=tickets, name=NAMES)
    def edit(self, of, name):
        photo = self.model.get(of.photo_id)
        body = EditRequest(filename=name, content_type="image/jpeg", file_size=10)
        if photo is None:
            with pytest.raises(PhotoNotFound):
                update_photo(self.app, ME, of.photo_id, body)
            return of
        if len(photo.waiting(self.now)) >= 10:
            with pytest.raises(TooManyPendingEdits):
                update_photo(self.app, ME, of.photo_id, body)
            return of
        answer = update_photo(self.app, ME, of.photo_id, body)
        ticket = self._ticket(answer, self.app.objects.edited_bucket)
        photo.edits.append(ticket)
        assert answer.edit_count == photo.arrived + len(photo.waiting(self.now))
        return ticket

    @rule(ticket=tickets)
    def arrive(self, ticket):
        photo = self.model.get(ticket.photo_id)
        known = photo and (ticket is photo.original or ticket in photo.edits)
        open_ = known and not ticket.used and self.now <= ticket.expires_at + GRACE
        came = self.deployment.put(ticket.bucket, ticket.key, ticket.upload_id, ticket.body)
        assert came is bool(open_)
        if open_:
            ticket.used = True
            if ticket is not photo.original:
                photo.replace(ticket)
                photo.arrived += 1

    @rule(ticket=tickets, number=st.integers(min_value=0, max_value=5))
    def restore(self, ticket, number):
        photo = self.model.get(ticket.photo_id)
        if photo is None:
            with pytest.raises(PhotoNotFound):
                restore_version(self.app, ME, ticket.photo_id, "v")
            return
        past = self._past(ticket.photo_id)
        if not past or len(photo.waiting(self.now)) >= 10:
            return
        chosen = past[number % len(past)]
        metadata = restore_version(self.app, ME, ticket.photo_id, chosen.version_id)
        body = self._body(ticket.photo_id, chosen.version_id)
        photo.replace(msgspec.structs.replace(ticket, body=body, used=True))
        photo.current.key = metadata.edited.s3_key
        photo.arrived += 1

    @rule(ticket=tickets)
    def go_back(self, ticket):
        photo = self.model.get(ticket.photo_id)
        if photo is None or not (photo.current or photo.waiting(self.now)):
            error = VersionNotFound if photo else PhotoNotFound
            with pytest.raises(error):
                delete_edited(self.app, ME, ticket.photo_id)
            return
        delete_edited(self.app, ME, ticket.photo_id)
        photo.replace(None)
        photo.edits.clear()

    def _past(self, photo_id):
        versions = list_versions(self.app, ME, photo_id).versions
        return [one for one in versions if one.version_type == "edited" and not one.is_current]

    def _body(self, photo_id, version_id):
        answer = get_photo(self.app, ME, photo_id, GetQuery(version_id=version_id))
        return self.deployment.get(answer.download_url)

    @rule(ticket=tickets)
    def delete(self, ticket):
        photo = self.model.pop(ticket.photo_id, None)
        if photo is None:
            with pytest.raises(PhotoNotFound):
                delete_photo(self.app, ME, ticket.photo_id, DeleteQuery())
            return
        deleted = delete_photo(self.app, ME, ticket.photo_id, DeleteQuery())
        really = [one.key for one in (photo.original, photo.current) if one and one.used]
        assert [item.key for item in deleted.deleted_items] == really

    @rule(seconds=st.sampled_from([1, 600, EXPIRES, GRACE, GRACE + EXPIRES, GHOST]))
    def wait(self, seconds):
        self.deployment.now += seconds

    @rule()
    def janitor(self):
        self.deployment.tidy()
        for photo_id, photo in list(self.model.items()):
            if not photo.original.used and self.now > photo.original.expires_at + GHOST:
                del self.model[photo_id]

    @invariant()
    def every_photo_tells_what_the_model_tells(self):
        for photo_id, photo in self.model.items():
            metadata = get_metadata(self.app, ME, photo_id)
            waiting = photo.waiting(self.now)
            assert metadata.has_edited_version is bool(photo.current or waiting)
            assert metadata.status == ("uploaded" if photo.original.used else "pending_upload")
            if metadata.edited:
                assert metadata.edited.edit_count == photo.arrived + len(waiting)
                shown = photo.current or waiting[-1]
                assert metadata.edited.s3_key == shown.key
                assert (metadata.edited.pending is not None) is bool(photo.current and waiting)

    @invariant()
    def every_version_that_arrived_is_served_byte_for_byte(self):
        for photo_id, photo in self.model.items():
            for kind, ticket in [("original", photo.original), ("edited", photo.current)]:
                if ticket and ticket.used:
                    answer = get_photo(
                        self.app, ME, photo_id, GetQuery(version=DownloadVersion(kind))
                    )
                    assert self.deployment.get(answer.download_url) == ticket.body
            if not photo.current and not photo.waiting(self.now):
                with pytest.raises(VersionNotFound):
                    get_photo(self.app, ME, photo_id, GetQuery(version=DownloadVersion.EDITED))

    @invariant()
    def the_history_has_every_edit_that_was_replaced(self):
        for photo_id, photo in self.model.items():
            past = [self._body(photo_id, one.version_id) for one in self._past(photo_id)]
            assert sorted(past) == sorted(photo.past)

    @invariant()
    def the_list_shows_what_there_is_once_and_newest_first(self):
        listed, key = [], None
        while True:
            page = list_photos(self.app, ME, ListQuery(limit=3, last_evaluated_key=key))
            listed += page.photos
            key = page.last_evaluated_key
            if not page.has_more:
                break
        shown = {
            photo_id
            for photo_id, photo in self.model.items()
            if photo.original.used or self.now < photo.original.expires_at + GRACE
        }
        assert sorted(item.photo_id for item in listed) == sorted(shown)
        order = [(item.created_at, item.photo_id) for item in listed]
        assert order == sorted(order, reverse=True)


def play(records, objects, examples):
    """Play lives on records and objects that are made for each of them."""

    class Elsewhere(Life):
        def new_deployment(self):
            return Deployment(records, objects)

    current = settings(parent=settings(), stateful_step_count=30, deadline=None)
    many = current.max_examples * examples // 50
    run_state_machine_as_test(Elsewhere, settings=settings(current, max_examples=many))


def test_on_one_machine():
    play(None, None, 50)


def test_with_sqlite_and_seaweedfs(s3_of_seaweedfs):
    buckets = s3_of_seaweedfs.buckets()
    play(None, lambda: Bucket(s3_of_seaweedfs.store(buckets)), 8)


@pytest.mark.slow
def test_with_dynamodb_and_files(ministack_url):
    play(lambda: DynamoDbRecords(ministack_url), None, 8)


def test_with_dynamodb_and_s3_on_ministack(ministack_url, s3_of_ministack):
    buckets = s3_of_ministack.buckets()
    play(
        lambda: DynamoDbRecords(ministack_url),
        lambda: Bucket(s3_of_ministack.store(buckets)),
        8,
    )


@pytest.mark.slow
def test_with_dynamodb_on_moto_and_seaweedfs(moto_url, s3_of_seaweedfs):
    buckets = s3_of_seaweedfs.buckets()
    play(lambda: DynamoDbRecords(moto_url), lambda: Bucket(s3_of_seaweedfs.store(buckets)), 4)
