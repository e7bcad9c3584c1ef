"""What commands print for programs, and in which form for whom."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from photohq.cli.choosing import SHORT


def named(path: Path) -> str:
    """Write a path, also one that is not Unicode."""
    return click.format_filename(path)


def on_terminal() -> bool:
    return sys.stdout.isatty()


def shown(photo_id: str) -> str:
    """Write an id: in short where a person looks, else whole."""
    return photo_id[:SHORT] if on_terminal() else photo_id


def write_json(value: Any) -> None:
    """Write a value as JSON; what is not known of it is left out, as the API does."""
    click.echo(msgspec.json.format(msgspec.json.encode(_known(value))).decode())


def write_array(values: Iterable[Any]) -> None:
    """Write values as one JSON array, each as soon as it is there."""
    between = "["
    for value in values:
        click.echo(between + msgspec.json.encode(_known(value)).decode(), nl=False)
        between = ",\n "
    click.echo("]" if between != "[" else "[]")


def pairs(rows: Iterable[tuple[str, str]]) -> None:
    """Write names and values in two columns."""
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {value}")


def _known(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        return {name: _known(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_known(one) for one in value]
    return value
