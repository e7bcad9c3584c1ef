"""From a push to production: samconfig.toml, the workflow, and the scripts that it calls."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from tests.aws.template import ROOT, translated, written

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = {"default": "dev", "staging": "staging", "prod": "prod"}
EVERY_ENVIRONMENT = pytest.mark.parametrize(("config", "environment"), ENVIRONMENTS.items())
TEXT = (ROOT / ".github" / "workflows" / "deploy.yml").read_text()
WORKFLOW = yaml.safe_load(TEXT)
JOBS = WORKFLOW["jobs"]
SCRIPTS = sorted((ROOT / ".ci").iterdir())


def runs(job):
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def uses(job):
    return [step["uses"] for step in JOBS[job]["steps"] if "uses" in step]


# samconfig.toml


@EVERY_ENVIRONMENT
def test_each_environment_is_a_stack_of_its_own(config, environment):
    deploy = CONFIG[config]["deploy"]["parameters"]
    assert deploy["stack_name"] == f"photo-hq-{environment}"
    assert deploy["resolve_s3"] is True
    assert deploy["fail_on_empty_changeset"] is False
    assert deploy["confirm_changeset"] is (environment == "prod")
    assert "disable_rollback" not in deploy


@EVERY_ENVIRONMENT
def test_its_parameters_are_those_of_the_template(config, environment):
    given = CONFIG[config]["deploy"]["parameters"]["parameter_overrides"]
    values = dict(pair.split("=", 1) for pair in given)
    assert values["Environment"] == environment
    parameters = written()["Parameters"]
    for name, value in values.items():
        assert value in parameters[name].get("AllowedValues", [value])


def test_the_capability_is_enough():
    """A role or policy with a name of its own would need CAPABILITY_NAMED_IAM."""
    assert {CONFIG[config]["deploy"]["parameters"]["capabilities"] for config in ENVIRONMENTS} == {
        "CAPABILITY_IAM"
    }
    named = [
        name
        for name, one in translated(ReplicaStack="recovery")["Resources"].items()
        if one["Type"].startswith("AWS::IAM::")
        and {"RoleName", "ManagedPolicyName", "UserName"} & one["Properties"].keys()
    ]
    assert named == []


# The workflow


def test_the_jobs_come_one_after_the_other():
    needs = {name: job.get("needs") for name, job in JOBS.items()}
    assert needs == {
        "test": None,
        "build": "test",
        "dev": "build",
        "staging": "dev",
        "prod": "staging",
    }


def test_what_runs_before_a_change_is_taken_runs_first():
    assert runs("test") == [".ci/run"]


@EVERY_ENVIRONMENT
def test_a_deployment_is_followed_by_its_test(config, environment):
    deploy, test = runs(environment)[-2:]
    asked = "" if config == "default" else f" --config-env {config}"
    assert deploy.startswith(f".venv/sam/bin/sam deploy{asked}")
    kind = "integration-test" if environment == "dev" else "smoke-test"
    assert test == f".ci/{kind} photo-hq-{environment}"


@EVERY_ENVIRONMENT
def test_each_environment_has_its_gate_and_one_deployment_at_a_time(config, environment):
    assert JOBS[environment]["environment"] == environment
    assert JOBS[environment]["concurrency"] == environment
    assert JOBS[environment]["permissions"] == {"contents": "read", "id-token": "write"}


def test_what_was_tested_is_what_is_deployed():
    (saved,) = [step for step in JOBS["build"]["steps"] if "upload-artifact" in str(step)]
    assert saved["with"]["include-hidden-files"] is True
    for environment in ENVIRONMENTS.values():
        assert not any("sam build" in line for line in runs(environment))
        (taken,) = [step for step in JOBS[environment]["steps"] if "download" in str(step)]
        assert (taken["with"]["name"], taken["with"]["path"]) == (
            saved["with"]["name"],
            saved["with"]["path"],
        )


def test_no_key_is_stored():
    assert "secrets." not in TEXT
    assert not re.search(r"aws-(secret-)?access-key", TEXT, flags=re.IGNORECASE)
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for environment in ENVIRONMENTS.values():
        (role,) = [step for step in JOBS[environment]["steps"] if "role-to-assume" in str(step)]
        assert role["uses"].startswith("aws-actions/configure-aws-credentials@")


def test_actions_have_a_major_version_and_are_few():
    used = {action for job in JOBS for action in uses(job)}
    assert all(re.fullmatch(r"(actions|aws-actions)/[a-z-]+@v\d+", action) for action in used)


def test_every_script_that_is_called_is_there():
    called = {line.split()[0] for job in JOBS for line in runs(job) if line.startswith(".ci/")}
    assert all(os.access(ROOT / script, os.X_OK) for script in called)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_shell(script):
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# The scripts, against the emulator

AWS = """#!{python}
# `aws`, as much of it as the scripts call, on the emulator.
import sys
import boto3
_, service, command, *words = sys.argv
if command == "describe-stacks":
    assert words[:2] == ["--stack-name", "{stack}"]
    for pair in {outputs!r}.items():
        print(*pair, sep="\\t")
    sys.exit()
given = {{}}
for word in words:
    if word.startswith("--"):
        name = "".join(part.capitalize() for part in word[2:].split("-"))
        given[name] = True
    elif "=" in word and name == "UserAttributes":
        pair = dict(part.split("=", 1) for part in word.split(","))
        given[name] = (given[name] if given[name] is not True else []) + [pair]
    else:
        given[name] = word
client = boto3.client(
    service,
    region_name="eu-central-1",
    endpoint_url="{url}",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
getattr(client, command.replace("-", "_"))(**given)
"""


@pytest.fixture
def script(stack, tmp_path):
    """Runs a script as the workflow does."""
    command = tmp_path / "bin" / "aws"
    command.parent.mkdir()
    command.write_text(
        AWS.format(
            python=sys.executable,
            stack=stack.name,
            outputs=stack.outputs | {"ApiUrl": stack.api_url},
            url=stack.aws_url,
        )
    )
    command.chmod(0o755)

    def call(name, *words):
        done = subprocess.run(
            [ROOT / ".ci" / name, *words],
            env=os.environ | {"PATH": f"{command.parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return call


@pytest.mark.slow  # `make test-aws` runs it
def test_the_smoke_test_goes_the_whole_way_and_leaves_no_user(stack, script):
    def users():
        listed = stack.client("cognito-idp").list_users(UserPoolId=stack.outputs["UserPoolId"])
        return {user["Username"] for user in listed["Users"]}

    before = users()
    assert "All checks passed" in script("smoke-test", stack.name)
    assert users() == before


def test_the_integration_test_confirms_its_users(stack, script):
    script("integration-test", stack.name, "-k", "test_from_sign_up_to_the_last_delete")
