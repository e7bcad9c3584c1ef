"""docs/deploy-aws.md: what it says to type, as far as that can be tried here."""

import json
import os
import re
import subprocess
import sys

from tests.aws.template import ROOT, written
from tests.contract import expect
from tests.contract.deployment import PASSWORD
from tests.contract.pictures import LEAST, jpeg

PAGE = (ROOT / "docs" / "deploy-aws.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_a_photo_is_uploaded_as_the_page_says(stack, deployment, tmp_path):
    photo = tmp_path / "vacation.jpg"
    photo.write_bytes(jpeg(LEAST, seed=31))
    (script,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {
            "ApiUrl": stack.api_url,
            "EMAIL": deployment.new_email(),
            "PASSWORD": PASSWORD,
            "PHOTO": str(photo),
        },
        input="123456\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked, status = done.stdout.rsplit(": ", 1)
    assert asked == "The code that was mailed"
    assert status.strip() in expect.ARRIVED


def test_the_outputs_that_the_page_uses_are_those_of_the_template():
    used = set(re.findall(r"\$\{?([A-Z][a-z]+[A-Za-z]+)", "".join(blocks("sh"))))
    assert used - {"BACKUP", "CERTIFICATE", "ACCOUNT", "EXPORT"} <= written()["Outputs"].keys()


def test_what_stays_behind_is_what_the_template_retains():
    kept = {
        name: one["Type"].split("::")[1]
        for name, one in written()["Resources"].items()
        if one.get("DeletionPolicy", "Delete").startswith("Retain")
    }
    assert sorted(kept) == [
        "ApiGatewayAccount",
        "ApiGatewayLogsRole",
        "EditedBucket",
        "OriginalsBucket",
        "PhotosTable",
        "TrailBucket",
        "UserPool",
    ]


def test_the_trust_policy_is_for_one_environment_of_one_repository():
    (policy,) = map(json.loads, blocks("json"))
    (statement,) = policy["Statement"]
    equal = statement["Condition"]["StringEquals"]
    subject = equal["token.actions.githubusercontent.com:sub"]
    assert re.fullmatch(r"repo:\w+/\w+:environment:prod", subject)
    assert equal["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"


def test_the_scripts_of_the_page_say_what_they_take():
    for name in ("copy_records.py", "move_users.py"):
        script = ROOT / "deploy" / name
        done = subprocess.run(
            [sys.executable, script, "--help"], capture_output=True, text=True, check=True
        )
        assert done.stdout
        for option in re.findall(rf"deploy/{name}.*?(--[a-z]+)", PAGE):
            assert option in done.stdout
