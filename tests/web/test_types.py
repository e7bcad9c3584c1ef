import subprocess
from pathlib import Path

import pytest
from tests.house.repository import ROOT, SOURCE

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"


def test_the_client_fits_its_types():
    command = [TOOLS / "tsc", "--project", HERE / "tsconfig.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_types_are_those_of_the_contract(tmp_path):
    written = tmp_path / "schema.d.ts"
    command = [TOOLS / "openapi-typescript", ROOT / "openapi.json", "--output", written]
    subprocess.run(command, check=True, capture_output=True)
    kept = SOURCE / "web" / "lib" / "schema.d.ts"
    behind = "lib/schema.d.ts is behind openapi.json; `npm run types` in tests/web writes it"
    assert kept.read_text() == written.read_text(), behind
