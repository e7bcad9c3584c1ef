"""`photohq edit`: an edited version, from a file or straight from an editor."""

import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from photohq.cli import choosing
from photohq.cli.account import Account, asks
from photohq.cli.choosing import Chosen
from photohq.cli.failure import Failure
from photohq.cli.files import begins_as_jpeg, no_jpeg
from photohq.cli.output import write_json
from photohq.cli.words import megabytes

if TYPE_CHECKING:
    from photohq.client import PhotoHQ
    from photohq.client.shapes import Metadata, Ticket

PAUSE = 0.25
"""Seconds between two looks at the file: a save is over when it stays the same for as long."""
Look = tuple[int, int]


@click.command()
@click.argument("photo")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--with", "editor", metavar="COMMAND", envvar="PHOTOHQ_EDITOR", help="Open it with this editor."
)
@click.option(
    "--as-uploaded", is_flag=True, help="Don't give the edit back what it lacks of the metadata."
)
@asks
def command(
    account: Account,
    *,
    photo: str,
    file: Path | None,
    editor: str | None,
    as_uploaded: bool,
    as_json: bool,
) -> None:
    """Upload an edited version of a photo, or edit it right away.

    With FILE, that file becomes the edited version. With --with, the current version is opened in
    an editor, and uploaded whenever it is saved, as long as the editor runs (for some it takes an
    option: code --wait, open -W). Where somebody else has edited the photo meanwhile, nothing is
    replaced: your version stays in a file. PHOTOHQ_EDITOR names an editor, too.

    What is no JPEG is not uploaded. The command ends when the picture is processed, or after a
    minute; exit code 1 means, too, that it turned out to be broken.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq edit DSC_0001.JPG DSC_0001-edited.jpg
      photohq edit 3f2c1a9e --with gimp
      photohq edit DSC_0001.JPG --with "open -W -a Preview"
    """
    if file is None and not editor:
        raise click.UsageError("Name a FILE, or an editor: --with COMMAND")
    given = click.get_current_context().get_parameter_source("editor")
    if file is not None and given is ParameterSource.COMMANDLINE:
        raise click.UsageError("FILE and --with can't be given together")
    chosen = choosing.one(account.client, photo)
    keep = "as_uploaded" if as_uploaded else "restore"
    if file is not None:
        after = _from_file(account, chosen, file, keep)
    else:
        assert editor
        after = _Editing(account, chosen, keep).run(editor)
    if as_json:
        write_json(after)


def _from_file(account: Account, chosen: Chosen, file: Path, keep: str) -> "Metadata":
    try:
        if not begins_as_jpeg(file):
            raise click.ClickException(no_jpeg(file))
        ticket = account.client.upload_edit(chosen.photo_id, file, keep_metadata=keep)
    except OSError as error:
        raise Failure(f"{file} can't be read: {error.strerror}") from error
    account.client.wait(ticket)
    after = _processed(account.client, ticket)
    _say(f"{file} is the edited version of {chosen.filename}: edit {ticket.edit_count}")
    return after


class _Editing:
    """A local copy of a photo, and what becomes of it under somebody's hands."""

    def __init__(self, account: Account, chosen: Chosen, keep: str) -> None:
        self._client = account.client
        self._chosen = chosen
        self._keep = keep
        self._folder = Path(tempfile.mkdtemp(prefix="photohq-edit-"))
        self._file = self._folder / Path(chosen.filename).name
        self._known: Look | None = None
        self._refused: Look | None = None
        self._ticket: Ticket | None = None
        self._revision = 0

    def run(self, editor: str) -> "Metadata":
        """Edit; what was saved and could not be uploaded stays in a file, which is named."""
        from photohq.client import VersionType
        from photohq.client.errors import ClientError

        before = self._client.metadata(self._chosen.photo_id)
        self._revision = before.revision
        version = VersionType.EDITED if before.edited else VersionType.ORIGINAL
        try:
            self._client.download(self._chosen.photo_id, self._file, version)
            self._known = _look(self._file)
            self._edit(editor)
            self._conclude()
        except (ClientError, OSError) as error:
            if self._is_saved():
                raise
            raise click.ClickException(_kept(error, self._file)) from error
        finally:
            if self._is_saved():
                shutil.rmtree(self._folder, ignore_errors=True)
            else:
                _say(f"Your version is in {self._file}")
        if not self._is_saved():
            raise click.exceptions.Exit(1)
        return self._client.metadata(self._chosen.photo_id)

    def _is_saved(self) -> bool:
        return _look(self._file) in {None, self._known}

    def _edit(self, editor: str) -> None:
        """Upload the file whenever it was saved, until the editor ends."""
        try:
            process = subprocess.Popen([*shlex.split(editor), str(self._file)])  # noqa: S603
        except (OSError, ValueError) as error:
            raise Failure(f"{editor} can't be started: {error}") from error
        last = self._known
        ended = False
        while not ended:
            ended = _ends(process)
            now = _look(self._file)
            if now not in {None, self._known, self._refused} and (now == last or ended):
                if begins_as_jpeg(self._file):
                    self._upload()
                    self._known = now
                else:
                    _say(no_jpeg(self._file))
                    self._refused = now
            last = now

    def _upload(self) -> None:
        from photohq.client.errors import UploadFailed

        self._ticket = self._client.upload_edit(
            self._chosen.photo_id, self._file, keep_metadata=self._keep, if_match=self._revision
        )
        self._revision = self._ticket.revision
        try:
            self._client.wait(self._ticket)
        except UploadFailed as error:  # which the next save may mend
            _say(str(error))
            return
        size = megabytes(self._file.stat().st_size)
        _say(f"Uploaded {self._chosen.filename}, {size}: edit {self._ticket.edit_count}")

    def _conclude(self) -> None:
        """See what has become of the last upload."""
        from photohq.client.errors import UploadFailed

        if self._ticket is None:
            if self._is_saved():
                _say("The editor has saved nothing: nothing was uploaded")
            return
        try:
            _processed(self._client, self._ticket)
        except UploadFailed:
            self._known = None
            raise


def _processed(client: "PhotoHQ", ticket: "Ticket") -> "Metadata":
    """Wait until the picture of an edit that has arrived is processed, but not for ever."""
    from photohq.client.errors import NotArrived

    try:
        return client.wait(ticket, ready=True)
    except NotArrived:
        _say("The picture is still being processed")
        return client.metadata(ticket.photo_id)


def _ends(process: "subprocess.Popen[Any]") -> bool:
    try:
        process.wait(PAUSE)
    except subprocess.TimeoutExpired:
        return False
    return True


def _look(file: Path) -> Look | None:
    """Tell a file's state; None while an editor replaces it."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime_ns) if found.st_size else None


def _kept(error: Exception, file: Path) -> str:
    from photohq.client.errors import Stale

    if isinstance(error, Stale):
        return (
            "Somebody else has edited this photo meanwhile, so nothing was replaced;"
            f" photohq edit PHOTO {file} makes your version the current one"
        )
    return str(error)


def _say(text: str) -> None:
    click.echo(text, err=True)
