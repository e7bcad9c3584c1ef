"""What each function calls, told without a simulator: just the actions that it is granted."""

import pytest
from tests.aws.iam.policies import own, roles
from tests.aws.iam.resolving import Deployment

ROLES = roles(Deployment())


def test_there_is_a_role_for_each_of_eighteen_functions():
    assert len(ROLES) == 18


@pytest.mark.parametrize("function", ROLES)
def test_a_function_takes_the_actions_of_its_own_policy(used, function):
    asked = {request.action for request in used[function]}
    asked = {action for action in asked if not action.startswith(("logs:", "xray:"))}
    assert asked == {grant.action for grant in own(ROLES[function])}
