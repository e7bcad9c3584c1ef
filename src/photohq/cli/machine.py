"""What commands on the machine itself begin with: the settings and a data folder that is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli.failure import Failure

if TYPE_CHECKING:
    from photohq.embedded.data_folder import DataFolder
    from photohq.settings.server import Settings
    from photohq.wiring.one_machine import OneMachine

data_option = click.option("--data", metavar="DIR", help="The data folder.")


@contextmanager
def data_of(data: str | None) -> "Iterator[tuple[Settings, DataFolder]]":
    """Find a data folder; what can't be done with it is a Failure."""
    from photohq.embedded.data_folder import DataFolder
    from photohq.photos.errors import Unavailable
    from photohq.settings import server as settings

    try:
        chosen = settings.read(data=data)
        if not (Path(chosen.data) / "photohq.db").exists():
            raise Failure(f"There is no Photo HQ data in {chosen.data}")
        yield chosen, DataFolder(Path(chosen.data))
    except (settings.InvalidSettings, Unavailable) as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"The data folder {chosen.data} can't be used: {error.strerror}") from error


@contextmanager
def library(data: str | None) -> "Iterator[OneMachine]":
    """Open everything in a data folder, also while the server runs."""
    from photohq.wiring import one_machine as wiring

    with data_of(data) as (chosen, folder), wiring.library(chosen, folder) as machine:
        yield machine
