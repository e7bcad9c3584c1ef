"""What AWS's own policies allow beyond the functions' work ends at the boundary of their roles."""

import pytest
from tests.aws.iam.least_privilege import excessive, refused
from tests.aws.iam.managed_policies import MANAGED
from tests.aws.iam.neighbours import asked
from tests.aws.iam.policies import boundary, resource_policies, roles
from tests.aws.iam.requests import SECURE, Request
from tests.aws.iam.resolving import Deployment
from tests.aws.iam.simulator import decide
from tests.aws.template import REGION, resources, translated

IN_VPC = Deployment(conditions=frozenset({"InVpc"}))
INTERFACE = f"arn:aws:ec2:{REGION}:{IN_VPC.account}:network-interface/eni-0123456789abcdef0"
NETWORK = [
    Request("ec2:DescribeNetworkInterfaces", "*"),
    Request("ec2:DescribeSubnets", "*"),
    *(
        Request(f"ec2:{action}", INTERFACE)
        for action in (
            "CreateNetworkInterface",
            "DeleteNetworkInterface",
            "AssignPrivateIpAddresses",
            "UnassignPrivateIpAddresses",
        )
    ),
]
BY_CODE = (*SECURE, ("lambda:SourceFunctionArn", IN_VPC.arn("GetPhotoFunction")))


def test_it_is_on_the_roles_of_the_functions_alone():
    template = translated()
    functions = {
        one["Properties"]["Role"]["Fn::GetAtt"][0]
        for one in resources("AWS::Lambda::Function", template).values()
    }
    bounded = {
        name: one["Properties"]["PermissionsBoundary"]
        for name, one in resources("AWS::IAM::Role", template).items()
        if "PermissionsBoundary" in one["Properties"]
    }
    assert bounded == {role: {"Ref": "FunctionsBoundary"} for role in functions}
    assert len(functions) == 18


@pytest.mark.javascript
def test_without_it_functions_could_do_what_is_nobodys_business(used, prod):
    found = excessive(asked(prod), used, roles(prod))
    granted = {
        action
        for policy in MANAGED.values()
        for statement in policy["Statement"]
        for action in statement["Action"]
    }
    needed = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
    assert {action for _, action, _ in found} == granted - needed


@pytest.mark.javascript
@pytest.mark.parametrize(
    ("of", "context", "result"),
    [
        (Deployment(), SECURE, "ImplicitlyDenied"),
        (IN_VPC, SECURE, "Allowed"),
        (IN_VPC, BY_CODE, "ExplicitlyDenied"),
    ],
    ids=["no vpc", "vpc", "vpc, by a function's code"],
)
def test_network_interfaces_are_lambdas_own_affair_in_a_vpc(of, context, result):
    asked = [
        (function, Request(one.action, one.resource, context))
        for function in roles(of)
        for one in NETWORK
    ]
    decisions = decide(asked, roles(of), boundary=boundary(of))
    assert {decision.result for decision in decisions} == {result}


@pytest.mark.javascript
def test_each_part_of_it_would_be_missed(used, prod):
    """But for the table's key, which is DynamoDB's to ask: its policy is AWS's."""
    whole = boundary(prod)
    for gone in whole["Statement"]:
        if gone["Effect"] == "Allow" and gone["Action"] != "kms:*":
            rest = {**whole, "Statement": [one for one in whole["Statement"] if one != gone]}
            assert refused(used, roles(prod), resource_policies(prod), rest), gone
