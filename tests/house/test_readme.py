import json
import re
import shutil
import subprocess
import sys

import pytest
from tests.contract.serving import Server, environment
from tests.house.repository import ROOT

BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash, curl")
def test_what_the_readme_says_to_type_works(tmp_path):
    (script,) = BLOCK.findall((ROOT / "README.md").read_text())
    (tmp_path / ".venv").symlink_to(sys.prefix)
    with Server(tmp_path) as server:
        typed = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("http://127.0.0.1:8000", server.url)],
            cwd=tmp_path,
            env=environment(tmp_path, PHOTOHQ_DATA=str(server.data)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert typed.returncode == 0, typed.stdout + typed.stderr
    *_, compared, listing = typed.stdout.split("\n")
    assert compared.endswith("The same bytes came back.")
    assert json.loads(listing)["count"] == 1
