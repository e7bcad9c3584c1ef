"""`photohq presets`: recipes with a name."""

import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from photohq.cli import recipes
from photohq.cli.account import Account, asks
from photohq.cli.completing import preset_names
from photohq.cli.failure import Failure
from photohq.cli.output import on_terminal, write_array, write_json
from photohq.cli.words import count_of

if TYPE_CHECKING:
    from photohq.client import PhotoHQ
    from photohq.client.recipes import Preset


@click.group()
def command() -> None:
    """Keep recipes under names, for any of your photos.

    The editor of the web client shows the same presets, and photohq render makes edited versions by
    them.

    \b
    Examples:
      photohq presets ls
      photohq presets save "warm evening" recipe.json
      photohq render DSC_0001.JPG --preset "warm evening"
    """


@command.command()
@asks
def ls(account: Account, *, as_json: bool) -> None:
    """List your presets, by their names.

    A line each: name, and what its recipe sets.

    \b
    Examples:
      photohq presets ls
      photohq presets ls --json | jq -r '.[].name'
    """
    presets = account.client.presets()
    if as_json:
        write_array(presets)
        return
    width = max((len(preset.name) for preset in presets), default=0)
    for preset in presets:
        click.echo(f"{preset.name:<{width}}  {_summary(preset.recipe)}".rstrip())
    if not presets and on_terminal():
        click.echo("No presets; photohq presets save NAME FILE keeps a recipe", err=True)


@command.command()
@click.argument("name", shell_complete=preset_names)
@click.argument("file", type=click.Path(allow_dash=True))
@asks
def save(account: Account, *, name: str, file: str, as_json: bool) -> None:
    """Keep the recipe in FILE under NAME.

    A preset of this name is replaced. FILE is JSON; - is standard input.

    \b
    Examples:
      photohq presets save "warm evening" recipe.json
      echo '{"recipe": 1, "exposure": 0.5}' | photohq presets save bright -
      photohq info DSC_0001.JPG --json | jq .recipe |
          photohq presets save "as on DSC_0001" -
    """
    saved = account.client.put_preset(name, recipes.read(file))
    if as_json:
        write_json(saved)
    else:
        click.echo(f"Saved {saved.name}")


@command.command()
@click.argument("name", shell_complete=preset_names)
@asks
def show(account: Account, *, name: str, as_json: bool) -> None:
    """Write the recipe of a preset, as JSON.

    With --json its name is written, too.

    \b
    Examples:
      photohq presets show "warm evening"
      photohq presets show bright | photohq presets save brighter -
    """
    (preset,) = named(account.client, [name])
    write_json(preset if as_json else preset.recipe)


@command.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=preset_names)
@click.option("--yes", "-y", "sure", is_flag=True, help="Don't ask.")
@asks
def rm(account: Account, *, names: tuple[str, ...], sure: bool, as_json: bool) -> None:
    """Delete presets.

    Asks before it does; in a script say --yes. Photos that were rendered by them stay as they are.

    \b
    Examples:
      photohq presets rm "warm evening"
      photohq presets rm bright brighter --yes
    """
    presets = named(account.client, names)
    if not sure:
        if not sys.stdin.isatty():
            raise Failure("There is no terminal to ask on whether you are sure: say --yes")
        what = ", ".join(preset.name for preset in presets)
        question = f"Delete {count_of(len(presets), 'preset')}, {what}?"
        if not click.confirm(question, err=True):
            raise click.ClickException("Nothing was deleted")
    for preset in presets:
        account.client.delete_preset(preset.name)
        if not as_json:
            click.echo(f"Deleted {preset.name}")
    if as_json:
        write_array(presets)


def named(client: "PhotoHQ", names: Sequence[str]) -> "list[Preset]":
    """Find presets, each once; one that is not there is a Failure."""
    there = {preset.name: preset for preset in client.presets()}
    wanted = list(dict.fromkeys(unicodedata.normalize("NFC", name) for name in names))
    for name in wanted:
        if name not in there:
            raise Failure(f"There is no preset {name}: photohq presets ls shows those there are")
    return [there[name] for name in wanted]


def _summary(recipe: dict[str, Any]) -> str:
    """Say what a recipe sets, in short: numbers and words as they are, of the rest the name."""
    said = (
        f"{name} {value}" if isinstance(value, int | float | str) else name
        for name, value in recipe.items()
        if name != "recipe"
    )
    return ", ".join(said)
