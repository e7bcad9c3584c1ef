"""docs/iam.md says what the template grants, function by function."""

import re

from tests.aws.iam.policies import own, roles
from tests.aws.iam.resolving import STREAM, Deployment
from tests.aws.template import ROOT

ROW = re.compile(r"^\| ([A-Za-z]+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
OF = Deployment()


def test_the_table_says_what_each_role_grants():
    granted = {
        (function, grant.action, _short(grant.resource))
        for function, role in roles(OF).items()
        for grant in own(role)
    }
    assert _told() == granted


def test_every_grant_stands_once():
    rows = ROW.findall((ROOT / "docs" / "iam.md").read_text())
    grants = [
        (function, one) for function, actions, where, _ in rows for one in _pairs(actions, where)
    ]
    assert len(grants) == len(set(grants))


def _told() -> set[tuple[str, str, str]]:
    rows = ROW.findall((ROOT / "docs" / "iam.md").read_text())
    return {
        (function, *pair) for function, actions, where, _ in rows for pair in _pairs(actions, where)
    }


def _pairs(actions: str, where: str) -> list[tuple[str, str]]:
    return [
        (action, resource)
        for action in re.findall(r"`(.+?)`", actions)
        for resource in re.findall(r"`(.+?)`", where)
    ]


def _short(arn: str) -> str:
    name = arn.replace(STREAM, "*").rpartition(":")[2].removeprefix("table/")
    return name.removeprefix(f"{OF.stack}-").replace(f"-{OF.account}", "")
