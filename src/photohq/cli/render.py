"""`photohq render`: edited versions by numbers."""

from typing import Any

import click

from photohq.cli import choosing, recipes
from photohq.cli.account import Account, asks
from photohq.cli.output import write_array


@click.command()
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True)
@click.option("--preset", metavar="NAME", help="One of your presets.")
@click.option("--recipe", metavar="FILE", help="A recipe as JSON; - is standard input.")
@click.option("--quality", metavar="N", type=click.IntRange(1, 100), help="Of the JPEG, 1 to 100.")
@click.option("--no-wait", is_flag=True, help="Don't wait until it is done.")
@asks
def command(
    account: Account,
    *,
    photos: tuple[str, ...],
    preset: str | None,
    recipe: str | None,
    quality: int | None,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Have the server make the edited version of photos.

    By a preset, by a recipe, or, with neither, by the recipe that is stored with each photo.

    PHOTO is an id, the beginning of one, or a filename that only one of your photos has.

    \b
    Examples:
      photohq render DSC_0001.JPG DSC_0002.JPG --preset "warm evening"
      echo '{"recipe": 1, "exposure": 0.5}' |
          photohq render DSC_0001.JPG --recipe -
    """
    if preset and recipe:
        raise click.UsageError("--preset and --recipe can't be given together")
    numbers = recipes.read(recipe) if recipe else None
    chosen = choosing.several(account.client, photos)
    begun = [
        (
            photo,
            account.client.render(photo.photo_id, numbers, preset=preset, quality=quality),
        )
        for photo in chosen
    ]
    done: list[Any] = []
    for photo, rendering in begun:
        if no_wait:
            done.append(rendering)
        else:
            done.append(account.client.wait(rendering, seconds=120))
        if not as_json:
            click.echo(f"{'Rendering' if no_wait else 'Rendered'} {photo.filename}")
    if as_json:
        write_array(done)
