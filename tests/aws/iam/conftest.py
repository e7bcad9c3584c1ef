import pytest
from tests.aws.iam.every_call import journey
from tests.aws.iam.lambda_calls import declared
from tests.aws.iam.least_privilege import few
from tests.aws.iam.policies import roles
from tests.aws.iam.recording import recorded
from tests.aws.iam.requests import requests
from tests.aws.iam.resolving import Deployment


@pytest.fixture(scope="session")
def prod():
    """The template as it is deployed somewhere."""
    return Deployment()


@pytest.fixture(scope="session")
def used(ministack_url, prod):
    """What each function asks of IAM: by its calls in the whole journey, and by Lambda for it."""
    with recorded(ministack_url) as functions:
        journey(functions)
    made = {
        name: [request for call in calls for request in requests(call, prod.account)]
        for name, calls in functions.calls.items()
    }
    return {name: [*few(made[name]), *declared(prod, name)] for name in roles(prod)}
