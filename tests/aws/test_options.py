"""What the template adds where it is asked to."""

import json
import re
from collections.abc import Iterator

import pytest
from tests.aws.stack import client, deployed, known
from tests.aws.template import resources, translated
from tests.emulators.ministack import ministack

WATCHING = {
    "AlarmTopic",
    "AlarmTopicPolicy",
    "Dashboard",
    "UploadsDeadLettersAlarm",
    "PicturesDeadLettersAlarm",
    "PicturesAgeAlarm",
    "RendersDeadLettersAlarm",
    "RendersAgeAlarm",
    "RemovalsDeadLettersAlarm",
    "UploadsAgeAlarm",
}
SECURITY_GROUP = {"FunctionsSecurityGroup"}
ENDPOINTS = {"ObjectsEndpoint", "RecordsEndpoint", "QueuesEndpoint", "QueuesSecurityGroup"}
TRAIL = {"TrailBucket", "TrailBucketPolicy"}
MAIL = "on-call@example.org"
KEY = "arn:aws:kms:eu-central-1:000000000000:key/logs"
VPC = {"VpcId": "", "SubnetIds": ""}
ROUTED = {**VPC, "RouteTableIds": ""}
"""What is empty here is made in the emulator first."""
ALL = {
    "Environment": "prod",
    "AlarmEmail": MAIL,
    "LogsKeyArn": KEY,
    "WebAcl": "true",
    "AuditTrail": "true",
    "ReplicaStack": "recovery",
    **ROUTED,
}
OPTIONS: dict[str, tuple[dict[str, str], set[str]]] = {
    "dev": ({}, set()),
    "staging": ({"Environment": "staging"}, WATCHING),
    "quiet": ({"Environment": "prod", "Alarms": "off", "AlarmEmail": MAIL}, set()),
    "mail": ({"Alarms": "on", "AlarmEmail": MAIL}, {*WATCHING, "AlarmMail"}),
    "key": ({"LogsKeyArn": KEY}, set()),
    "firewall": ({"WebAcl": "true"}, {"FirewallAcl"}),
    "trail": ({"AuditTrail": "true"}, TRAIL),
    "vpc": (VPC, SECURITY_GROUP),
    "routed": (ROUTED, SECURITY_GROUP | ENDPOINTS),
    "copied": ({"ReplicaStack": "recovery"}, {"ReplicationRole"}),
    "all": (
        ALL,
        {*WATCHING, *TRAIL, *SECURITY_GROUP, *ENDPOINTS}
        | {"AlarmMail", "FirewallAcl", "ReplicationRole"},
    ),
}


@pytest.fixture(scope="module")
def aws_url() -> Iterator[str]:
    with ministack() as url:
        yield url


DEPLOYMENT = "AWS::ApiGateway::Deployment"
"""Its name is another each time."""


@pytest.fixture(scope="module")
def network(aws_url: str) -> dict[str, str]:
    ec2 = client(aws_url, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    return {"VpcId": vpc, "SubnetIds": subnet, "RouteTableIds": table}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_adds_what_it_says_and_no_more(
    aws_url: str, network: dict[str, str], name: str
) -> None:
    options, added = OPTIONS[name]
    given = {option: value or network[option] for option, value in options.items()}
    with deployed(aws_url, f"photo-hq-{name}", **given) as made:
        listed = made.client("cloudformation").describe_stack_resources(StackName=made.name)
    found = {
        one["LogicalResourceId"]
        for one in listed["StackResources"]
        if one["ResourceType"] != DEPLOYMENT
    }
    always = {
        logical
        for logical, one in known(translated())["Resources"].items()
        if "Condition" not in one and one["Type"] != DEPLOYMENT
    }
    assert found == always | {"ApiGatewayAccount", "ApiGatewayLogsRole"} | added


@pytest.mark.parametrize(("standby", "state"), [("true", "DISABLED"), ("false", "ENABLED")])
def test_a_stack_of_copies_leaves_what_arrives_alone(
    aws_url: str, standby: str, state: str
) -> None:
    with deployed(aws_url, f"photo-hq-standby-{standby}", Standby=standby) as made:
        rule = made.client("events").describe_rule(Name=made.physical("UploadsRule"))
    assert rule["State"] == state


# What the emulator does not show ------------------------------------------------------------------


def test_every_log_can_have_a_key_of_ones_own() -> None:
    key = {"Fn::If": ["HasLogsKey", {"Ref": "LogsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    for one in resources("AWS::Logs::LogGroup").values():
        assert one["Properties"]["KmsKeyId"] == key


def test_only_alarms_of_this_account_may_speak_to_the_topic() -> None:
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    allowed = [
        one
        for one in policy["Properties"]["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    ]
    assert [one["Principal"] for one in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]
    assert allowed[0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_copies_go_to_the_bucket_of_the_same_kind_with_their_delete_markers() -> None:
    for kind in ("originals", "edited"):
        bucket = translated()["Resources"][f"{kind.title()}Bucket"]["Properties"]
        condition, configuration, otherwise = bucket["ReplicationConfiguration"]["Fn::If"]
        (rule,) = configuration["Rules"]
        assert (condition, otherwise) == ("Replicates", {"Ref": "AWS::NoValue"})
        assert rule["Status"] == rule["DeleteMarkerReplication"]["Status"] == "Enabled"
        assert rule["Destination"]["Bucket"]["Fn::Sub"].endswith(
            f"${{ReplicaStack}}-{kind}-${{AWS::AccountId}}"
        )
        assert configuration["Role"] == {"Fn::GetAtt": ["ReplicationRole", "Arn"]}


def test_the_replicator_reads_here_and_writes_there() -> None:
    role = translated()["Resources"]["ReplicationRole"]["Properties"]
    for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
        writes = any("Replicate" in action for action in statement["Action"])
        for resource in statement["Resource"]:
            assert ("${ReplicaStack}" in resource["Fn::Sub"]) is writes


def test_functions_join_the_vpc_where_there_is_one() -> None:
    for function in resources("AWS::Lambda::Function").values():
        condition, joined, otherwise = function["Properties"]["VpcConfig"]["Fn::If"]
        assert (condition, otherwise) == ("InVpc", {"Ref": "AWS::NoValue"})
        assert joined["SecurityGroupIds"] == [{"Ref": "FunctionsSecurityGroup"}]
        assert joined["SubnetIds"] == {"Fn::Split": [",", {"Ref": "SubnetIds"}]}


def test_the_endpoints_lead_to_this_stack_only() -> None:
    allowed = {
        name: json.dumps(one["Properties"]["PolicyDocument"]["Statement"][0]["Resource"])
        for name, one in resources("AWS::EC2::VPCEndpoint").items()
    }
    assert set(re.findall(r"\b(\w+)\b.{1,4}Arn", allowed["ObjectsEndpoint"])) == {
        "OriginalsBucket",
        "EditedBucket",
    }
    assert set(re.findall(r"\b(\w+)\b.{1,4}Arn", allowed["RecordsEndpoint"])) == {"PhotosTable"}
    assert set(re.findall(r"\b(\w+)\b.{1,4}Arn", allowed["QueuesEndpoint"])) == {
        "Pictures",
        "Renders",
    }
    assert '"*"' not in json.dumps(allowed)


def test_the_firewall_stands_before_the_stage_and_lets_long_bodies_in() -> None:
    template = translated()
    (association,) = resources("AWS::WAFv2::WebACLAssociation", template).values()
    (stage,) = resources("AWS::ApiGateway::Stage", template)
    assert association["Properties"]["ResourceArn"]["Fn::Sub"].endswith(
        f"/restapis/${{Api}}/stages/${{{stage}}}"
    )
    rules = template["Resources"]["FirewallAcl"]["Properties"]["Rules"]
    (common,) = [one for one in rules if one["Name"] == "common"]
    assert common["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"] == [
        {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    ]


def test_the_trail_records_photos_and_records_and_nothing_else() -> None:
    (trail,) = resources("AWS::CloudTrail::Trail").values()
    assert trail["Properties"]["EnableLogFileValidation"] is True
    followed = {
        one["Name"]: {field["Field"]: field for field in one["FieldSelectors"]}
        for one in trail["Properties"]["AdvancedEventSelectors"]
    }
    assert followed["photos"]["resources.ARN"]["StartsWith"] == [
        {"Fn::Sub": "${OriginalsBucket.Arn}/"},
        {"Fn::Sub": "${EditedBucket.Arn}/"},
    ]
    assert followed["records"]["resources.ARN"]["Equals"] == [
        {"Fn::GetAtt": ["PhotosTable", "Arn"]}
    ]
    assert {one["eventCategory"]["Equals"][0] for one in followed.values()} == {"Data"}
