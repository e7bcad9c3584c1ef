"""The functions, run as Lambda runs them, and every call of AWS that each of them makes.

They are the handlers that the template names, in this process, on its table and buckets in an
emulator. Time is theirs to be told.
"""

import importlib.util
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from types import ModuleType
from typing import Any

import jwt
import pytest
from boto3.session import Session
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from tests.aws.iam.requests import Call
from tests.aws.iam.resolving import Deployment
from tests.aws.stack import client
from tests.aws.template import REGION, resources, written

from photohq.objects.s3 import S3Store

STORES = (
    "PhotosTable",
    "OriginalsBucket",
    "EditedBucket",
    "Pictures",
    "PicturesDeadLetters",
    "Renders",
    "RendersDeadLetters",
)
ENTRYPOINTS = tuple(
    f"photohq.entrypoints.{name}"
    for name in ("aws_lambda", "aws_events", "aws_pictures", "aws_drawings")
)
MISSING = {"404", "NoSuchKey", "NoSuchVersion"}


@dataclass
class Functions:
    """The functions of a deployment. `calls` holds what each has called, in order."""

    of: Deployment
    session: Session
    aws_url: str
    token: str
    modules: dict[str, ModuleType] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=lambda: defaultdict(list))
    running: str | None = None
    later: float = 0.0

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.session.client(service, endpoint_url=self.aws_url)
        return self.clients[service]

    def now(self) -> float:
        return time.time() + self.later

    @property
    def originals(self) -> str:
        return self.of.arn("OriginalsBucket").rpartition(":")[2]

    @property
    def edited(self) -> str:
        return self.of.arn("EditedBucket").rpartition(":")[2]

    def queue_url(self, name: str) -> str:
        queue = self.of.arn(name).rpartition(":")[2]
        return f"{self.aws_url}/{self.of.account}/{queue}"

    @property
    def table(self) -> str:
        return self.of.arn("PhotosTable").rpartition("/")[2]

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Run a function, by the name that follows the stack's."""
        handler = self.of.template["Resources"][f"{name}Function"]["Properties"]["Handler"]
        module, _, entry = handler.rpartition(".")
        self.running = name
        try:
            return getattr(self.modules[module], entry)(event, None)
        finally:
            self.running = None

    def request(self, method: str, resource: str, body: Any = None, **options: Any) -> Any:
        """Send a request through the route of the template that takes it; answers its JSON.

        Options are `key`, an Idempotency-Key, `query`, `status`, and the parameters of the path.
        """
        key, query = options.pop("key", None), options.pop("query", {})
        status = options.pop("status", {200, 201, 202, 204, 207})
        headers = {"Authorization": [f"Bearer {self.token}"], "Content-Type": ["application/json"]}
        answer = self.invoke(
            _routes().get((method, resource), "Fallback"),
            {
                "resource": resource,
                "path": _path(resource, options),
                "httpMethod": method,
                "multiValueHeaders": headers | ({"Idempotency-Key": [key]} if key else {}),
                "multiValueQueryStringParameters": {name: [it] for name, it in query.items()},
                "pathParameters": options or None,
                "requestContext": {
                    "requestId": "request-0123456789",
                    "authorizer": {"claims": _claims(self.token)},
                },
                "body": None if body is None else json.dumps(body),
                "isBase64Encoded": False,
            },
        )
        assert answer["statusCode"] in status, answer
        is_json = answer["headers"].get("Content-Type", "").partition(";")[0].endswith("json")
        return json.loads(answer["body"] or "null") if is_json else answer["body"]

    def put(
        self, ticket: dict[str, Any], content: bytes, *, checked: bool = True
    ) -> tuple[str, str, str]:
        """Upload, perhaps other bytes than were announced; answers bucket, key and version.

        `checked`: S3 computes the SHA-256.
        """
        place = {
            "Bucket": self.edited if "/edited/" in ticket["s3_key"] else self.originals,
            "Key": ticket["s3_key"],
        }
        sent = ticket["upload_headers"]
        upload_id = sent.get("x-amz-meta-upload-id")
        stored = self.client("s3").put_object(
            **place,
            Body=content,
            ContentType=sent["Content-Type"],
            ChecksumAlgorithm="SHA256" if checked else "CRC32",
            Metadata={"upload-id": upload_id} if upload_id else {},
        )
        return (*place.values(), stored["VersionId"])

    def arrived(self, bucket: str, key: str, version: str, *, taken: bool = True) -> None:
        """Tell of an object, as S3 does by way of EventBridge and SQS.

        `taken`: it is dealt with, and is not to come again.
        """
        detail = {"bucket": {"name": bucket}, "object": {"key": key, "version-id": version}}
        record = {"messageId": "1", "body": json.dumps({"detail": detail})}
        failed = self.invoke("ConfirmUpload", {"Records": [record]})["batchItemFailures"]
        assert (failed == []) is taken

    def jobs(self, queue: str = "Pictures") -> list[str]:
        """Take the jobs out of a queue."""
        sqs, found = self.client("sqs"), []
        where = {"QueueUrl": self.queue_url(queue)}
        while messages := sqs.receive_message(**where, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(**where, ReceiptHandle=message["ReceiptHandle"])
                found.append(message["Body"])
        return found

    def process(self, *jobs: str, tries: int = 1, done: bool = True) -> None:
        """Hand jobs over, as Lambda does: those of the queue, if none is given."""
        self._hand_over("ProcessPhoto", jobs or self.jobs(), tries, done=done)

    def render(self, *jobs: str, tries: int = 1, done: bool = True) -> None:
        """Hand renderings over in the same way."""
        self._hand_over("Render", jobs or self.jobs("Renders"), tries, done=done)

    def _hand_over(self, function: str, jobs: Iterable[str], tries: int, *, done: bool) -> None:
        attributes = {"ApproximateReceiveCount": str(tries)}
        for job in jobs:
            record = {"messageId": "1", "body": job, "attributes": attributes}
            failed = self.invoke(function, {"Records": [record]})["batchItemFailures"]
            assert (failed == []) is done

    def removed(self, image: dict[str, Any]) -> None:
        """Tell of a row that is gone, as the table's stream does."""
        record = {"eventName": "REMOVE", "dynamodb": {"OldImage": image, "SequenceNumber": "1"}}
        assert self.invoke("Cleanup", {"Records": [record]}) == {"batchItemFailures": []}

    def expire(self, key: str) -> None:
        """Let the table's TTL remove a row."""
        table = {"TableName": self.table, "Key": {"photo_id": {"S": key}}}
        gone = self.client("dynamodb").delete_item(**table, ReturnValues="ALL_OLD")
        self.removed(gone["Attributes"])


@contextmanager
def recorded(aws_url: str) -> Iterator[Functions]:
    """Make the stores of the template and its functions while the block lasts."""
    of = Deployment()
    session = Session(
        aws_access_key_id=of.account,  # ministack's way to choose an account
        aws_secret_access_key="test",
        region_name=REGION,
    )
    _make_stores(session.client("cloudformation", endpoint_url=aws_url), of)
    with pytest.MonkeyPatch.context() as patch:
        functions = Functions(of, session, aws_url, token=_token(client(aws_url, "cognito-idp")))
        environment = {
            "PHOTOS_TABLE": functions.table,
            "ORIGINALS_BUCKET": functions.originals,
            "EDITED_BUCKET": functions.edited,
            "PICTURES_QUEUE_URL": functions.queue_url("Pictures"),
            "RENDERS_QUEUE_URL": functions.queue_url("Renders"),
            "STACK_NAME": of.stack,
            "CHECK_SESSIONS": "true",
            "MIN_FILE_SIZE": "1",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_ACCESS_KEY_ID": of.account,
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        for name in ENTRYPOINTS:
            functions.modules[name] = _imported(name, functions, patch)
        _record(patch, functions)
        yield functions
        for name in ("aws_pictures", "aws_drawings"):
            functions.modules[f"photohq.entrypoints.{name}"]._pictures.close()


def _make_stores(cloudformation: Any, of: Deployment) -> None:
    """Make what functions call, and nothing that would call functions."""
    template = {
        **{part: of.template[part] for part in ("Parameters", "Conditions")},
        "Resources": {name: of.template["Resources"][name] for name in STORES},
    }
    cloudformation.create_stack(StackName=of.stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=of.stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )


def _imported(name: str, functions: Functions, patch: pytest.MonkeyPatch) -> ModuleType:
    """Import an entry point anew, on this environment, and let it go by the time of the journey."""
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    patch.setitem(sys.modules, name, module)  # for the others that import it
    spec.loader.exec_module(module)
    if hasattr(module, "_aws"):
        app = replace(module._aws.app, clock=functions.now)
        module._aws = replace(module._aws, app=app)
    elif hasattr(module, "_app"):
        module._app = replace(module._app, clock=functions.now)
    return module


def _record(patch: pytest.MonkeyPatch, functions: Functions) -> None:
    """Write down what goes through any of botocore's clients, and what is signed without one."""
    call = BaseClient._make_api_call

    def note(service: str, operation: str, parameters: Any, *, missed: bool = False) -> None:
        if functions.running:
            one = Call(service, operation, parameters, missed)
            functions.calls[functions.running].append(one)

    def noted(client: Any, operation: str, parameters: Any) -> Any:
        missed = False
        try:
            return call(client, operation, parameters)
        except ClientError as error:
            missed = error.response["Error"]["Code"] in MISSING
            raise
        finally:
            service = client.meta.service_model.service_name
            note(service, operation, parameters, missed=missed)

    patch.setattr(BaseClient, "_make_api_call", noted)
    for method, operation in (
        ("presign_put", "PutObject"),
        ("presign_get", "GetObject"),
        ("presign_rendition", "GetObject"),
    ):
        patch.setattr(S3Store, method, _signing(getattr(S3Store, method), operation, note))


def _signing(sign: Callable[..., str], operation: str, note: Callable[..., None]) -> Any:
    def noted(store: S3Store, bucket: str, key: str, **options: Any) -> str:
        version_id = options.get("version_id")
        note("s3", operation, {"Bucket": bucket, "Key": key, "VersionId": version_id})
        return sign(store, bucket, key, **options)

    return noted


def _token(cognito: Any) -> str:
    """Sign in at a user pool, which answers whether the session goes on."""
    pool = cognito.create_user_pool(PoolName="users")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    client_id = made["UserPoolClient"]["ClientId"]
    who = {"Username": "me@example.org", "Password": "Correct-horse-1"}
    cognito.sign_up(ClientId=client_id, **who)
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username=who["Username"])
    answer = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={name.upper(): value for name, value in who.items()},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


def _path(resource: str, parameters: dict[str, str]) -> str:
    for name, value in parameters.items():
        resource = resource.replace(f"{{{name}}}", value)
    return resource


def _claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


@cache
def _routes() -> dict[tuple[str, str], str]:
    """Answer which function takes which route, as the template says."""
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"]): name.removesuffix("Function")
        for name, function in resources("AWS::Serverless::Function", written()).items()
        for event in function["Properties"].get("Events", {}).values()
    }
