"""Other libraries, run by the Python of `.venv/emulators`."""

import json
import subprocess
from pathlib import Path

PYTHON = Path(__file__).parents[2] / ".venv/emulators/bin/python"


def said(script: str, *arguments: str) -> object:
    """Run a script and answer the JSON that it prints."""
    done = subprocess.run(
        [PYTHON, "-c", script, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)
