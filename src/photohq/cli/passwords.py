"""Passwords and codes: from a file, a terminal or standard input, never from an argument."""

import sys
from pathlib import Path

import click

from photohq.cli.failure import Failure


def from_file(name: str) -> str:
    """Read a password; one line break at its end is the editor's, not the password's."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        text = content.decode()
    except OSError as error:
        raise Failure(f"The password can't be read from {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"The password in {name} is not UTF-8 text") from error
    return text.removesuffix("\n").removesuffix("\r")


def chosen() -> str:
    """Ask for a new password; without a terminal, read the same two lines from standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more"))
    lines = sys.stdin.read().splitlines()
    if not lines:
        raise Failure("There is no terminal to ask for the password on: use --password-file")
    if lines[1:2] not in ([], lines[:1]):
        raise Failure("The two passwords are not the same")
    return lines[0]


def asked() -> str:
    """Ask for a password; without a terminal, read a line from standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True))
    return _line("the password on: use --password-file")


def code() -> str:
    """Ask for the code of an authenticator app; without a terminal, read a line."""
    if sys.stdin.isatty():
        return str(click.prompt("Code of your authenticator app", err=True)).replace(" ", "")
    return _line("the code of your authenticator app on").replace(" ", "")


def _line(wanted: str) -> str:
    line = sys.stdin.readline()
    if not line:
        raise Failure(f"There is no terminal to ask for {wanted}")
    return line.rstrip("\r\n")
