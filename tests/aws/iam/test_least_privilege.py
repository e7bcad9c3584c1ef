"""Each function's role allows what the function does, as IAM's rules are simulated, and no more."""

import pytest
from tests.aws.iam.least_privilege import excessive, refused, unused
from tests.aws.iam.neighbours import asked
from tests.aws.iam.policies import allowing, boundary, own, resource_policies, roles, written
from tests.aws.iam.requests import SECURE, Request
from tests.aws.iam.simulator import decide

pytestmark = pytest.mark.javascript


def written_roles(of):
    return {name: written(role) for name, role in roles(of).items()}


def test_each_function_may_do_what_it_does(used, prod):
    assert refused(used, roles(prod), resource_policies(prod), boundary(prod)) == []


def test_no_grant_is_unused(used, prod):
    assert unused(used, written_roles(prod)) == []


def test_everything_else_is_denied(used, prod):
    assert excessive(asked(prod), used, roles(prod), boundary(prod)) == []


def test_what_the_template_grants_is_no_more_without_the_boundary(used, prod):
    assert excessive(asked(prod), used, written_roles(prod)) == []


@pytest.mark.parametrize(
    ("context", "result"),
    [
        (SECURE, "Allowed"),
        ((("aws:SecureTransport", "false"),), "ExplicitlyDenied"),
        ((("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.1")), "ExplicitlyDenied"),
        ((("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.2")), "Allowed"),
    ],
)
def test_a_presigned_url_works_over_https_with_a_tls_of_today(prod, context, result):
    """A request with a presigned URL is one of the function that has signed it."""
    signed = [
        ("UploadPhoto", "s3:PutObject", "OriginalsBucket"),
        ("UpdatePhoto", "s3:PutObject", "EditedBucket"),
        ("GetPhoto", "s3:GetObject", "OriginalsBucket"),
        ("GetPhoto", "s3:GetObjectVersion", "EditedBucket"),
    ]
    requests = [
        (name, Request(action, f"{prod.arn(bucket)}/me/a.jpg", context))
        for name, action, bucket in signed
    ]
    decisions = decide(requests, roles(prod), resource_policies(prod))
    assert {decision.result for decision in decisions} == {result}


def test_a_queue_takes_nothing_over_plain_http(prod):
    plain = (("aws:SecureTransport", "false"),)
    request = Request("sqs:ReceiveMessage", prod.arn("Uploads"), plain)
    (decision,) = decide([("ConfirmUpload", request)], roles(prod), resource_policies(prod))
    assert decision.result == "ExplicitlyDenied"


@pytest.mark.parametrize(
    ("function", "action", "resource"),
    [
        ("DeletePhoto", "s3:DeleteObjectVersion", "${OriginalsBucket.Arn}/*"),
        ("UploadPhoto", "s3:*", "${EditedBucket.Arn}/*"),
        ("ListPhotos", "dynamodb:Scan", "${PhotosTable.Arn}"),
        ("GetMetadata", "dynamodb:GetItem", "${PhotosTable.Arn}*"),
    ],
)
def test_a_grant_too_many_is_noticed(used, prod, function, action, resource):
    resource = prod.resolved({"Fn::Sub": resource})
    mutated = {function: written(roles(prod)[function]) | {"more": allowing(action, resource)}}
    assert excessive(asked(prod), used, mutated)


def test_an_unused_grant_is_noticed(used, prod):
    more = allowing("s3:DeleteObjectVersion", f"{prod.arn('EditedBucket')}/*")
    mutated = {"DeletePhoto": roles(prod)["DeletePhoto"] | {"more": more}}
    assert "more" in {grant.policy for _, grant in unused(used, mutated)}


def _is_own(request):
    return not request.action.startswith(("logs:", "xray:"))


def test_every_single_grant_would_be_missed(used, prod):
    needs, without = {}, {}
    for function, role in roles(prod).items():
        every = list(own(role))
        for gone in every:
            name = f"{function} without {gone.action} on {gone.resource}"
            needs[name] = [one for one in used[function] if _is_own(one)]
            without[name] = {
                str(number): grant.document for number, grant in enumerate(every) if grant != gone
            }
    assert set(without) - {name for name, _, _ in refused(needs, without, {})} == set()
