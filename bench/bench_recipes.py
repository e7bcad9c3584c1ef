"""A recipe on a photo of 24 megapixels: seconds and memory against Pillow and sharp, each in a
fresh process with two threads; and a preview from a rendition.

Straighten, crop, exposure, shadows, highlights, contrast, white balance, vibrance, sharpen. The
others do what they have that is like it: a table or a gain in linear light, a matrix, an unsharp
mask.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyvips

from bench.bench_pictures import PYTHON, ROOT, SHARP, have_sharp
from bench.server import header, ratio
from photohq.imaging import facts, jpeg_header, samples
from photohq.imaging.child import _environment
from photohq.imaging.recipes.render import preview, render
from photohq.imaging.renditions import allow_jpeg_alone
from photohq.photos.geometry import Size
from photohq.photos.recipe import read

ROUNDS, PREVIEWS = 5, 20
SAMPLES, MEGAPIXELS = 12, 24
RENDITION, PREVIEW = 2048, 1024
RECIPE = {
    "recipe": 1,
    "straighten": 2,
    "crop": {"left": 0.05, "top": 0.05, "width": 0.9, "height": 0.9},
    "exposure": 0.4,
    "contrast": 20,
    "highlights": -40,
    "shadows": 30,
    "temperature": 10,
    "vibrance": 20,
    "sharpen": {"amount": 40, "radius": 1.0},
}
Spent = dict[str, float]


def spent(*command: str | Path, **environment: str) -> Spent:
    """Answer `wall` and `cpu` seconds and the `peak` in megabytes, as a command prints them."""
    done = subprocess.run(
        [*command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    figures: Spent = json.loads(done.stdout)
    return figures


def photo(folder: str) -> Path:
    """Answer a sample of 24 megapixels, as painted by `photohq samples`."""
    found: list[samples.Sample] = []
    samples.write(Path(folder), count=SAMPLES, on_file=found.append)
    return next(sample.path for sample in found if round(sample.megapixels) == MEGAPIXELS)


def ours(path: Path) -> Spent:
    """Render in a fresh process that behaves like a worker, but for its two threads."""
    behaviour = {**_environment(), "VIPS_CONCURRENCY": "2"}
    return spent(sys.executable, "-m", "bench.bench_recipes", path, **behaviour)


def render_once(path: Path) -> None:
    """Print what a render takes."""
    allow_jpeg_alone()
    data = bytearray(path.stat().st_size)
    with path.open("rb") as file:
        file.readinto(data)
    wall, cpu = time.perf_counter(), time.process_time()
    told = jpeg_header.read(data)
    own = facts.read(told).orientation
    render(jpeg_header.stripped(data, told), told, own, read(RECIPE))
    figures = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps({**figures, "peak": peak_megabytes()}))


def peak_megabytes() -> float:
    """Answer this process's own peak: that of getrusage begins with whoever has started it."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def preview_seconds(path: Path) -> list[float]:
    """Answer the wall seconds of previews from a rendition."""
    image = pyvips.Image.thumbnail(str(path), RENDITION)
    rendition = image.jpegsave_buffer(Q=82, keep="none")
    scale = 6000 / max(image.width, image.height)
    full = Size(round(image.width * scale), round(image.height * scale))
    seconds = []
    for _ in range(PREVIEWS):
        before = time.perf_counter()
        preview(rendition, full, read(RECIPE), PREVIEW)
        seconds.append(time.perf_counter() - before)
    return seconds


def main() -> None:
    if not sys.platform.startswith("linux"):
        sys.exit("This benchmark reads /proc, which only Linux has")
    header("A recipe carried out, against other ways")
    with tempfile.TemporaryDirectory() as folder:
        path = photo(folder)
        ways = {"ours": [ours(path)], "Pillow": [], "sharp": []}
        sharp = have_sharp()
        for _ in range(ROUNDS):
            ways["ours"].append(ours(path))
            ways["Pillow"].append(spent(PYTHON, ROOT / "bench/recipes_beside.py", path))
            if sharp:
                ways["sharp"].append(spent("node", SHARP / "edit.js", path))
        previews = sorted(preview_seconds(path))
    mine = medians(ways.pop("ours"))
    for name, runs in ways.items():
        if runs:
            theirs = medians(runs)
            ratio(f"against {name}", mine["wall"], theirs["wall"], "s", "<= 0.4")
            ratio(f"against {name}", mine["cpu"], theirs["cpu"], "CPU-s", "")
            ratio(f"against {name}", mine["peak"], theirs["peak"], "MB peak", "< 200 MB")
    print(f"  a preview: p50 {1000 * statistics.median(previews):.0f} ms   < 150 ms")


def medians(runs: list[Spent]) -> Spent:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        render_once(Path(sys.argv[1]))
    else:
        main()
