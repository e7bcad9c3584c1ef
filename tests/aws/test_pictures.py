"""Pictures on AWS: the way of a job through its queue, what is given up, and a library anew."""

import base64
import hashlib
import json

import pytest
from tests.aws.jobs import calling, dead, hidden_for, job_of, lose_bytes, poisoned, row_of, waiting
from tests.contract import expect
from tests.contract.deployment import eventually
from tests.contract.pictures import LEAST, jpeg

NOTHING = jpeg(LEAST)[:-2] + b"\0\0"  # the end is missing
READY, FAILED, GIVEN_UP = "ready", "failed", "processing_failed"


@pytest.fixture
def alice(deployment):
    """Somebody with a library of one's own."""
    return deployment.new_user()


@pytest.fixture(scope="module")
def process(stack):
    return calling(stack, "ProcessPhotoFunction")


@pytest.fixture
def at_once(stack):
    """Lets failed messages come again at once, not after minutes."""
    with hidden_for(stack, "Pictures", 0):
        yield


def again(user, photo):
    assert user.api.post(f"/photos/{photo.id}/process").status_code == 202


# The way of a job


def test_renditions_lie_in_the_bucket_of_edits_and_are_told_of_to_nobody(alice, stack):
    photo = alice.upload(seed=40)
    shown = alice.settled(photo.id)["renditions"]
    prefix = f"{alice.sub}/renditions/{photo.id}/"
    s3 = stack.client("s3")
    stored = s3.list_objects_v2(Bucket=stack.outputs["EditedBucketName"], Prefix=prefix)["Contents"]
    assert len(stored) == len(shown) == 3
    assert {one["Key"].rpartition("/")[2] for one in stored} == {"256.jpg", "1024.jpg", "2048.jpg"}
    assert waiting(stack, "Uploads") == 0


def test_what_is_no_picture_fails_and_does_not_come_again(alice, stack):
    ticket = alice.upload_ticket(file_size=len(NOTHING))
    assert alice.deployment.put(ticket, NOTHING).status_code == 200
    assert eventually(lambda: alice.metadata(ticket["photo_id"])["status"] == FAILED, seconds=30)
    assert alice.metadata(ticket["photo_id"])["status_reason"] != GIVEN_UP
    assert eventually(lambda: waiting(stack, "Pictures") == 0)


def test_a_message_that_comes_twice_changes_nothing(alice, stack, process):
    photo = alice.upload(seed=41)
    before = alice.settled(photo.id)
    assert not process(job_of(stack, photo.id), 1)
    assert alice.metadata(photo.id)["revision"] == before["revision"]


def test_the_checksum_is_learnt_where_s3_has_computed_none(alice, stack):
    """So that a file is known by it that its client has announced without."""
    photo = alice.upload(seed=42)
    digest = base64.b64encode(hashlib.sha256(photo.content).digest()).decode()
    assert alice.settled(photo.id)["original"]["checksum_sha256"] == digest
    again = alice.upload_ticket(file_size=LEAST, checksum_sha256=digest, on_duplicate="return")
    assert (again["duplicate"], again["photo_id"]) == (True, photo.id)


# What keeps failing


def test_what_keeps_failing_is_given_up_at_the_third_try(alice, stack, process):
    photo = alice.upload(seed=43)
    alice.settled(photo.id)
    lose_bytes(stack, photo)
    with hidden_for(stack, "Pictures", 600):
        again(alice, photo)
        job = job_of(stack, photo.id)
        assert process(job, 1)
        assert process(job, 2)
        assert alice.metadata(photo.id)["status"] == "processing"
        assert not process(job, 3)
    metadata = alice.metadata(photo.id)
    assert (metadata["status"], metadata["status_reason"]) == (FAILED, GIVEN_UP)


def test_a_failing_job_ends_in_no_loop(alice, stack, at_once):
    photo = alice.upload(seed=45)
    alice.settled(photo.id)
    lose_bytes(stack, photo)
    again(alice, photo)
    assert eventually(lambda: alice.metadata(photo.id)["status"] == FAILED, seconds=60)
    assert eventually(lambda: waiting(stack, "Pictures") == 0, seconds=30)


@pytest.mark.parametrize("poison", ["", "{", "[]", "null", "{}", '{"photo_id": 1}'])
def test_what_is_no_job_comes_again(process, poison):
    assert process(poison or " ", 1)


@pytest.mark.parametrize("queue", ["Pictures", "Renders"])
def test_what_is_no_job_ends_among_the_dead_letters(stack, queue):
    with hidden_for(stack, queue, 0):
        poison = poisoned(stack, queue)
        assert eventually(lambda: dead(stack, queue), seconds=60) == [poison]


def test_a_job_of_a_photo_that_is_gone_is_done_with(alice, stack, process):
    photo = alice.upload(seed=46)
    alice.settled(photo.id)
    job = job_of(stack, photo.id)
    expect.ok(alice.api.delete(f"/photos/{photo.id}"))
    assert not process(job, 1)


# A library anew


class Machine:
    """The state machine, as an operator calls it."""

    def __init__(self, stack):
        self.states = stack.client("stepfunctions")
        self.arn = stack.outputs["ReprocessingArn"]

    def start(self, asked):
        """Let an execution come to its end; answers it."""
        started = self.states.start_execution(stateMachineArn=self.arn, input=json.dumps(asked))
        return self.ended(started["executionArn"])

    def ended(self, arn):
        def look():
            found = self.states.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        return eventually(look, seconds=60)

    def visited(self, execution):
        """The names of the states that it has entered, in order."""
        history = self.states.get_execution_history(
            executionArn=execution["executionArn"], maxResults=1000
        )
        entered = (event.get("stateEnteredEventDetails") for event in history["events"])
        return [one["name"] for one in entered if one]

    def all(self):
        listed = self.states.list_executions(stateMachineArn=self.arn)["executions"]
        return {one["executionArn"] for one in listed}


@pytest.fixture(scope="module")
def machine(stack):
    return Machine(stack)


def writes(stack, user, photo):
    """How often the record of a photo was written, once nothing happens to it any more."""
    user.settled(photo.id)
    return int(row_of(stack, photo.id)["counter"]["N"])


def test_a_users_library_is_processed_anew_and_nobody_elses(deployment, alice, stack, machine):
    bob = deployment.new_user()
    mine = [alice.upload(seed=seed) for seed in (50, 51)]
    alice.edit(mine[0].id, jpeg(40_000, seed=52))
    his = bob.upload(seed=53)
    before, others = [writes(stack, alice, one) for one in mine], writes(stack, bob, his)
    assert machine.start({"user_id": alice.sub})["status"] == "SUCCEEDED"
    after = [writes(stack, alice, one) for one in mine]
    assert all(new > old for old, new in zip(before, after, strict=True))
    assert {alice.metadata(photo.id)["status"] for photo in mine} == {READY}
    assert writes(stack, bob, his) == others


def test_failed_photos_alone_may_be_processed_anew(alice, stack, machine, process):
    good, bad = (alice.upload(seed=seed) for seed in (54, 55))
    before, _ = (writes(stack, alice, photo) for photo in (good, bad))
    with hidden_for(stack, "Pictures", 600):
        again(alice, bad)
        process(job_of(stack, bad.id), 4)
    assert eventually(lambda: alice.metadata(bad.id)["status"] in {FAILED, READY})
    done = machine.start({"user_id": alice.sub, "only_failed": True})
    assert done["status"] == "SUCCEEDED"
    assert alice.settled(bad.id)["status"] == READY
    assert writes(stack, alice, good) == before


def test_everybodys_photos_are_processed_anew(alice, stack, machine):
    photo = alice.upload(seed=56)
    before = writes(stack, alice, photo)
    assert machine.start({})["status"] == "SUCCEEDED"
    assert writes(stack, alice, photo) > before


@pytest.fixture(scope="module")
def patient(deployment):
    """Somebody whose library has more than one part, of photos that never came."""
    user = deployment.new_user()
    item = {"filename": "a.jpg", "content_type": "image/jpeg", "file_size": LEAST}
    assert user.ask_batch([item] * 150).status_code in {200, 201}
    return user


def test_the_next_part_follows_where_a_part_ends(patient, machine):
    done = machine.start({"user_id": patient.sub})
    assert done["status"] == "SUCCEEDED"
    entered = machine.visited(done)
    assert entered.count("Part") == 2
    assert "Pause" not in entered  # nothing was put into the queue that others would wait behind
    assert entered[-1] == "Done"


def test_a_pause_follows_a_part_that_had_work(patient, machine):
    photo = patient.upload(seed=57)  # the newest: it is in the first part
    patient.settled(photo.id)
    entered = machine.visited(machine.start({"user_id": patient.sub}))
    assert entered.count("Part") == 2
    assert entered.count("Pause") == 1


def test_an_execution_that_gets_too_long_hands_over_to_another(patient, machine):
    before = machine.all()
    done = machine.start({"user_id": patient.sub, "parts": 1_999})
    assert machine.visited(done).count("Part") == 1
    assert machine.visited(done)[-2:] == ["HandOver", "Done"]
    (other,) = machine.all() - before - {done["executionArn"]}
    followed = machine.ended(other)
    assert followed["status"] == "SUCCEEDED"
    assert machine.visited(followed).count("Part") == 1


def test_an_input_that_makes_no_sense_is_refused(machine):
    done = machine.start({"userid": "me"})
    assert done["status"] == "FAILED"
    assert machine.visited(done) == ["Part"]
