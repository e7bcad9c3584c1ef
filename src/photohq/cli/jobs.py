"""`photohq jobs`: the pictures that wait for being processed, and those that could not be."""

from typing import TYPE_CHECKING

import click

from photohq.cli.account import json_option
from photohq.cli.failure import Failure
from photohq.cli.machine import data_option, library
from photohq.cli.output import write_array

if TYPE_CHECKING:
    from photohq.events.port import KeptJob


@click.group()
def command() -> None:
    """List the pictures that wait or have failed, and try again.

    Works while the server runs. What is listed as failed was tried three times: a disk was full or
    broken, for example. Pictures that are broken themselves are not listed: their photos say so.

    \b
    Examples:
      photohq jobs ls
      photohq jobs retry
    """


@command.command()
@json_option
@data_option
def ls(*, as_json: bool, data: str | None) -> None:
    """List the jobs, those first that have been due for the longest time.

    \b
    Example:
      photohq jobs ls --json
    """
    with library(data) as machine:
        jobs = [_row(kept) for kept in machine.jobs.every()]
    if as_json:
        write_array(jobs)
        return
    for job in jobs:
        tried = f"tried {job['tries']}x" if job["tries"] else "not tried"
        line = f"{job['photo_id']}  {job['state']:7}  {tried:9}  {job['due_at']}"
        click.echo(f"{line}  {job['reason'] or ''}".rstrip())


@command.command()
@click.argument("photo_id", nargs=-1)
@json_option
@data_option
def retry(photo_id: tuple[str, ...], *, as_json: bool, data: str | None) -> None:
    """Try again what has failed: all of it, or the photos that are named.

    \b
    Example:
      photohq jobs retry 3f2c1a9e-0b4d-4c55-9d0e-6f1a2b3c4d5e
    """
    from photohq.events.port import JobState
    from photohq.operations.reprocess import begin_again

    with library(data) as machine:
        failed = {
            kept.job.photo_id for kept in machine.jobs.every() if kept.state is JobState.FAILED
        }
        if unknown := sorted(set(photo_id) - failed):
            raise Failure(f"No job of this photo has failed: {', '.join(unknown)}")
        chosen = sorted(set(photo_id) or failed)
        begun = [one for one in chosen if begin_again(machine.app, one, only_failed=True)]
    if as_json:
        write_array(begun)
    else:
        click.echo(f"Trying again: {len(begun)}")


def _row(kept: "KeptJob") -> dict[str, object]:
    from photohq.photos.times import iso

    return {
        "photo_id": kept.job.photo_id,
        "user_id": kept.job.user_id,
        "state": kept.state.value,
        "tries": kept.tries,
        "due_at": iso(kept.due_at),
        "reason": kept.reason,
    }
