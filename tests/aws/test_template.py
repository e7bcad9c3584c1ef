"""template.yaml against the route table and the code, and what the emulator drops of it."""

import json
import re

import msgspec
import pytest
from tests.aws.gateway import ANY, INTEGRATION, RESPONSES, VALIDATOR
from tests.aws.template import DRAWING, FILE, REGION, ROOT, resources, translated, written

from photohq.api import cors
from photohq.api.problems import MEDIA_TYPE, STATUS, Problem, internal_error
from photohq.api.routes import ROUTES
from photohq.events.port import MAX_TRIES
from photohq.imaging.plan import Plan
from photohq.imaging.worker import RENDER_TIMES
from photohq.photos.errors import InvalidInput, TooLarge, Unauthenticated, Unavailable
from photohq.settings import functions
from photohq.wiring.aws import aws

NEEDED = ("PHOTOS_TABLE", "ORIGINALS_BUCKET", "EDITED_BUCKET", "AWS_REGION")
SCOPE = "aws.cognito.signin.user.admin"
CORE = {
    "upload_photo": "UploadPhotoFunction",
    "get_photo": "GetPhotoFunction",
    "list_photos": "ListPhotosFunction",
    "update_photo": "UpdatePhotoFunction",
    "delete_photo": "DeletePhotoFunction",
    "get_metadata": "GetMetadataFunction",
    "patch_metadata": "UpdateMetadataFunction",
    "create_batch": "BatchesFunction",
    "get_batch": "BatchesFunction",
    "resume_batch": "BatchesFunction",
    "batch_photos": "BatchesFunction",
    "process_again": "ProcessAgainFunction",
    "list_versions": "VersionsFunction",
    "restore_version": "VersionsFunction",
    "delete_edited": "VersionsFunction",
    "put_recipe": "RecipesFunction",
    "get_recipe": "RecipesFunction",
    "delete_recipe": "RecipesFunction",
    "get_recipe_xmp": "RecipesFunction",
    "render_photo": "RecipesFunction",
    "list_presets": "RecipesFunction",
    "put_preset": "RecipesFunction",
    "delete_preset": "RecipesFunction",
    "preview_recipe": "PreviewFunction",
    "compare_versions": "PreviewFunction",
}
PICTURES, RENDER, PREVIEW = DRAWING
CORE_MEMORY = 1769
"""With so much a function has a whole core:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
SIZES = {PICTURES: (1536, 90), RENDER: (CORE_MEMORY, 120), PREVIEW: (CORE_MEMORY, 30)}
BACKGROUND = {"ConfirmUploadFunction", "CleanupFunction", PICTURES, RENDER, "ReprocessFunction"}
GATEWAY_SECONDS = 29
"""API Gateway waits no longer."""


@pytest.fixture(scope="module")
def template():
    return translated()


@pytest.fixture(scope="module")
def body(template):
    return template["Resources"]["Api"]["Properties"]["Body"]


def properties(template, name):
    return template["Resources"][name]["Properties"]


def called(operation):
    """The function that an operation of the API calls."""
    return re.search(r"\$\{(\w+)\.Arn\}", operation[INTEGRATION]["uri"]["Fn::Sub"])[1]


def methods(body):
    for path, item in body["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


# The API


def test_the_template_and_the_route_table_know_the_same_routes(body):
    events = {
        (method.upper(), path): called(operation)
        for method, path, operation in methods(body)
        if method != ANY
    }
    routes = {(route.method, route.path): CORE[route.name] for route in ROUTES if not route.public}
    assert events == routes


def test_the_rest_is_for_the_fallback_without_a_token(body):
    assert set(body["paths"]) == {
        "/",
        "/{proxy+}",
        *(route.path for route in ROUTES if not route.public),
    }
    for path, item in body["paths"].items():
        assert called(item[ANY]) == "FallbackFunction", path
        assert item[ANY]["security"] == [{"NONE": []}]


def test_access_tokens_of_the_pool_are_asked_for(template, body):
    for method, path, operation in methods(body):
        if method != ANY:
            assert operation["security"] == [{"AccessTokens": [SCOPE]}], path
    authorizer = body["components"]["securitySchemes"]["AccessTokens"]
    assert authorizer["x-amazon-apigateway-authorizer"] == {
        "type": "cognito_user_pools",
        "providerARNs": [{"Fn::GetAtt": ["UserPool", "Arn"]}],
    }


def test_bodies_and_parameters_are_validated(body):
    assert body["components"]["schemas"] == {"jsonobject": {"type": "object"}}
    validated = {
        (method.upper(), path)
        for method, path, operation in methods(body)
        if operation.get(VALIDATOR) == "body-and-params"
    }
    assert validated == {(route.method, route.path) for route in ROUTES if route.body}
    for method, path, operation in methods(body):
        named = {one["name"] for one in operation.get("parameters", []) if one["required"]}
        if method != ANY:
            assert named == set(re.findall(r"{(\w+)}", path)), path


WHO_SAYS_WHAT = {
    "UNAUTHORIZED": (401, Unauthenticated.code, Unauthenticated.message),
    "EXPIRED_TOKEN": (401, Unauthenticated.code, Unauthenticated.message),
    "BAD_REQUEST_BODY": (400, InvalidInput.code, "The body must be a JSON object"),
    "BAD_REQUEST_PARAMETERS": (400, InvalidInput.code, "A parameter is missing"),
    "REQUEST_TOO_LARGE": (413, TooLarge.code, TooLarge.message),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported_media_type", "The body must be application/json"),
    "THROTTLED": (429, "throttled", "Too many requests"),
    "INTEGRATION_FAILURE": (503, Unavailable.code, Unavailable.message),
    "INTEGRATION_TIMEOUT": (500, internal_error().code, internal_error().title),
    "DEFAULT_4XX": (403, "forbidden", "You may not do this"),
    "DEFAULT_5XX": (500, internal_error().code, internal_error().title),
}


def test_every_refusal_of_the_gateway_has_a_form(body):
    assert set(body[RESPONSES]) == set(WHO_SAYS_WHAT)


@pytest.mark.parametrize("kind", WHO_SAYS_WHAT)
def test_refusals_of_the_gateway_are_problem_documents(body, kind):
    status, code, sentence = WHO_SAYS_WHAT[kind]
    response = body[RESPONSES][kind]
    said = msgspec.json.decode(response["responseTemplates"]["application/json"], type=Problem)
    assert response["statusCode"] == str(status) == str(said.status)
    assert (said.code, said.type) == (code, f"urn:photohq:problem:{code}")
    assert said.title == said.detail == said.error == sentence
    assert (said.request_id, said.instance) == ("$context.requestId", "$context.path")
    headers = {
        name.removeprefix("gatewayresponse.header."): value
        for name, value in response["responseParameters"].items()
    }
    expected = {
        "Access-Control-Allow-Origin": {"Fn::Sub": "'${CorsOrigin}'"},
        "Access-Control-Expose-Headers": f"'{cors.EXPOSED}'",
        "Cache-Control": "'no-store'",
        "Content-Type": f"'{MEDIA_TYPE}'",
        "X-Request-Id": "context.requestId",
    }
    if status == STATUS[Unauthenticated.kind]:
        expected["WWW-Authenticate"] = "'Bearer'"
    if status in {429, 503}:
        expected["Retry-After"] = "'1'"
        assert said.retry_after == 1
    assert headers == expected


def test_the_api_is_regional_and_takes_tls_1_2_and_newer(template):
    api = properties(template, "Api")
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert re.match(r"SecurityPolicy_TLS13_1_2_\d{4}_\d\d$", api["SecurityPolicy"])


def test_the_stage_is_throttled_traced_logged_and_measured(template):
    stage = properties(template, "ApiprodStage")
    settings, *_ = stage["MethodSettings"]
    assert stage["StageName"] == "prod"
    assert stage["TracingEnabled"] is True
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["MetricsEnabled"] is True
    assert settings["LoggingLevel"] == "INFO"
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottleBurst"}
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"requestId", "method", "path", "status", "userId", "ms"} <= line.keys()


def test_what_draws_has_a_throttle_of_its_own(template, body):
    every, *drawing = properties(template, "ApiprodStage")["MethodSettings"]
    throttled = {
        (one["HttpMethod"].lower(), one["ResourcePath"].removeprefix("/").replace("~1", "/"))
        for one in drawing
    }
    drawn = {
        (method, path) for method, path, operation in methods(body) if called(operation) == PREVIEW
    }
    assert throttled == drawn
    own = {
        "ThrottlingRateLimit": {"Ref": "DrawingsRate"},
        "ThrottlingBurstLimit": {"Ref": "DrawingsBurst"},
    }
    for one in drawing:
        where = {name: one[name] for name in ("HttpMethod", "ResourcePath")}
        assert one == {**every, **own, **where}


def test_bodies_are_logged_in_dev_only_unless_asked_for(template):
    for settings in properties(template, "ApiprodStage")["MethodSettings"]:
        assert settings["DataTraceEnabled"] == {"Fn::If": ["LogsBodies", True, False]}
    assert template["Conditions"]["LogsBodies"] == {
        "Fn::Or": [{"Condition": "IsDev"}, {"Fn::Equals": [{"Ref": "LogBodies"}, "true"]}]
    }


def test_the_accounts_role_for_logs_outlives_the_stack(template):
    for name in ("ApiGatewayAccount", "ApiGatewayLogsRole"):
        made = template["Resources"][name]
        assert made["Condition"] == "SetsApiGatewayAccount"
        assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Retain"
    assert template["Resources"]["Api"]["DependsOn"] == "ApiGatewayAccount"


# Functions


def test_the_functions_are_those_of_the_operations_and_of_the_background(template):
    assert resources("AWS::Lambda::Function", template).keys() == {
        *CORE.values(),
        *BACKGROUND,
        "FallbackFunction",
    }


def test_functions_run_as_the_architecture_says(template):
    for name, function in resources("AWS::Lambda::Function", template).items():
        said = function["Properties"]
        assert (said["MemorySize"], said["Timeout"]) == SIZES.get(name, (512, 30)), name
        assert said["TracingConfig"] == {"Mode": "Active"}
        assert said["LoggingConfig"]["LogFormat"] == "JSON"
        assert said["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}


def test_functions_run_on_one_python_but_where_libvips_is_too_new_for_it(template):
    for name, function in resources("AWS::Lambda::Function", template).items():
        parameter = "PicturesRuntime" if name in DRAWING else "Runtime"
        assert function["Properties"]["Runtime"] == {"Ref": parameter}, name
    parameter = template["Parameters"]["PicturesRuntime"]
    assert "python3.11" not in parameter["AllowedValues"]
    makefile = (ROOT / "src" / "Makefile").read_text()
    assert f"\nPICTURES_RUNTIME ?= {parameter['Default']}\n" in makefile
    assert f"\nDRAWING := $(addprefix build-,{' '.join(DRAWING)})\n" in makefile
    assert "\n$(DRAWING): RUNTIME := $(PICTURES_RUNTIME)\n" in makefile


@pytest.mark.parametrize("name", DRAWING)
def test_pictures_are_decoded_within_the_memory_and_the_time_of_their_function(template, name):
    """A worker's own limits end it first: then the picture has failed, and not the function."""
    of = {name.upper(): field for name, field in _fields(functions.FunctionSettings).items()}
    function = properties(template, name)
    told = function["Environment"]["Variables"]
    assert not {"PICTURE_MEMORY", "PICTURE_PIXELS"} & told.keys()
    assert ("PICTURE_SECONDS" in told) is (name == PREVIEW)
    mib = 1024 * 1024
    assert of["PICTURE_MEMORY"].default + 256 * mib <= function["MemorySize"] * mib
    seconds = int(told.get("PICTURE_SECONDS", of["PICTURE_SECONDS"].default))
    longest = min(function["Timeout"], GATEWAY_SECONDS if name == PREVIEW else 900)
    assert seconds * Plan().patience <= longest


def test_a_rendering_has_the_cpu_time_that_it_may_take(template):
    """On one core, with half of the function's time to spare."""
    seconds = _fields(functions.FunctionSettings)["picture_seconds"].default
    assert seconds * RENDER_TIMES <= properties(template, RENDER)["Timeout"] / 2


def test_functions_know_how_long_replaced_edits_are_kept(template):
    """They tell when a version expires, which is when the buckets' lifecycle removes it."""
    for function in resources("AWS::Lambda::Function", template).values():
        told = function["Properties"]["Environment"]["Variables"]
        assert told["NONCURRENT_DAYS"] == {"Ref": "NoncurrentDays"}
    read = functions.read({**dict.fromkeys(NEEDED, "x"), "NONCURRENT_DAYS": "36"})
    assert aws(read).app.limits.noncurrent_days == 36


def _fields(struct):
    return {field.name: field for field in msgspec.structs.fields(struct)}


def test_functions_are_told_what_they_read(template):
    """What Lambda and an emulator set themselves, and what has a default, may be left out."""
    fields = {name.upper() for name in functions.FunctionSettings.__struct_fields__}
    for name, function in resources("AWS::Lambda::Function", template).items():
        told = set(function["Properties"]["Environment"]["Variables"])
        assert {*NEEDED, "USER_POOL_ID"} - {"AWS_REGION"} <= told <= fields, name


def test_python_3_11_is_the_default_at_build_and_deploy(template):
    parameter = template["Parameters"]["Runtime"]
    assert parameter["Default"] == "python3.11"
    assert parameter["AllowedValues"] == [f"python3.{minor}" for minor in (11, 12, 13, 14)]
    makefile = (ROOT / "src" / "Makefile").read_text()
    assert f"\nRUNTIME ?= {parameter['Default']}\n" in makefile


# Users


def test_the_user_pool_is_the_architectures(template):
    pool = properties(template, "UserPool")
    assert pool["UsernameAttributes"] == pool["AutoVerifiedAttributes"] == ["email"]
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 8,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
    }
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    recovery = pool["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert [one["Name"] for one in recovery] == ["verified_email"]


def test_the_pools_client_is_the_architectures(template):
    client = properties(template, "UserPoolClient")
    assert client["GenerateSecret"] is False
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    units = client["TokenValidityUnits"]
    lifetimes = [
        (client[f"{token}Validity"], units[token])
        for token in ("AccessToken", "IdToken", "RefreshToken")
    ]
    assert lifetimes == [(1, "hours"), (1, "hours"), (30, "days")]


# Bytes


@pytest.mark.parametrize("kind", ["Originals", "Edited"])
class TestBuckets:
    def test_it_is_named_kept_and_closed(self, template, kind):
        made = template["Resources"][f"{kind}Bucket"]
        bucket = made["Properties"]
        name = f"${{AWS::StackName}}-{kind.lower()}-${{AWS::AccountId}}"
        assert bucket["BucketName"] == {"Fn::Sub": name}
        assert made["DeletionPolicy"] == "RetainExceptOnCreate"
        assert made["UpdateReplacePolicy"] == "Retain"
        (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        blocks = bucket["PublicAccessBlockConfiguration"]
        assert len(blocks) == 4
        assert all(value is True for value in blocks.values())
        (owner,) = bucket["OwnershipControls"]["Rules"]
        assert owner["ObjectOwnership"] == "BucketOwnerEnforced"

    def test_what_is_no_longer_wanted_goes(self, template, kind):
        rules = {
            rule["Id"]: rule
            for rule in properties(template, f"{kind}Bucket")["LifecycleConfiguration"]["Rules"]
            if "Id" in rule
        }
        days = rules["noncurrent"]["NoncurrentVersionExpiration"]["NoncurrentDays"]
        assert days == {"Ref": "NoncurrentDays"}
        assert rules["noncurrent"]["ExpiredObjectDeleteMarker"] is True
        assert rules["unfinished"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
        assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
        assert template["Parameters"]["NoncurrentDays"]["Default"] == 30

    def test_browsers_may_use_presigned_urls(self, template, kind):
        (rule,) = properties(template, f"{kind}Bucket")["CorsConfiguration"]["CorsRules"]
        assert rule["AllowedOrigins"] == [{"Ref": "CorsOrigin"}]
        assert {"content-type", "if-none-match", "x-amz-*"} <= set(rule["AllowedHeaders"])
        assert "ETag" in rule["ExposedHeaders"]
        assert {"GET", "PUT"} <= set(rule["AllowedMethods"])

    def test_it_tells_of_what_comes_and_is_measured(self, template, kind):
        bucket = properties(template, f"{kind}Bucket")
        assert bucket["NotificationConfiguration"] == {
            "EventBridgeConfiguration": {"EventBridgeEnabled": True}
        }
        assert bucket["MetricsConfigurations"] == [{"Id": "EntireBucket"}]

    def test_plain_http_and_old_tls_are_denied(self, template, kind):
        statements = properties(template, f"{kind}BucketPolicy")["PolicyDocument"]["Statement"]
        conditions = [one["Condition"] for one in statements]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
        assert {"NumericLessThan": {"s3:TlsVersion": "1.2"}} in conditions
        assert {(one["Effect"], one["Action"], one["Principal"]) for one in statements} == {
            ("Deny", "s3:*", "*")
        }


# Records


def test_the_table_is_kept_encrypted_backed_up_and_tells_of_changes(template):
    made = template["Resources"]["PhotosTable"]
    table = made["Properties"]
    assert table["TableName"] == {"Fn::Sub": "${AWS::StackName}-photos"}
    assert made["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 35,
    }
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["Protects", True, False]}


def test_the_tables_keys_are_those_that_the_catalog_asks_for(template):
    table = properties(template, "PhotosTable")

    def keys(schema):
        return [(key["AttributeName"], key["KeyType"]) for key in schema]

    assert keys(table["KeySchema"]) == [("photo_id", "HASH")]
    indexes = {
        index["IndexName"]: [name for name, _ in keys(index["KeySchema"])]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        "UserIdIndex": ["user_id", "created_at", "photo_id"],
        "UserVersionIndex": ["user_id", "version_type", "created_at", "photo_id"],
    }
    projections = {
        index["Projection"]["ProjectionType"] for index in table["GlobalSecondaryIndexes"]
    }
    assert projections == {"ALL"}


def test_table_and_pool_are_protected_in_prod_once_they_are_there(template):
    protects = template["Conditions"]["Protects"]["Fn::Or"]
    assert {"Fn::Equals": [{"Ref": "Protect"}, "on"]} in protects
    assert {
        "Fn::And": [
            {"Fn::Equals": [{"Ref": "Environment"}, "prod"]},
            {"Fn::Equals": [{"Ref": "Protect"}, "auto"]},
        ]
    } in protects
    assert template["Parameters"]["Protect"]["Default"] == "auto"
    pool = properties(template, "UserPool")
    assert pool["DeletionProtection"] == {"Fn::If": ["Protects", "ACTIVE", "INACTIVE"]}


def test_every_deployment_deploys_the_api_anew():
    """A stage goes on with the refusals of its deployment, whose name SAM makes of the body before
    parameters are put in: another CorsOrigin alone would not reach them."""
    assert written()["Resources"]["Api"]["Properties"]["AlwaysDeploy"] is True


# Logs


def test_every_function_and_the_api_log_where_it_ends(template):
    groups = resources("AWS::Logs::LogGroup", template)
    names = {group["Properties"]["LogGroupName"]["Fn::Sub"] for group in groups.values()}
    functions = {name.removesuffix("Function") for name in resources("AWS::Lambda::Function")}
    assert names == {
        *(f"/aws/lambda/${{AWS::StackName}}-{name}" for name in functions),
        "/aws/apigateway/${AWS::StackName}",
        "API-Gateway-Execution-Logs_${Api}/prod",
        "/aws/vendedlogs/states/${AWS::StackName}-reprocess",
    }
    for group in groups.values():
        assert group["Properties"]["RetentionInDays"] == {"Fn::If": ["IsDev", 7, 30]}
    for name, function in resources("AWS::Lambda::Function", template).items():
        logs = function["Properties"]["LoggingConfig"]["LogGroup"]
        assert logs == {"Ref": f"{name.removesuffix('Function')}Logs"}


# Queues


def test_a_message_is_tried_five_times_and_is_not_lost(template):
    of = {"Uploads": "ConfirmUploadFunction", "Pictures": PICTURES, "Renders": RENDER}
    for name, function in of.items():
        queue = properties(template, name)
        assert queue["RedrivePolicy"] == {
            "deadLetterTargetArn": {"Fn::GetAtt": [f"{name}DeadLetters", "Arn"]},
            "maxReceiveCount": 5,
        }
        # what AWS asks for: six times a function's time
        assert queue["VisibilityTimeout"] == 6 * properties(template, function)["Timeout"]
    mappings = resources("AWS::Lambda::EventSourceMapping", template)
    for mapping in mappings.values():
        assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for queue in resources("AWS::SQS::Queue", template).values():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True


def test_a_picture_is_given_up_before_its_message_is(template):
    """A message that SQS puts among the dead letters would leave its photo `processing`."""
    for name in ("Pictures", "Renders"):
        queue = properties(template, name)
        assert queue["RedrivePolicy"]["maxReceiveCount"] > MAX_TRIES


@pytest.mark.parametrize(
    ("mapping", "function", "parameter"),
    [
        ("PicturesToProcess", PICTURES, "PicturesAtOnce"),
        ("RendersToMake", RENDER, "RendersAtOnce"),
    ],
)
def test_pictures_come_one_by_one_and_not_too_many_at_once(template, mapping, function, parameter):
    made = properties(template, mapping)
    assert made["BatchSize"] == 1
    assert made["FunctionName"] == {"Ref": function}
    assert made["ScalingConfig"] == {"MaximumConcurrency": {"Ref": parameter}}
    at_once = template["Parameters"][parameter]
    assert (at_once["MinValue"], at_once["MaxValue"]) == (2, 1000)  # what Lambda takes


# A library anew


def test_the_state_machine_may_call_its_function_and_hand_over_to_itself(template):
    role = properties(template, "ReprocessingRole")
    (policy,) = role["Policies"]
    may = {
        str(statement["Resource"]): statement["Action"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Resource"] != "*"
    }
    own = "stateMachine:${AWS::StackName}-reprocess"
    where = f"arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:{own}"
    assert may == {
        str({"Fn::GetAtt": ["ReprocessFunction", "Arn"]}): "lambda:InvokeFunction",
        str({"Fn::Sub": where}): "states:StartExecution",
    }
    machine = properties(template, "Reprocessing")
    assert machine["StateMachineName"] == {"Fn::Sub": "${AWS::StackName}-reprocess"}


def test_a_part_is_tried_again_but_not_where_its_input_makes_no_sense(template):
    """A function's errors are known to a state machine by the names of their classes:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    text = properties(template, "Reprocessing")["DefinitionString"]["Fn::Sub"]
    definition = json.loads(text.replace("${ReprocessPause}", "30"))
    refused, others = definition["States"]["Part"]["Retry"]
    names = {InvalidInput.__name__, msgspec.ValidationError.__name__}
    assert (set(refused["ErrorEquals"]), refused["MaxAttempts"]) == (names, 0)
    assert others["ErrorEquals"] == ["States.ALL"]


def test_an_execution_ends_before_it_is_too_long_for_aws():
    """A part has twelve events, one of AWS's 25,000 for each state that is entered or left and
    each step of a call."""
    source = (ROOT / "src/photohq/entrypoints/aws_pictures.py").read_text()
    parts = int(re.search(r"^PARTS = ([\d_]+)$", source, re.MULTILINE)[1])
    assert parts * 12 < 25_000


def test_the_state_machine_is_traced_and_logged(template):
    machine = properties(template, "Reprocessing")
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    assert logging["Level"] == "ALL"
    (to,) = logging["Destinations"]
    assert to == {
        "CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["ReprocessingLogs", "Arn"]}}
    }


def test_the_template_says_nothing_of_one_account_or_region():
    text = FILE.read_text()
    assert not re.search(r"\b\d{12}\b", text)
    assert REGION not in text
    assert "us-east-1" not in text
    assert written()["Transform"] == "AWS::Serverless-2016-10-31"
