"""IAM's decisions, by the simulator in tests/javascript: all of them in one process of Node.js."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pytest
from tests.aws.iam.policies import Document
from tests.aws.iam.requests import Request
from tests.aws.template import ROOT

FOLDER = ROOT / "tests" / "javascript"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Decision:
    """What became of a request: `result` is Allowed, ImplicitlyDenied or ExplicitlyDenied."""

    result: str
    by: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        return self.result == "Allowed"


def decide(
    requests: Iterable[tuple[str, Request]],
    principals: Mapping[str, Mapping[str, Document]],
    resource_policies: Mapping[str, Document] | None = None,
    boundary: Document | None = None,
) -> list[Decision]:
    """Decide requests of principals, each of them the name of some policies; `boundary` is of all.

    Whatever is asked for is taken to belong to their own account: where it does not, this is what
    would come of it if its owner allowed everything.
    """
    if not (shutil.which("node") and (FOLDER / "node_modules").is_dir()):
        pytest.fail("There is no Node.js or no simulator: run `make test-js`", pytrace=False)
    resource_policies = resource_policies or {}
    question = {
        "principals": {
            name: {
                "arn": f"arn:aws:iam::{ACCOUNT}:role/{number}",
                "identityPolicies": [
                    {"name": policy, "policy": document} for policy, document in policies.items()
                ],
            }
            for number, (name, policies) in enumerate(principals.items())
        },
        "account": ACCOUNT,
        "boundaries": [{"name": "boundary", "policy": boundary}] if boundary else [],
        "policies": resource_policies,
        "requests": [
            {
                "principal": principal,
                "action": request.action,
                "resource": request.resource,
                "context": dict(request.context),
                "policy": _guarding(request.resource, resource_policies),
            }
            for principal, request in requests
        ],
    }
    done = subprocess.run(
        ["node", "simulate.js"],
        cwd=FOLDER,
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Decision(one["result"], tuple(one["by"])) for one in json.loads(done.stdout)]


def _guarding(resource: str, policies: Mapping[str, Document]) -> str | None:
    whole = resource.partition("/")[0] if resource.startswith("arn:aws:s3:::") else resource
    return whole if whole in policies else None
