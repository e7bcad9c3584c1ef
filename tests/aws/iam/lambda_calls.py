"""What Lambda itself does with the role of a function: the logs, the traces and the event sources.

Sources:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

from collections.abc import Iterator

from tests.aws.iam.requests import Request
from tests.aws.iam.resolving import Deployment
from tests.aws.template import REGION

QUEUES = {"ConfirmUpload": "Uploads", "ProcessPhoto": "Pictures", "Render": "Renders"}
QUEUE = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
STREAM = ("DescribeStream", "GetRecords", "GetShardIterator")


def declared(of: Deployment, function: str) -> Iterator[Request]:
    """Answer what Lambda asks in the name of a function. The log group is there already."""
    stream = f"{log_group(of, function)}:log-stream:2026/01/01/[$LATEST]0"
    yield Request("logs:CreateLogStream", stream)
    yield Request("logs:PutLogEvents", stream)
    yield Request("xray:PutTraceSegments", "*")
    yield Request("xray:PutTelemetryRecords", "*")
    if queue := QUEUES.get(function):
        for action in QUEUE:
            yield Request(f"sqs:{action}", of.arn(queue))
    if function == "Cleanup":
        for action in STREAM:
            yield Request(f"dynamodb:{action}", of.stream("PhotosTable"))
        yield Request("dynamodb:ListStreams", "*")  # it knows no resource
        yield Request("sqs:SendMessage", of.arn("RemovalsDeadLetters"))  # what it gave up


def log_group(of: Deployment, function: str) -> str:
    """Answer the ARN of a function's log group, without the `:*` at its end."""
    return f"arn:aws:logs:{REGION}:{of.account}:log-group:/aws/lambda/{of.stack}-{function}"
