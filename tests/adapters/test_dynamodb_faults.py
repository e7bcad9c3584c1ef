"""What is tried again against DynamoDB, what counts as done, and what is Unavailable in the end."""

import json

import botocore.retries.standard
import msgspec
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from tests.adapters.catalog_suite import NOW, batch_of, claim, photo, version
from tests.adapters.dynamodb_table import catalog_at, new_table

from photohq.catalog.port import Changed, Claimed
from photohq.photos.errors import Unavailable

replace = msgspec.structs.replace


@pytest.fixture
def table(ministack_url):
    with new_table(ministack_url) as name:
        yield name


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def catalog(ministack_url, table, pauses, monkeypatch):
    backoff = botocore.retries.standard.ExponentialBackoff
    monkeypatch.setattr(backoff, "delay_amount", lambda *_: 0)
    catalog = catalog_at(ministack_url, table, sleep=pauses.append, random=lambda: 0.5)
    yield catalog
    catalog.client.close()


@pytest.fixture
def trouble(catalog):
    """Instead of the next requests: an answer, an error or a function of the request each."""
    script = []

    def send(request, **_):
        if not script:
            return None
        step = script.pop(0)
        answer = step(request) if callable(step) else step
        if isinstance(answer, Exception):
            raise answer
        return answer

    catalog.client.meta.events.register("before-send.dynamodb", send)
    return script


class Body:
    def __init__(self, content):
        self.content = content

    def stream(self):
        yield self.content


def answer(status, body):
    content = Body(json.dumps(body).encode())
    return AWSResponse("", status, {"Content-Type": "application/x-amz-json-1.0"}, content)


def refusal(code, status=400, **more):
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **more}
    return answer(status, body)


def cancelled(*codes):
    reasons = [{"Code": code, "Message": "no"} for code in codes]
    return refusal("TransactionCanceledException", CancellationReasons=reasons)


def silence():
    return ReadTimeoutError(endpoint_url="")


def lost(catalog):
    """Have a request reach DynamoDB, but not its answer us."""

    def send(request):
        assert catalog.client._endpoint.http_session.send(request).status_code == 200
        return silence()

    return send


THROTTLED = ["ProvisionedThroughputExceededException", "ThrottlingException"]


class TestBotocoreRepeats:
    @pytest.mark.parametrize("code", [*THROTTLED, "RequestLimitExceeded"])
    def test_what_is_throttled(self, catalog, trouble, code):
        trouble += [refusal(code), refusal(code)]
        catalog.add(photo())
        assert catalog.find("p") == photo()

    def test_a_transaction_in_progress(self, catalog, trouble):
        trouble += [refusal("TransactionInProgressException")]
        catalog.add(photo(), claim())
        assert catalog.find("p") == photo()

    @pytest.mark.parametrize("status", [500, 503])
    def test_what_failed_there(self, catalog, trouble, status):
        trouble += [refusal("InternalServerError", status)]
        assert catalog.find("p") is None

    def test_what_got_no_answer(self, catalog, trouble):
        trouble += [silence(), EndpointConnectionError(endpoint_url="")]
        assert catalog.find("p") is None


class TestUnavailable:
    @pytest.mark.parametrize("code", [*THROTTLED, "TransactionInProgressException"])
    def test_what_stays_throttled(self, catalog, trouble, code):
        trouble += [refusal(code)] * 3
        with pytest.raises(Unavailable):
            catalog.add(photo(), claim())
        assert not trouble

    @pytest.mark.parametrize("call", ["find", "find_many", "page", "claim", "check"])
    def test_what_fails_for_long(self, catalog, trouble, call):
        act = {
            "find": lambda: catalog.find("p"),
            "find_many": lambda: catalog.find_many(["p"]),
            "page": lambda: catalog.page("user", limit=5, now=NOW),
            "claim": lambda: catalog.claim(claim()),
            "check": catalog.check,
        }[call]
        trouble += [refusal("InternalServerError", 500)] * 3
        with pytest.raises(Unavailable):
            act()
        trouble += [silence()] * 3
        with pytest.raises(Unavailable):
            act()

    def test_an_address_where_nobody_listens(self, monkeypatch):
        catalog = catalog_at("http://127.0.0.1:1", "photos", attempts=1)
        with pytest.raises(Unavailable):
            catalog.find("p")
        with pytest.raises(Unavailable):
            catalog.check()
        catalog.client.close()

    def test_a_table_that_is_not_there_is_a_mistake(self, ministack_url):
        catalog = catalog_at(ministack_url, "no-such-table")
        with pytest.raises(ClientError, match="ResourceNotFound"):
            catalog.find("p")
        with pytest.raises(ClientError, match="ResourceNotFound"):
            catalog.add(photo())
        with pytest.raises(ClientError, match="ResourceNotFound"):
            catalog.add(photo(), claim())
        with pytest.raises(Unavailable):
            catalog.check()
        catalog.client.close()


class TestConflicts:
    def test_a_transaction_that_met_another_is_repeated(self, catalog, trouble, pauses):
        trouble += [
            cancelled("TransactionConflict", "None"),
            cancelled("None", "ThrottlingError"),
            cancelled("ProvisionedThroughputExceeded", "None"),
        ]
        catalog.add(photo(), claim())
        assert catalog.find("p") == photo()
        assert pauses == [0.05, 0.1, 0.2]

    def test_a_write_that_met_a_transaction_is_repeated(self, catalog, trouble, pauses):
        trouble += [refusal("TransactionConflictException")]
        catalog.add(photo())
        assert catalog.find("p") == photo()
        assert len(pauses) == 1

    def test_nothing_is_concluded_while_others_write(self, catalog, trouble):
        """A claim that conflicts may be there in a moment, and then it comes first."""
        catalog.add(photo("first"), claim())
        trouble += [cancelled("TransactionConflict", "ConditionalCheckFailed")]
        with pytest.raises(Claimed):
            catalog.add(photo("second"), claim())

    def test_it_ends_some_time(self, catalog, trouble, pauses):
        trouble += [cancelled("TransactionConflict", "None")] * 20
        with pytest.raises(Unavailable):
            catalog.add(photo(), claim())
        assert len(pauses) == 5
        trouble[:] = [refusal("TransactionConflictException")] * 20
        with pytest.raises(Unavailable):
            catalog.add(photo())

    def test_a_batch_goes_on_after_a_conflict(self, catalog, trouble):
        photos = [photo(f"p{index}") for index in range(3)]
        catalog.add(photos[1])
        trouble += [cancelled("None", "TransactionConflict", "None", "None")]
        catalog.add_batch(batch_of(photos), photos)
        assert len(catalog.find_many(["p0", "p1", "p2"])) == 3

    def test_other_reasons_stay_loud(self, catalog, trouble):
        trouble += [cancelled("ConditionalCheckFailed", "ValidationError")]
        with pytest.raises(ClientError, match="TransactionCanceled"):
            catalog.add(photo(), claim())


class TestUnprocessedKeys:
    @pytest.fixture
    def unprocessed(self, table):
        def some(*keys):
            left = [{"photo_id": {"S": key}} for key in keys]
            left_over = {table: {"Keys": left, "ConsistentRead": True}} if left else {}
            return answer(200, {"Responses": {table: []}, "UnprocessedKeys": left_over})

        return some

    def test_they_are_asked_for_again(self, catalog, trouble, pauses, unprocessed):
        catalog.add(photo("p1"))
        catalog.add(photo("p2"))
        trouble += [unprocessed("p1", "p2"), unprocessed("p2")]
        assert catalog.find_many(["p1", "p2"]) == {"p2": photo("p2")}
        assert pauses == [0.05, 0.1]

    def test_it_ends_some_time(self, catalog, trouble, pauses, unprocessed):
        trouble += [unprocessed("p1")] * 20
        with pytest.raises(Unavailable):
            catalog.find_many(["p1"])
        assert len(pauses) == 5


class TestLostAnswers:
    """botocore repeats a request whose answer did not come; the repeat finds its own work."""

    def test_an_added_photo_is_added(self, catalog, trouble):
        stored = photo(custom={"a": 1.5}, original=version(expires_at=NOW + 0.1))
        trouble += [lost(catalog)]
        catalog.add(stored)
        assert catalog.find("p") == stored

    def test_a_conflict_in_between_does_not_matter(self, catalog, trouble):
        trouble += [lost(catalog), refusal("TransactionConflictException")]
        catalog.add(photo())
        assert catalog.find("p") == photo()

    def test_a_replaced_photo_is_replaced(self, catalog, trouble):
        old = photo()
        catalog.add(old)
        trouble += [lost(catalog)]
        catalog.replace(old, replace(old, counter=2))
        assert catalog.find("p").counter == 2

    def test_a_removed_photo_is_removed(self, catalog, trouble):
        catalog.add(photo())
        trouble += [lost(catalog)]
        catalog.remove(photo())
        assert catalog.find("p") is None

    def test_a_claim_is_made(self, catalog, trouble):
        trouble += [lost(catalog)]
        catalog.claim(claim())
        assert catalog.find_claim(claim().key, NOW) == claim()

    def test_a_transaction_is_done_once(self, catalog, trouble):
        old = photo()
        trouble += [lost(catalog)]
        catalog.add(old, claim())
        trouble += [lost(catalog)]
        catalog.replace(old, replace(old, counter=2), claim("another"))
        assert catalog.find("p").counter == 2

    def test_the_work_of_others_is_not_ours(self, catalog, trouble):
        catalog.add(photo(description="theirs"))
        catalog.claim(claim(answer=b"theirs"))
        trouble += [silence()]
        with pytest.raises(Changed):
            catalog.add(photo())
        trouble += [silence()]
        with pytest.raises(Changed):
            catalog.remove(photo(counter=9))
        trouble += [silence()]
        with pytest.raises(Claimed):
            catalog.claim(claim())

    def test_what_was_sent_once_was_not_ours_either(self, catalog):
        catalog.add(photo())
        with pytest.raises(Changed):
            catalog.add(photo())
