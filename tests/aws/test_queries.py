"""The saved queries of Logs Insights ask for what the functions' logs hold."""

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from tests.aws.stack import Stack
from tests.aws.template import ROOT, resources
from tests.aws.watching.emitted import LOGGED, REPORTED

QUERIES = {
    logical: one["Properties"] for logical, one in resources("AWS::Logs::QueryDefinition").items()
}
SYNTAX = {"fields", "filter", "stats", "sort", "limit", "by", "as", "in", "or", "and", "desc"}


@pytest.fixture(scope="module")
def line(stack: Stack) -> dict[str, Any]:
    """The line that a function has written of a request, as CloudWatch Logs keeps it."""
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{stack.api_url}/nowhere")
    found = stack.client("logs").filter_log_events(logGroupName=stack.physical("FallbackLogs"))
    lines = [one["message"] for one in found["events"] if one["message"].startswith("{")]
    return dict(json.loads(lines[-1]))


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_names_fields_that_are_logged(name: str, line: dict[str, Any]) -> None:
    fields = _fields(QUERIES[name]["QueryString"])
    assert fields
    assert fields <= {*line, *LOGGED, *REPORTED, *_added(), "@timestamp", "@log"}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_looks_for_lines_that_are_written(name: str, line: dict[str, Any]) -> None:
    query = QUERIES[name]["QueryString"]
    assert set(re.findall(r'message = "(.*?)"', query)) <= {line["message"], *_told()}
    assert set(re.findall(r'type = "(.*?)"', query)) <= {"platform.report"}


@pytest.mark.parametrize("name", ["ErrorsQuery", "StartsQuery"])
def test_queries_of_all_functions_look_into_each_log(name: str) -> None:
    logs = {
        logical
        for logical, one in resources("AWS::Logs::LogGroup").items()
        if "/aws/lambda/" in json.dumps(one)
    }
    assert {group["Ref"] for group in QUERIES[name]["LogGroupNames"]} == logs


def _fields(query: str) -> set[str]:
    """Answer the fields that a query reads: neither functions nor what it names itself."""
    bare = re.sub(r'"[^"]*"', "", query)
    named = set(re.findall(r"\bas (\w+)", bare))
    words = re.findall(r"(?<!\w)[@A-Za-z_][\w.]*\b(?!\()", bare)
    return set(words) - named - SYNTAX


def _added() -> set[str]:
    """Answer the fields that the code adds to lines of Python's logging."""
    extras = re.findall(r"extra=\{(.*?)\}", _sources())
    return {name for extra in extras for name in re.findall(r'"(\w+)":', extra)}


def _told() -> set[str]:
    """Answer what the code says by Python's logging."""
    return set(re.findall(r'log\.info\(\s*"(.*?)"', _sources()))


def _sources() -> str:
    return "".join(path.read_text() for path in (ROOT / "src/photohq").rglob("*.py"))
