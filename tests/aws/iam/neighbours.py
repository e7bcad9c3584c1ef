"""What no function has any business with: the actions, and whom they could hit."""

from collections.abc import Iterator

from tests.aws.iam.lambda_calls import log_group
from tests.aws.iam.policies import listed
from tests.aws.iam.requests import Request
from tests.aws.iam.resolving import Deployment
from tests.aws.template import REGION

OTHER_ACCOUNT = "210987654321"
KEYS = ("me/originals/photo/a.jpg", "me/renditions/photo/upload/1024.jpg")

ACTIONS = {
    "object": """
        s3:GetObject s3:GetObjectVersion s3:GetObjectAttributes s3:GetObjectAcl s3:GetObjectTagging
        s3:PutObject s3:PutObjectAcl s3:PutObjectVersionAcl s3:PutObjectTagging s3:RestoreObject
        s3:PutObjectRetention s3:PutObjectLegalHold s3:BypassGovernanceRetention
        s3:DeleteObject s3:DeleteObjectVersion s3:DeleteObjectTagging s3:AbortMultipartUpload
        s3:ReplicateObject
    """,
    "bucket": """
        s3:ListBucket s3:ListBucketVersions s3:ListBucketMultipartUploads s3:GetBucketPolicy
        s3:PutBucketPolicy s3:DeleteBucketPolicy s3:PutBucketAcl s3:PutBucketPublicAccessBlock
        s3:PutBucketVersioning s3:PutLifecycleConfiguration s3:PutEncryptionConfiguration
        s3:PutBucketNotification s3:PutBucketCORS s3:PutBucketOwnershipControls
        s3:PutReplicationConfiguration s3:DeleteBucket
    """,
    "table": """
        dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query dynamodb:Scan dynamodb:PutItem
        dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem
        dynamodb:PartiQLSelect dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:PartiQLDelete
        dynamodb:DescribeTable dynamodb:UpdateTable dynamodb:DeleteTable dynamodb:UpdateTimeToLive
        dynamodb:UpdateContinuousBackups dynamodb:ExportTableToPointInTime dynamodb:CreateBackup
        dynamodb:PutResourcePolicy dynamodb:EnableKinesisStreamingDestination
    """,
    "index": "dynamodb:Query dynamodb:Scan dynamodb:PartiQLSelect",
    "stream": "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator",
    "queue": """
        sqs:SendMessage sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility
        sqs:GetQueueAttributes sqs:SetQueueAttributes sqs:PurgeQueue sqs:DeleteQueue
        sqs:AddPermission
    """,
    "function": """
        lambda:InvokeFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration
        lambda:GetFunction lambda:AddPermission
    """,
    "state machine": """
        states:StartExecution states:UpdateStateMachine states:DeleteStateMachine
    """,
    "role": "iam:PassRole iam:PutRolePolicy iam:AttachRolePolicy sts:AssumeRole",
    "key": "kms:Decrypt kms:GenerateDataKey",
    "log group": """
        logs:CreateLogGroup logs:DeleteLogGroup logs:PutRetentionPolicy logs:FilterLogEvents
    """,
    "log stream of others": "logs:CreateLogStream logs:PutLogEvents logs:GetLogEvents",
    "network interface": """
        ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses
        ec2:UnassignPrivateIpAddresses ec2:AttachNetworkInterface
    """,
    "user pool": """
        cognito-idp:AdminGetUser cognito-idp:AdminCreateUser cognito-idp:AdminSetUserPassword
        cognito-idp:AdminDeleteUser cognito-idp:AdminInitiateAuth cognito-idp:ListUsers
        cognito-idp:UpdateUserPool
    """,
    "secret": "secretsmanager:GetSecretValue",
    "parameter": "ssm:GetParameter ssm:GetParametersByPath",
    "any": """
        s3:ListAllMyBuckets s3:PutAccountPublicAccessBlock dynamodb:ListTables dynamodb:ListStreams
        lambda:ListFunctions sqs:ListQueues iam:ListRoles cloudwatch:PutMetricData
        ec2:DescribeInstances ec2:DescribeNetworkInterfaces ec2:DescribeSubnets
        xray:GetSamplingRules xray:GetSamplingTargets xray:GetSamplingStatisticSummaries
        xray:GetTraceSummaries xray:BatchGetTraces
    """,
}


def asked(of: Deployment) -> Iterator[Request]:
    """Ask for each of the actions on everything that it could be meant for."""
    places = _places(of)
    for kind, actions in ACTIONS.items():
        for action in actions.split():
            for place in listed(places[kind]):
                yield Request(action, place)


def _places(of: Deployment) -> dict[str, list[str] | str]:
    where = f"{REGION}:{of.account}"
    buckets = [
        of.arn("OriginalsBucket"),
        of.arn("EditedBucket"),
        f"arn:aws:s3:::{of.stack}2-originals-{of.account}",
        f"arn:aws:s3:::{of.stack}2-edited-{of.account}",
        f"arn:aws:s3:::{of.stack}-originals-{of.account}-copy",
        f"arn:aws:s3:::{of.stack}-renditions-{of.account}",
        f"arn:aws:s3:::{of.stack}-originals-{OTHER_ACCOUNT}",
    ]
    tables = [
        of.arn("PhotosTable"),
        f"{of.arn('PhotosTable')}-copy",
        f"arn:aws:dynamodb:{where}:table/{of.stack}2-photos",
        f"arn:aws:dynamodb:{REGION}:{OTHER_ACCOUNT}:table/{of.stack}-photos",
        f"arn:aws:dynamodb:eu-west-1:{of.account}:table/{of.stack}-photos",
    ]
    queues = [
        of.arn(name)
        for name in (
            "Uploads",
            "UploadsDeadLetters",
            "Pictures",
            "PicturesDeadLetters",
            "Renders",
            "RendersDeadLetters",
            "RemovalsDeadLetters",
        )
    ]
    groups = [log_group(of, name) for name in ("GetPhoto", "Cleanup")]
    groups_of_others = [
        f"arn:aws:logs:{where}:log-group:/aws/lambda/{of.stack}2-GetPhoto",
        f"arn:aws:logs:{where}:log-group:/aws/lambda/{of.stack}",
        f"arn:aws:logs:{where}:log-group:/aws/apigateway/{of.stack}",
        f"arn:aws:logs:eu-west-1:{of.account}:log-group:/aws/lambda/{of.stack}-GetPhoto",
        f"arn:aws:logs:{REGION}:{OTHER_ACCOUNT}:log-group:/aws/lambda/{of.stack}-GetPhoto",
    ]
    return {
        "bucket": buckets,
        "object": [f"{bucket}/{key}" for bucket in buckets for key in KEYS],
        "table": tables,
        "index": [
            f"{table}/index/{index}"
            for table in tables
            for index in ("UserIdIndex", "UserVersionIndex")
        ],
        "stream": [f"{table}/stream/2026-01-01T00:00:00.000" for table in tables],
        "queue": [*queues, f"arn:aws:sqs:{where}:{of.stack}2-uploads"],
        "function": [
            f"arn:aws:lambda:{where}:function:{of.stack}-{name}" for name in ("GetPhoto", "Cleanup")
        ],
        "state machine": f"arn:aws:states:{where}:stateMachine:{of.stack}-reprocess",
        "role": f"arn:aws:iam::{of.account}:role/{of.stack}-Cleanup",
        "key": f"arn:aws:kms:{where}:key/11111111-2222-3333-4444-555555555555",
        "log group": [f"{group}:*" for group in (*groups, *groups_of_others)],
        "log stream of others": [
            f"{group}:log-stream:2026/01/01/[$LATEST]0" for group in groups_of_others
        ],
        "network interface": f"arn:aws:ec2:{where}:network-interface/eni-0123456789abcdef0",
        "user pool": f"arn:aws:cognito-idp:{where}:userpool/{REGION}_abcdefghi",
        "secret": f"arn:aws:secretsmanager:{where}:secret:mail-123456",
        "parameter": f"arn:aws:ssm:{where}:parameter/mail",
        "any": "*",
    }
