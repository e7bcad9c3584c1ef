"""The functions of pictures, called with events in AWS's form; what they call is stood in for."""

import importlib.util
import json

import msgspec
import pytest
from tests.entrypoints.test_aws_lambda import ENVIRONMENT

from photohq.events.port import MAX_TRIES
from photohq.operations.reprocess import Reprocessed
from photohq.photos.errors import Unavailable
from photohq.photos.photo import Status

QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/photo-hq-dev-pictures"


class Functions:
    """The module of the functions; `did` holds what they have called the operations with."""

    def __init__(self, module, patch):
        self.module = module
        self.handler = module.process_photo
        self.did = []
        self.outcome = Status.READY
        self.part = Reprocessed(photos=0)
        patch.setattr(module, "work", self._process)
        patch.setattr(module, "give_up", self._give_up)
        patch.setattr(module, "begin", self._begin)

    def _process(self, app, pictures, job):
        self.did.append(("process", job.photo_id))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def _give_up(self, app, job):
        self.did.append(("give up", job.photo_id))

    def _begin(self, app, **asked):
        self.did.append(asked)
        return self.part

    def process(self, *messages):
        """Call it with (photo, tries); answers the places of those that are to come again."""
        records = [
            {
                "messageId": str(place),
                "body": photo if photo.startswith("{") else job(photo),
                "attributes": {"ApproximateReceiveCount": str(tries)},
            }
            for place, (photo, tries) in enumerate(messages)
        ]
        answer = self.handler({"Records": records}, None)
        return [int(one["itemIdentifier"]) for one in answer["batchItemFailures"]]


def job(photo):
    return json.dumps({"user_id": "u", "photo_id": photo, "upload_id": "1"})


@pytest.fixture
def functions(monkeypatch):
    for name, value in {**ENVIRONMENT, "PICTURES_QUEUE_URL": QUEUE}.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.find_spec("photohq.entrypoints.aws_pictures")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Functions(module, monkeypatch)


def told(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


# ProcessPhoto


@pytest.mark.parametrize(
    ("outcome", "pictures", "failed"),
    [(Status.READY, 1, 0), (Status.FAILED, 0, 1), (Status.UPLOADED, 0, 0), (None, 0, 0)],
)
def test_a_picture_is_processed_and_counted(functions, capsys, outcome, pictures, failed):
    functions.outcome = outcome
    assert functions.process(("a", 1)) == []
    assert functions.did == [("process", "a")]
    line = told(capsys)
    assert (line["Pictures"], line["FailedPictures"]) == (pictures, failed)
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert {one["Name"] for one in metrics["Metrics"]} == {"Pictures", "FailedPictures"}


@pytest.mark.parametrize(
    ("outcome", "renderings", "failed"),
    [(Status.UPLOADED, 1, 0), (Status.FAILED, 0, 1), (None, 0, 0)],
)
def test_an_edit_is_rendered_and_counted_apart(functions, capsys, outcome, renderings, failed):
    functions.handler, functions.outcome = functions.module.render_edit, outcome
    assert functions.process(("a", 1)) == []
    line = told(capsys)
    assert (line["Renderings"], line["FailedRenderings"]) == (renderings, failed)
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert {one["Name"] for one in metrics["Metrics"]} == {"Renderings", "FailedRenderings"}


def test_a_rendering_that_fails_comes_again_until_its_last_try(functions, capsys):
    functions.handler, functions.outcome = functions.module.render_edit, Unavailable()
    assert functions.process(("a", 1)) == [0]
    assert functions.process(("a", MAX_TRIES)) == []
    assert functions.did[-1] == ("give up", "a")
    assert told(capsys)["FailedRenderings"] == 1


def test_a_failure_comes_again_until_its_last_try(functions, capsys):
    functions.outcome = Unavailable()
    for tries in range(1, MAX_TRIES):
        assert functions.process(("a", tries)) == [0]
    assert ("give up", "a") not in functions.did
    assert functions.process(("a", MAX_TRIES)) == []
    assert functions.did[-2:] == [("process", "a"), ("give up", "a")]
    assert told(capsys)["FailedPictures"] == 1


def test_what_ended_the_function_at_its_last_try_is_given_up_untried(functions):
    assert functions.process(("a", MAX_TRIES + 1)) == []
    assert functions.did == [("give up", "a")]


def test_what_can_not_even_be_given_up_comes_again(functions, monkeypatch):
    def fail(app, job):
        raise Unavailable

    monkeypatch.setattr(functions.module, "give_up", fail)
    assert functions.process(("a", MAX_TRIES + 1)) == [0]


def test_one_that_fails_holds_up_no_other(functions, caplog):
    assert functions.process(("a", 1), ("{}", 1), ("b", 1)) == [1]
    assert functions.did == [("process", "a"), ("process", "b")]
    assert "could not be processed" in caplog.text


# Reprocess


def test_a_part_is_begun_with_as_it_is_asked_for(functions):
    asked = {"user_id": "u", "only_failed": True, "after": "x"}
    assert functions.module.reprocess(asked, None) == {"photos": 0, "next": None}
    assert functions.did == [asked]


def test_the_next_call_is_answered_whole(functions):
    functions.part = Reprocessed(photos=7, next="y")
    answer = functions.module.reprocess({"user_id": "u", "only_failed": True}, None)
    following = {"user_id": "u", "only_failed": True, "after": "y", "parts": 1}
    assert answer == {"photos": 7, "next": following}


def test_the_count_of_parts_begins_anew_where_an_execution_is_full(functions):
    functions.part = Reprocessed(photos=7, next="y")
    answer = functions.module.reprocess({"parts": functions.module.PARTS - 1}, None)
    assert answer["next"]["parts"] == 0


@pytest.mark.parametrize(
    "asked", [{"userid": "u"}, {"only_failed": "yes"}, {"user_id": 1}, {"parts": None}]
)
def test_an_input_that_makes_no_sense_is_refused(functions, asked):
    """It would have everybody's photos processed otherwise."""
    with pytest.raises(msgspec.ValidationError):
        functions.module.reprocess(asked, None)
    assert functions.did == []


# Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RENDITION_FORMATS", "png"),
        ("RENDITION_FORMATS", ""),
        ("WATERMARK_POSITION", "above"),
        ("WATERMARK_OPACITY", "101"),
        ("WATERMARK_TEXT", "\u4e2d"),
    ],
)
def test_settings_that_make_no_sense_keep_the_function_from_starting(monkeypatch, name, value):
    watermark = {"WATERMARK_TEXT": "Photo HQ"}
    for variable, given in {**ENVIRONMENT, **watermark, name: value}.items():
        monkeypatch.setenv(variable, given)
    spec = importlib.util.find_spec("photohq.entrypoints.aws_pictures")
    with pytest.raises(ValueError, match=r"."):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
