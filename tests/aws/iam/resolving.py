"""What the intrinsic functions of a template come to in one deployment of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.aws.template import REGION, translated

STREAM = "2026-01-01T00:00:00.000"
NOTHING = {"Ref": "AWS::NoValue"}


@dataclass(frozen=True)
class Deployment:
    """The names and ARNs that a stack has once CloudFormation has made it."""

    stack: str = "photo-hq-prod"
    account: str = "123456789012"
    conditions: frozenset[str] = frozenset()  # those that hold
    template: Mapping[str, Any] = field(default_factory=translated, hash=False)

    def resolved(self, node: Any) -> Any:
        """Put values in the place of `Ref`, `Fn::Sub`, `Fn::GetAtt` and, in lists, `Fn::If`."""
        if isinstance(node, list):
            return [self.resolved(child) for child in map(self._chosen, node) if child != NOTHING]
        if not isinstance(node, Mapping):
            return node
        match node:
            case {"Ref": name}:
                return self._value(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return self._value(f"{name}.{attribute}")
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._value(found[1]), text)
        return {key: self.resolved(value) for key, value in node.items()}

    def _chosen(self, node: Any) -> Any:
        match node:
            case {"Fn::If": [condition, held, otherwise]}:
                return self._chosen(held if condition in self.conditions else otherwise)
        return node

    def arn(self, logical: str) -> str:
        """Answer the ARN of a table, bucket, queue or function."""
        resource = self.template["Resources"][logical]
        properties = resource["Properties"]
        where = f"{REGION}:{self.account}"
        match resource["Type"]:
            case "AWS::DynamoDB::Table":
                return f"arn:aws:dynamodb:{where}:table/{self.resolved(properties['TableName'])}"
            case "AWS::S3::Bucket":
                return f"arn:aws:s3:::{self.resolved(properties['BucketName'])}"
            case "AWS::SQS::Queue":
                return f"arn:aws:sqs:{where}:{self.resolved(properties['QueueName'])}"
            case "AWS::Lambda::Function":
                name = self.resolved(properties["FunctionName"])
                return f"arn:aws:lambda:{where}:function:{name}"
            case "AWS::Events::Rule":
                return f"arn:aws:events:{where}:rule/{self.stack}-{logical}"
        raise LookupError(logical)

    def stream(self, table: str) -> str:
        """Answer the ARN of a table's stream."""
        return f"{self.arn(table)}/stream/{STREAM}"

    @cached_property
    def _pseudo(self) -> dict[str, str]:
        return {
            "AWS::StackName": self.stack,
            "AWS::AccountId": self.account,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }

    def _value(self, name: str) -> str:
        if name in self._pseudo:
            return self._pseudo[name]
        logical, _, attribute = name.partition(".")
        match attribute:
            case "Arn":
                return self.arn(logical)
            case "StreamArn":
                return self.stream(logical)
            case "":
                return self.arn(logical).rpartition(":")[2].rpartition("/")[2]
        raise LookupError(name)
