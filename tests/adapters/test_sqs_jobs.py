"""Jobs in SQS, as ministack knows it, and what is tried again when it refuses."""

import secrets

import botocore.retries.standard
import msgspec
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from tests.adapters.dynamodb_table import REGION
from tests.adapters.jobs_suite import JobsSuite, job

from photohq.events.port import Job, JobKind
from photohq.events.sqs import TRIES, SqsJobs
from photohq.photos.errors import Unavailable


@pytest.fixture
def sqs(ministack_url):
    client = jobs_at(ministack_url, "")._built()
    yield client
    client.close()


@pytest.fixture
def queue_url(sqs):
    made = sqs.create_queue(QueueName=f"pictures-{secrets.token_hex(8)}")["QueueUrl"]
    yield made
    sqs.delete_queue(QueueUrl=made)


@pytest.fixture
def jobs(ministack_url, queue_url, monkeypatch):
    backoff = botocore.retries.standard.ExponentialBackoff
    monkeypatch.setattr(backoff, "delay_amount", lambda *_: 0)
    made = jobs_at(ministack_url, queue_url)
    yield made
    made.close()


@pytest.fixture
def received(sqs, queue_url):
    def take():
        found = []
        while got := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            found += [msgspec.json.decode(one["Body"], type=Job) for one in got]
            for one in got:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=one["ReceiptHandle"])
        return found

    return take


def jobs_at(url, queue_url, renders_url="none"):
    return SqsJobs(
        queue_url,
        REGION,
        renders_url=renders_url,
        endpoint_url=url,
        credentials=Credentials("test", "test"),
    )


class TestSqsJobs(JobsSuite):
    def test_no_client_is_built_where_none_is_put(self, ministack_url, queue_url):
        jobs = jobs_at(ministack_url, queue_url)
        jobs.put([])
        assert jobs._client is None
        jobs.close()

    def test_renderings_have_a_queue_of_their_own(self, ministack_url, queue_url, received):
        jobs = jobs_at(ministack_url, f"{queue_url}-not", renders_url=queue_url)
        rendering = msgspec.structs.replace(job(), kind=JobKind.RENDER)
        jobs.put([rendering])
        assert received() == [rendering]
        with pytest.raises(ClientError):
            jobs.put([rendering, job()])
        jobs.close()

    def test_cloudwatch_counts_them(self, jobs):
        assert jobs.counts() is None

    def test_some_that_are_refused_are_sent_again_and_no_others(self, jobs, received, monkeypatch):
        sent = refusing(jobs, monkeypatch, [{"1", "3"}, {"3"}, set()])
        many = [job(number) for number in range(4)]
        jobs.put(many)
        assert [sorted(names) for names in sent] == [["0", "1", "2", "3"], ["1", "3"], ["3"]]
        assert sorted(received(), key=repr) == many

    def test_what_is_refused_each_time_is_unavailable(self, jobs, monkeypatch):
        sent = refusing(jobs, monkeypatch, [{"0"}] * TRIES)
        with pytest.raises(Unavailable):
            jobs.put([job()])
        assert len(sent) == TRIES

    @pytest.mark.parametrize(
        "error",
        [
            EndpointConnectionError(endpoint_url="here"),
            ReadTimeoutError(endpoint_url="here"),
            ClientError({"Error": {"Code": "RequestThrottled"}}, "SendMessageBatch"),
            ClientError(
                {
                    "Error": {"Code": "InternalError"},
                    "ResponseMetadata": {"HTTPStatusCode": 500},
                },
                "SendMessageBatch",
            ),
        ],
        ids=["no connection", "no answer", "throttled", "failed"],
    )
    def test_a_queue_that_can_not_be_reached_is_unavailable(self, jobs, monkeypatch, error):
        failing(jobs, monkeypatch, error)
        with pytest.raises(Unavailable):
            jobs.put([job()])

    def test_a_queue_that_is_not_there_stays_loud(self, ministack_url, queue_url):
        jobs = jobs_at(ministack_url, f"{queue_url}-not")
        with pytest.raises(ClientError):
            jobs.put([job()])
        jobs.close()


def refusing(jobs, monkeypatch, answers):
    """Let SQS refuse those of each batch that are named; answers what was sent, batch by batch."""
    client = jobs._built()
    send, sent = client.send_message_batch, []

    def some(QueueUrl, Entries):  # noqa: N803
        sent.append({entry["Id"] for entry in Entries})
        refused = answers[len(sent) - 1]
        taken = [entry for entry in Entries if entry["Id"] not in refused]
        answer = send(QueueUrl=QueueUrl, Entries=taken) if taken else {}
        return {**answer, "Failed": [{"Id": name} for name in refused]}

    monkeypatch.setattr(client, "send_message_batch", some)
    return sent


def failing(jobs, monkeypatch, error):
    def fail(**_):
        raise error

    monkeypatch.setattr(jobs._built(), "send_message_batch", fail)
