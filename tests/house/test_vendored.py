import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "src/photohq/web/vendor"


def test_vendored_files_are_those_that_the_list_names():
    listed = re.findall(
        r"^([0-9a-f]{64})  (\S+)$", (VENDOR / "README.md").read_text(), re.MULTILINE
    )
    found = {
        (hashlib.sha256(file.read_bytes()).hexdigest(), str(file.relative_to(VENDOR)))
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "README.md"
    }
    assert found == set(listed)
