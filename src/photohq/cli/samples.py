"""`photohq samples`: photos to try the product with."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from photohq.cli.account import json_option
from photohq.cli.failure import Failure
from photohq.cli.output import named, write_array

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
@json_option
def command(*, folder: Path, count: int, seed: int, as_json: bool) -> None:
    """Make realistic JPEG photos of 5 to 20 MB in the folder DIR.

    Painted landscapes of 12 to 45 megapixels with the EXIF of real cameras: lens, date, exposure,
    GPS. Among the first eight are all eight EXIF orientations. Files of the same name are replaced.

    \b
    Example:
      photohq samples ~/Pictures/samples --count 20
    """
    from photohq.imaging import samples

    told: list[Sample] = []

    def say(sample: "Sample") -> None:
        told.append(sample)
        if as_json:
            return
        click.echo(
            f"{sample.path.name:<28} {sample.megapixels:5.1f} MP {sample.size / 1e6:6.1f} MB"
            f" {sample.seconds:5.1f} s"
        )

    try:
        samples.write(folder, count, seed, on_file=say)
    except OSError as error:
        raise Failure(f"Can't write photos into {folder}: {error.strerror or error}.") from error
    if as_json:
        write_array(map(_row, told))
        return
    total = sum(sample.size for sample in told)
    click.echo(f"{len(told)} photo{'s'[: len(told) > 1]}, {total / 1e6:.0f} MB, in {folder}")


def _row(sample: "Sample") -> dict[str, str | int]:
    return {
        "path": named(sample.path),
        "width": sample.width,
        "height": sample.height,
        "file_size": sample.size,
    }
