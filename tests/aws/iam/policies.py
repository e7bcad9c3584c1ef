"""What the roles of the functions allow, and what their boundary and the policies of buckets and
queues forbid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.aws.iam.managed_policies import MANAGED, named
from tests.aws.iam.resolving import Deployment
from tests.aws.template import resources

Document = dict[str, Any]


@dataclass(frozen=True)
class Grant:
    """One action on one resource, as one statement of a role allows it."""

    policy: str
    action: str
    resource: str

    @property
    def document(self) -> Document:
        return allowing(self.action, self.resource)


def allowing(action: str | list[str], resource: str) -> Document:
    """Write a policy that allows something on something."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def roles(of: Deployment) -> dict[str, dict[str, Document]]:
    """Answer the policies of each function's role, by the function's short name."""
    found = {}
    for function in resources("AWS::Lambda::Function", of.template).values():
        properties = function["Properties"]
        short = of.resolved(properties["FunctionName"]).removeprefix(f"{of.stack}-")
        role = of.template["Resources"][properties["Role"]["Fn::GetAtt"][0]]["Properties"]
        inline = {
            one["PolicyName"]: of.resolved(one["PolicyDocument"])
            for one in role.get("Policies", [])
        }
        managed = {named(arn): MANAGED[arn] for arn in role.get("ManagedPolicyArns", [])}
        found[short] = inline | managed
    return found


def boundary(of: Deployment) -> Document:
    """Answer the most that any function's role may do."""
    document = of.template["Resources"]["FunctionsBoundary"]["Properties"]["PolicyDocument"]
    return dict(of.resolved(document))


def resource_policies(of: Deployment) -> dict[str, Document]:
    """Answer the policies of buckets and queues, by the ARN of what they are attached to."""
    found = {}
    for kind, attached in (("S3::Bucket", "Bucket"), ("SQS::Queue", "Queues")):
        for policy in resources(f"AWS::{kind}Policy", of.template).values():
            to = policy["Properties"][attached]
            for reference in to if isinstance(to, list) else [to]:
                document = of.resolved(policy["Properties"]["PolicyDocument"])
                found[of.arn(reference["Ref"])] = document
    return found


def grants(policies: Mapping[str, Document]) -> Iterator[Grant]:
    """Take the policies of a role apart; theirs have no conditions."""
    for name, document in policies.items():
        for statement in document["Statement"]:
            assert set(statement) <= {"Effect", "Action", "Resource"}
            assert statement["Effect"] == "Allow"
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield Grant(name, action, resource)


def written(policies: Mapping[str, Document]) -> dict[str, Document]:
    """Answer those policies of a role that stand in the template itself."""
    managed = {named(arn) for arn in MANAGED}
    return {name: document for name, document in policies.items() if name not in managed}


def own(policies: Mapping[str, Document]) -> Iterator[Grant]:
    """Answer the grants of a role that stand in the template itself."""
    return grants(written(policies))


def listed(value: Any) -> list[Any]:
    """Answer a list of what may be one or many."""
    return value if isinstance(value, list) else [value]
