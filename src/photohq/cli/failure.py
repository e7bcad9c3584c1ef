"""How a command says that it can't do what it was asked: one sentence, exit code 2."""

import click


class Failure(click.ClickException):
    exit_code = 2
