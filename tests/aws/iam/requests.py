"""What calls ask of IAM: which action on which resource.

Sources:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.aws.template import REGION

SECURE = (("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.3"))
_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_UNSIGNED = {("cognito-idp", "GetUser")}
"""Calls that the access token itself allows: no role is asked.
https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
"""


@dataclass(frozen=True)
class Request:
    """What IAM decides on."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = SECURE


@dataclass(frozen=True)
class Call:
    """A call of an AWS operation. `missed`: it was answered that there is no such thing."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    missed: bool = False


def requests(call: Call, account: str) -> Iterator[Request]:
    """Answer what a call must be allowed. Raises LookupError for one that is not known here."""
    if (call.service, call.operation) in _UNSIGNED:
        return
    if call.service == "s3":
        yield from _s3(call)
    elif call.service == "dynamodb":
        yield from _dynamodb(call.operation, call.parameters, account)
    elif (call.service, call.operation) == ("sqs", "SendMessageBatch"):
        queue = call.parameters["QueueUrl"].rpartition("/")[2]
        yield Request("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{account}:{queue}")
    else:
        raise LookupError(f"{call.service}:{call.operation}")


def _s3(call: Call) -> Iterator[Request]:
    asked = call.parameters
    bucket = f"arn:aws:s3:::{asked['Bucket']}"
    key = f"{bucket}/{asked.get('Key', '')}"
    version = "Version" if asked.get("VersionId") else ""
    match call.operation:
        case "PutObject":
            yield Request("s3:PutObject", key)
        case "GetObject" | "HeadObject":
            yield Request(f"s3:GetObject{version}", key)
            if call.operation == "HeadObject" and call.missed:
                # without it S3 answers 403, not 404, to a HEAD of what is not there
                yield Request("s3:ListBucket", bucket)
        case "CopyObject":
            source, _, _ = asked["CopySource"].partition("?versionId=")  # as botocore writes it
            yield Request("s3:GetObjectVersion", f"arn:aws:s3:::{source}")
            yield Request("s3:PutObject", key)
        case "DeleteObject":
            yield Request(f"s3:DeleteObject{version}", key)
        case "DeleteObjects":
            for one in asked["Delete"]["Objects"]:
                version = "Version" if one.get("VersionId") else ""
                yield Request(f"s3:DeleteObject{version}", f"{bucket}/{one['Key']}")
        case "ListObjectVersions":
            yield Request("s3:ListBucketVersions", bucket)
        case "HeadBucket":
            yield Request("s3:ListBucket", bucket)
        case other:
            raise LookupError(f"s3:{other}")


def _dynamodb(operation: str, asked: Mapping[str, Any], account: str) -> Iterator[Request]:
    def on(table: str, action: str = operation) -> Request:
        return Request(f"dynamodb:{action}", f"arn:aws:dynamodb:{REGION}:{account}:table/{table}")

    match operation:
        case "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem":
            yield on(asked["TableName"])
        case "BatchGetItem":
            yield from map(on, asked["RequestItems"])
        case "Query" | "Scan":
            index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
            yield on(asked["TableName"] + index)
        case "TransactWriteItems":
            for member in asked["TransactItems"]:
                for kind, one in member.items():
                    yield on(one["TableName"], _TRANSACTED[kind])
        case other:
            raise LookupError(f"dynamodb:{other}")
