"""Recipes that somebody gives to a command, in files or by standard input."""

from pathlib import Path
from typing import Any

import click
import msgspec

from photohq.cli.failure import Failure


def read(name: str) -> dict[str, Any]:
    """Read a recipe; `-` is standard input. What is no JSON object is a Failure."""
    try:
        with click.open_file(name, "rb") as file:
            return msgspec.json.decode(file.read(), type=dict[str, Any])
    except OSError as error:
        raise Failure(f"The recipe can't be read from {name}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise Failure(f"The recipe in {Path(name).name} is not a JSON object: {error}") from error
