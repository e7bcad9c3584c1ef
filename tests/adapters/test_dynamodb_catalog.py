"""What DynamoDB alone has to keep: few calls, the rows beside the photos, and its timer."""

import json

import msgspec
import pytest
from tests.adapters.catalog_suite import (
    NOW,
    CatalogSuite,
    batch_of,
    checksum,
    claim,
    photo,
    version,
    with_checksum,
)
from tests.adapters.dynamodb_table import catalog_at, new_table

from photohq.catalog import dynamodb_side_rows
from photohq.catalog.dynamodb import USER_INDEX, VERSION_INDEX
from photohq.catalog.dynamodb_items import plain
from photohq.catalog.port import Changed, Claimed, PageKey
from photohq.photos.batch import BATCH_AGE
from photohq.photos.photo import Status, VersionType
from photohq.photos.versions import (
    DELETE_GRACE,
    GHOST_AGE,
    MATCH_GRACE,
    Arrival,
    marked_deleting,
    renewed,
    with_arrival,
    with_edit_ticket,
    without_lost_edits,
)

replace = msgspec.structs.replace


@pytest.fixture(params=["ministack", pytest.param("moto", marks=pytest.mark.slow)])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def table(url):
    with new_table(url) as name:
        yield name


@pytest.fixture
def catalog(url, table):
    catalog = catalog_at(url, table)
    yield catalog
    catalog.client.close()


@pytest.fixture
def calls(catalog):
    """What was called, each with its parameters."""
    made = []

    def note(model, params, **_):
        made.append((model.name, json.loads(params["body"])))

    catalog.client.meta.events.register("before-call.dynamodb", note)
    return made


@pytest.fixture
def rows(catalog, table):
    """Answers the side rows that there are, by their key."""

    def read():
        items = map(plain, catalog.client.scan(TableName=table, ConsistentRead=True)["Items"])
        return {item.pop("photo_id"): item for item in items if "user_id" not in item}

    return read


def names(calls):
    return [name for name, _ in calls]


class TestDynamoDbCatalog(CatalogSuite):
    pass


class TestCalls:
    def test_what_is_plain_is_one_call(self, catalog, calls):
        old = photo()
        new = replace(old, counter=2)
        catalog.add(old)
        catalog.find("p")
        catalog.replace(old, new)
        catalog.page("user", limit=50, now=NOW)
        catalog.remove(new)
        catalog.claim(claim())
        catalog.find_claim("key", NOW)
        catalog.check()
        assert names(calls) == [
            "PutItem",
            "GetItem",
            "PutItem",
            "Query",
            "DeleteItem",
            "PutItem",
            "GetItem",
            "GetItem",
        ]

    def test_what_belongs_together_is_one_call_too(self, catalog, calls):
        old = with_checksum("p", arrived=False)
        there = replace(with_checksum("p"), counter=2)
        edited = with_edit_ticket(there, version(name="b.jpg"), NOW)
        catalog.add(old, claim("1"))
        catalog.replace(old, there)
        catalog.replace(there, edited, claim("2"))
        catalog.remove(edited)
        assert names(calls) == ["TransactWriteItems"] * 4

    def test_a_full_page_is_one_call(self, catalog, calls):
        stored = [photo(f"p{index:03}", at=NOW + index) for index in range(120)]
        catalog.add_batch(batch_of(stored), stored)
        calls.clear()
        page = catalog.page("user", limit=100, now=NOW)
        assert page.photos == stored[:19:-1]
        assert page.scanned == 100
        assert names(calls) == ["Query"]

    def test_two_hundred_photos_are_four_calls_at_most(self, catalog, calls):
        stored = [photo(f"p{index}", original=version(f"p{index}")) for index in range(200)]
        catalog.add_batch(batch_of(stored), stored)
        assert len(calls) <= 4
        calls.clear()
        catalog.find_many([one.photo_id for one in stored])
        assert names(calls) == ["BatchGetItem"] * 2

    def test_the_batch_comes_last(self, catalog, calls):
        stored = [photo(f"p{index}") for index in range(101)]
        catalog.add_batch(batch_of(stored), stored)
        first, last = (
            [
                (kind, action.get("Item", action.get("Key"))["photo_id"]["S"])
                for write in parameters["TransactItems"]
                for kind, action in write.items()
            ]
            for _, parameters in calls
        )
        assert ("ConditionCheck", "batch#b") in first, "nothing comes back of a batch that is done"
        assert ("Put", "batch#b") in last
        assert ("Put", "batch#b") not in first
        assert len(first) + len(last) == 103

    def test_checksums_are_looked_up_in_two_calls(self, catalog, calls):
        for index in range(30):
            catalog.add(with_checksum(f"p{index}", f"bytes {index % 3}"))
        calls.clear()
        asked = [checksum(f"bytes {index}") for index in range(100)]
        assert len(catalog.find_by_checksums("user", asked)) == 3
        assert names(calls) == ["BatchGetItem"] * 2

    def test_reads_are_consistent(self, catalog, table, calls):
        catalog.find("p")
        catalog.find_claim("key", NOW)
        catalog.find_batch("b", NOW)
        catalog.find_many(["p"])
        *gets, (_, batch) = calls
        assert all(parameters["ConsistentRead"] for _, parameters in gets)
        assert batch["RequestItems"][table]["ConsistentRead"]


class TestPages:
    def test_a_page_goes_on_where_a_megabyte_ends(self, ministack_url):
        with new_table(ministack_url) as table:
            catalog = catalog_at(ministack_url, table)
            asked = []
            catalog.client.meta.events.register(
                "before-call.dynamodb.Query", lambda params, **_: asked.append(params)
            )
            stored = [photo(f"p{n}", at=NOW + n, description="x" * 300_000) for n in range(10)]
            for one in stored:
                catalog.add(one)
            first = catalog.page("user", limit=8, now=NOW)
            assert first.photos == stored[:1:-1]
            assert len(asked) > 1
            rest = catalog.page("user", limit=8, now=NOW, after=first.next)
            assert rest.photos == stored[1::-1]
            assert rest.next is None

    def test_a_page_goes_on_while_records_are_hidden(self, catalog, calls):
        ghost = version(expires_at=NOW - 2 * MATCH_GRACE)
        shown = [photo(f"old{index}", at=NOW - index) for index in range(3)]
        ghosts = [photo(f"ghost{index}", at=NOW + 1, original=ghost) for index in range(20)]
        catalog.add_batch(batch_of([]), [*ghosts, *shown])
        calls.clear()
        page = catalog.page("user", limit=3, now=NOW)
        assert page.photos == shown
        assert page.next is None
        assert page.scanned == 23
        assert 1 < len(calls) <= 7

    @pytest.mark.parametrize("version_type", [None, VersionType.ORIGINAL])
    def test_a_page_begins_after_any_key(self, catalog, version_type):
        stored = [photo(name) for name in ("a", "b", "c")]
        for one in stored:
            catalog.add(one)
        after = PageKey(created_at=stored[0].created_at, photo_id="bb")
        page = catalog.page("user", limit=9, now=NOW, after=after, version_type=version_type)
        assert page.photos == [stored[1], stored[0]]


class TestEditRows:
    def test_a_ticket_of_an_edit_has_a_row_until_it_ends(self, catalog, rows):
        old = photo()
        first = with_edit_ticket(old, version(name="b.jpg", upload_id="u1"), NOW)
        second = with_edit_ticket(first, version(upload_id="u2", expires_at=NOW + 0.5), NOW)
        catalog.add(old)
        catalog.replace(old, first)
        catalog.replace(first, second)
        assert rows() == {
            "edit#p#u1": {"edit_of": "p", "upload_id": "u1", "ttl": NOW + 900 + MATCH_GRACE},
            "edit#p#u2": {"edit_of": "p", "upload_id": "u2", "ttl": NOW + 1 + MATCH_GRACE},
        }

    def test_a_ticket_that_is_renewed_ends_later(self, catalog, rows):
        old = photo(pending_edits=(version(upload_id="u1"), version(upload_id="u2")))
        catalog.add(old)
        catalog.replace(old, renewed(old, old.pending_edits[0], NOW + 100, 900))
        assert rows()["edit#p#u1"]["ttl"] == NOW + 1000 + MATCH_GRACE
        assert rows()["edit#p#u2"]["ttl"] == NOW + 900 + MATCH_GRACE

    def test_an_edit_that_has_arrived_has_no_row(self, catalog, rows):
        edit = version(name="b.jpg", upload_id="u1")
        old = photo(pending_edits=(edit, version(upload_id="u2")))
        arrival = Arrival(
            bucket=edit.bucket,
            key=edit.s3_key,
            version_id="v2",
            file_size=edit.file_size,
            content_type=edit.content_type,
            etag="e2",
            upload_id="u1",
        )
        catalog.add(old)
        new = with_arrival(old, arrival, NOW)
        catalog.replace(old, new)
        assert catalog.find("p") == new
        assert list(rows()) == ["edit#p#u2"]

    def test_an_edit_that_is_given_up_has_no_row(self, catalog, rows):
        old = photo(pending_edits=(version(expires_at=NOW),))
        catalog.add(old)
        catalog.replace(old, without_lost_edits(old, NOW + MATCH_GRACE + 1))
        assert rows() == {}

    def test_a_photo_takes_its_rows_along(self, catalog, rows):
        old = with_checksum("p", pending_edits=(version(upload_id="u1"), version(upload_id="u2")))
        catalog.add(old)
        assert len(rows()) == 3
        catalog.remove(old)
        assert rows() == {}

    def test_a_write_that_is_refused_leaves_the_rows_alone(self, catalog, rows):
        old = with_checksum("p", pending_edits=(version(upload_id="u1"),))
        catalog.add(old)
        before = rows()
        stale = replace(old, counter=7)
        with pytest.raises(Changed):
            catalog.replace(stale, with_edit_ticket(stale, version(upload_id="u2"), NOW))
        with pytest.raises(Changed):
            catalog.remove(stale)
        assert rows() == before


class TestChecksumRows:
    KEY = f"sum#user#{checksum('some bytes')}"

    def test_a_checksum_has_a_row_from_its_arrival_to_the_removal(self, catalog, rows):
        pending = with_checksum("p", arrived=False)
        there = replace(with_checksum("p"), counter=2)
        gone = marked_deleting(there, NOW)
        catalog.add(pending)
        assert rows() == {}
        catalog.replace(pending, there)
        assert rows() == {self.KEY: {"photo_ids": {"p"}}}
        catalog.replace(there, gone)
        catalog.remove(gone)
        assert rows() == {}

    def test_twins_share_a_row(self, catalog, rows):
        first, second = with_checksum("p1"), with_checksum("p2")
        catalog.add(first)
        catalog.add(second)
        catalog.add(with_checksum("p3", user="other"))
        assert rows()[self.KEY] == {"photo_ids": {"p1", "p2"}}
        catalog.remove(first)
        assert rows()[self.KEY] == {"photo_ids": {"p2"}}
        catalog.remove(second)
        assert self.KEY not in rows()

    def test_a_row_never_outgrows_an_item(self, catalog, rows, monkeypatch):
        monkeypatch.setattr(dynamodb_side_rows, "MAX_TWINS", 2)
        stored = [with_checksum(f"p{index}") for index in range(4)]
        for one in stored:
            catalog.add(one, claim(one.photo_id))
        assert catalog.find("p3") == stored[3]
        assert rows()[self.KEY] == {"photo_ids": {"p0", "p1"}}
        with pytest.raises(Changed):
            catalog.add(stored[3])
        with pytest.raises(Claimed):
            catalog.add(with_checksum("p4"), claim("p0"))
        catalog.remove(stored[3])
        assert rows()[self.KEY] == {"photo_ids": {"p0", "p1"}}
        catalog.remove(stored[0])
        catalog.remove(stored[1])
        assert self.KEY not in rows()
        catalog.remove(stored[2])
        assert catalog.find_many(["p0", "p1", "p2", "p3"]) == {}

    def test_as_many_twins_as_a_row_names_fit_into_an_item(self):
        assert dynamodb_side_rows.MAX_TWINS * (36 + 10) < 100_000


class TestOtherRows:
    def test_a_claim_ends_by_the_timer(self, catalog, rows):
        made = claim("key", at=NOW + 0.25)
        catalog.add(photo(), made)
        ((key, row),) = rows().items()
        assert key == "idem#key"
        assert row.keys() == {"fingerprint", "answer", "expires_at", "ttl"}
        assert row["fingerprint"] == "f"
        assert row["expires_at"] == made.expires_at
        assert row["ttl"] == int(made.expires_at) + 1

    def test_a_batch_ends_by_the_timer(self, catalog, rows):
        stored = photo()
        catalog.add_batch(batch_of([stored]), [stored])
        assert rows() == {
            "batch#b": {
                "announced_by": "user",
                "created_at": stored.created_at,
                "expires_at": NOW + BATCH_AGE,
                "items": [{"state": "announced", "filename": "a.jpg", "photo_id": "p"}],
                "ttl": NOW + BATCH_AGE,
            }
        }

    def test_indexes_show_photos_only(self, catalog, table, rows):
        stored = with_checksum("p", pending_edits=(version(),))
        catalog.add(stored, claim())
        catalog.add_batch(batch_of([]), [])
        assert len(rows()) == 4
        for index in (USER_INDEX, VERSION_INDEX):
            shown = catalog.client.scan(TableName=table, IndexName=index)["Items"]
            assert [item["photo_id"]["S"] for item in shown] == ["p"]

    def test_side_rows_are_no_photos(self, catalog):
        catalog.add(with_checksum("p", pending_edits=(version(upload_id="u"),)), claim("key"))
        for key in ("idem#key", "edit#p#u", TestChecksumRows.KEY):
            assert catalog.find(key) is None
            assert catalog.find_many([key]) == {}


class TestTimer:
    @pytest.fixture
    def ttl(self, catalog, table):
        def read(stored):
            catalog.add(stored)
            key = {"photo_id": {"S": stored.photo_id}}
            return plain(catalog.client.get_item(TableName=table, Key=key)["Item"]).get("ttl")

        return read

    def test_a_photo_whose_original_has_arrived_stays(self, ttl):
        assert ttl(photo()) is None
        assert ttl(photo("edit", pending_edits=(version(expires_at=NOW),))) is None
        assert ttl(photo("failed", original=version(status=Status.FAILED))) is None

    def test_one_whose_original_has_not_come_ends(self, ttl):
        assert ttl(photo(original=version(expires_at=NOW + 0.5))) == NOW + GHOST_AGE + 1

    def test_one_that_is_being_deleted_ends_soon(self, ttl):
        assert ttl(marked_deleting(photo(), NOW + 1.5)) == NOW + 2 + DELETE_GRACE

    def test_the_timer_stops_when_the_original_arrives(self, catalog, ttl, table):
        pending = photo(original=version())
        assert ttl(pending)
        catalog.replace(pending, replace(photo(), counter=2))
        key = {"photo_id": {"S": "p"}}
        stored = catalog.client.get_item(TableName=table, Key=key)["Item"]
        assert not {"ttl", "hidden_after"} & stored.keys()
