"""`photohq serve`: the server on one machine."""

import shlex
from pathlib import Path
from typing import Any

import click

from photohq.cli.failure import Failure

_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  compared with, not listened on


@click.command()
@click.option("--data", metavar="DIR", help="The data folder.")
@click.option("--host", metavar="ADDRESS", help="Listen on this address. [default: 127.0.0.1]")
@click.option(
    "--port", metavar="PORT", help="Listen on this port; 0 takes a free one. [default: 8000]"
)
@click.option(
    "--public-url", metavar="URL", help="Where clients reach the server, if not at that address."
)
def command(**flags: Any) -> None:
    """Serve the API on one machine.

    Everything but the master key is kept in one data folder.

    Nothing has to be configured. Settings are read from the environment (PHOTOHQ_...), and the
    options here win over them.

    \b
    Examples:
      photohq serve
      photohq serve --data /srv/photohq --public-url https://photos.example.org
    """
    from photohq.embedded.data_folder import DataFolder, DataFolderBusy
    from photohq.entrypoints import logs, server
    from photohq.photos.errors import Unavailable
    from photohq.settings import server as settings
    from photohq.wiring import one_machine as wiring

    try:
        chosen = settings.read(**flags)
        logs.configure(chosen.log, chosen.log_level)
        folder = DataFolder(Path(chosen.data))
        folder.lock()
    except (settings.InvalidSettings, DataFolderBusy) as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"The data folder {chosen.data} can't be used: {error.strerror}") from error
    try:
        address = f"{chosen.host}:{chosen.port}"
        claimed = server.listen(chosen.host, chosen.port)
        if chosen.admin_port:
            address = f"127.0.0.1:{chosen.admin_port}"
            server.serve_metrics(chosen.admin_port)
    except OSError as error:
        raise Failure(f"Can't listen on {address}: {error.strerror}") from error
    port = claimed.getsockname()[1]
    local = _url(chosen.host, port)
    url = chosen.public_url or local
    try:
        machine = wiring.one_machine(chosen, folder, url)
        machine.pictures.check()
    except (settings.InvalidSettings, Unavailable) as error:
        raise Failure(str(error)) from error
    except ValueError as error:
        raise Failure(f"Pictures can't be processed: {error}") from error
    server.run(
        machine,
        claimed,
        chosen,
        lambda: _welcome(local, url, folder.path, chosen, told=bool(flags["data"])),
    )


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in _EVERYWHERE else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _welcome(local: str, url: str, data: Path, chosen: Any, *, told: bool) -> None:
    """Say what a newcomer needs; `told`: commands have to be told where the data is."""
    there = f" --data {shlex.quote(str(data))}" if told else ""
    lines = [
        f"Photo HQ listens on {local}",
        f"  data        {data}",
        f"  master key  {chosen.master_key_file}  (keep a copy)",
        f"  web client  {url}/",
        f"  contract    {url}/docs",
        "",
        *(_elsewhere(chosen.issuer) if chosen.issuer else _here(there, url, chosen.smtp_host)),
        "Stop with Ctrl-C.",
    ]
    if url != local:
        lines.insert(1, f"  for clients {url}")
    elif chosen.host in _EVERYWHERE:
        lines.insert(1, "  other machines reach it only if --public-url names its address")
    click.echo("\n".join(lines))


def _here(there: str, url: str, mail_server: str) -> list[str]:
    return [
        "Sign up: call SignUp at the identity endpoint that /config names (boto3, Amplify, curl),",
        f"  then wait for the code, which {mail_server} is to deliver,"
        if mail_server
        else f"  then read the code:  photohq outbox --latest-code EMAIL{there}",
        f"or add a user at once:  photohq users add EMAIL{there}",
        f"and use it from here:  photohq login --url {url} --email EMAIL",
    ]


def _elsewhere(issuer: str) -> list[str]:
    return [
        f"Users sign in at {issuer}",
        "  and their access tokens are taken; the own user pool is off (PHOTOHQ_ISSUER).",
    ]
