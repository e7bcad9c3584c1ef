"""The official JavaScript clients of the user pool, against a running server, run by Node.js."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.contract.serving import PHOTOHQ, Server, environment

FOLDER = Path(__file__).parents[1] / "javascript"
SETTINGS = {"required_second_factor.test.js": {"PHOTOHQ_MFA": "required"}}
# aws-amplify leaves timers behind, of three minutes each.
NODE = ["node", "--test", "--test-force-exit", "--test-reporter", "spec"]


@pytest.fixture
def installed():
    if not (shutil.which("node") and (FOLDER / "node_modules").is_dir()):
        pytest.fail("There is no Node.js or no clients: run `make test-js`", pytrace=False)


@pytest.mark.javascript
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.test.js")))
def test_clients_work_unchanged(file, tmp_path):
    with Server(tmp_path, **SETTINGS.get(file, {})) as server:
        newest_code = [PHOTOHQ, "outbox", "--data", str(server.data), "--latest-code", "{email}"]
        done = subprocess.run(
            [*NODE, file],
            cwd=FOLDER,
            env=environment(tmp_path, BASE_URL=server.url, CONFIRM_COMMAND=shlex.join(newest_code)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=110,
            check=False,
        )
    if done.returncode:
        pytest.fail(done.stdout, pytrace=False)
