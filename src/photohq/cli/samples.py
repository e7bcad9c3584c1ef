"""`photohq samples`: photos to try the product with."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli.failure import Failure

if TYPE_CHECKING:
    from photohq.imaging.samples import Sample


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--count",
    default=12,
    show_default=True,
    metavar="N",
    type=click.IntRange(1, 1000),
    help="How many photos, 1 to 1000.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    metavar="N",
    type=int,
    help="The same number makes the same photos, another number others.",
)
def command(folder: Path, count: int, seed: int) -> None:
    """Make realistic JPEG photos of 5 to 20 MB in the folder DIR.

    Painted landscapes of 12 to 45 megapixels with the EXIF of real cameras: lens, date, exposure,
    GPS. Among the first eight are all eight EXIF orientations. Files of the same name are replaced.

    \b
    Example:
      photohq samples ~/Pictures/samples --count 20
    """
    from photohq.imaging import samples

    total = 0

    def say(sample: "Sample") -> None:
        nonlocal total
        total += sample.size
        click.echo(
            f"{sample.path.name:<28} {sample.megapixels:5.1f} MP {sample.size / 1e6:6.1f} MB"
            f" {sample.seconds:5.1f} s"
        )

    try:
        made = samples.write(folder, count, seed, on_file=say)
    except OSError as error:
        raise Failure(f"Can't write photos into {folder}: {error.strerror or error}.") from error
    click.echo(f"{len(made)} photo{'s'[: len(made) > 1]}, {total / 1e6:.0f} MB, in {folder}")
