"""The stack of template.yaml in an emulator: what `sam build && sam deploy` does on AWS."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from boto3.session import Session
from tests.aws import gateway
from tests.aws.template import BUCKET, REGION, ROOT, resources, translated

PACKAGES = ROOT / ".venv" / "functions"
PACKAGE = PACKAGES / "functions"
"""Of all functions but those that draw."""
PICTURES = PACKAGES / "pictures"
SECONDS = 60
AT_ONCE = 2
"""Calls of a function for a queue, as many as there are cores for tests."""
UNKNOWN = {"AWS::CloudTrail::Trail", "AWS::Logs::QueryDefinition", "AWS::WAFv2::WebACLAssociation"}
"""Types that the emulator has not; the template's checks stand in for them."""


class NotDeployed(Exception):
    """CloudFormation could not make the stack."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack: where AWS is, and what it has made of the template."""

    aws_url: str
    name: str
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        """Answer boto3's client of a service of this AWS."""
        return client(self.aws_url, service)

    @property
    def api_url(self) -> str:
        """Where the emulator answers for the host of API Gateway."""
        api = self.outputs["ApiUrl"].split("//")[1].split(".")[0]
        return f"{self.aws_url}/_aws/execute-api/{api}/prod"

    def physical(self, logical: str) -> str:
        """Answer the physical id of a resource."""
        found = self.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


def client(aws_url: str, service: str) -> Any:
    """Answer boto3's client of a service of an emulated AWS."""
    return _session().client(service, endpoint_url=aws_url)


@cache
def _session() -> Session:
    return Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)


@contextmanager
def deployed(aws_url: str, name: str = "photo-hq-dev", **parameters: str) -> Iterator[Stack]:
    """Deploy the template with the built packages while the block lasts."""
    bucket = BUCKET
    s3, cloudformation = client(aws_url, "s3"), client(aws_url, "cloudformation")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for folder in (PACKAGE, PICTURES):
            s3.put_object(Bucket=bucket, Key=f"{folder.name}.zip", Body=package(folder))
    template = known(translated(**parameters))
    s3.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template))
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=f"{aws_url}/{bucket}/template.json",
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    stack = _awaited(cloudformation, name)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    made = Stack(aws_url, name, outputs)
    _complete(made, template)
    yield made


def known(template: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the emulator refuses, unknown types and alarms of metric math, and what would
    keep everybody out, since it speaks plain HTTP only.

    It takes no number from a parameter, and asks for an action where IAM has none.
    """
    left = {}
    for name, one in template["Resources"].items():
        if one["Type"] in UNKNOWN or "Metrics" in one["Properties"]:
            continue
        if document := one["Properties"].get("PolicyDocument"):
            document["Statement"] = [
                statement for statement in document["Statement"] if not _of_transport(statement)
            ]
            if not document["Statement"]:
                continue
        if scaling := one["Properties"].get("ScalingConfig"):
            scaling["MaximumConcurrency"] = AT_ONCE
        if one["Type"] == "AWS::IAM::Role":
            _allow_batches(one["Properties"].get("Policies", []))
        left[name] = one
    return {**template, "Resources": left}


def _allow_batches(policies: list[dict[str, Any]]) -> None:
    """Let who may send a message send several at once, which IAM knows no action for."""
    for policy in policies:
        for statement in policy["PolicyDocument"]["Statement"]:
            if "sqs:SendMessage" in statement["Action"]:
                statement["Action"] = [*statement["Action"], "sqs:SendMessageBatch"]


def _of_transport(statement: dict[str, Any]) -> bool:
    """Whether a statement denies what does not come by TLS."""
    keys = {key for test in statement.get("Condition", {}).values() for key in test}
    return bool(keys & {"aws:SecureTransport", "s3:TlsVersion"})


def _complete(stack: Stack, template: dict[str, Any]) -> None:
    """Give the API what the emulator drops of its body."""
    parameters = stack.client("cloudformation").describe_stacks(StackName=stack.name)["Stacks"][0]
    values = {one["ParameterKey"]: one["ParameterValue"] for one in parameters["Parameters"]}
    defaults = {
        name: str(one["Default"])
        for name, one in template["Parameters"].items()
        if "Default" in one
    }
    functions = {
        f"{logical}.Arn": stack.client("lambda").get_function(FunctionName=stack.physical(logical))[
            "Configuration"
        ]["FunctionArn"]
        for logical in resources("AWS::Lambda::Function", template)
    }
    gateway.complete(
        stack.client("apigateway"),
        stack.physical("Api"),
        template["Resources"]["Api"]["Properties"]["Body"],
        {"AWS::Region": REGION, **defaults, **values, **functions},
    )


def _awaited(cloudformation: Any, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while True:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return dict(stack)
        if "IN_PROGRESS" not in stack["StackStatus"] or time.monotonic() > deadline:
            events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
            why = [
                f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
                for event in events
                if event["ResourceStatus"].endswith("FAILED")
            ]
            raise NotDeployed(f"{stack['StackStatus']}\n" + "\n".join(why))
        time.sleep(0.05)


@cache
def package(folder: Path = PACKAGE) -> bytes:
    """Zip a package of functions, which `make setup` has built."""
    if not folder.exists():
        raise NotDeployed(f"{folder} is missing; `make setup` builds it")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return packed.getvalue()
