"""How a command says that it can't do what it was asked: one sentence and an exit code."""

import click

NOT_SIGNED_IN = 3
NO_ANSWER = 4
INTERRUPTED = 130


class Failure(click.ClickException):
    """It was asked for something that can't be done."""

    exit_code = 2


class NotSignedIn(click.ClickException):
    """There is no session, or it is over."""

    exit_code = NOT_SIGNED_IN


class NoAnswer(click.ClickException):
    """The server did not answer, or said that it can't for now; later it may."""

    exit_code = NO_ANSWER
