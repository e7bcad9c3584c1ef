"""A photo of 24 megapixels, read and rendered: CPU seconds against libjpeg-turbo alone, Pillow and
sharp, all of them warm; and a worker's peak memory.

Ours is all that a job takes in both processes: the SHA-256, the facts, the proof that the picture
is whole, placeholder and perceptual hash, and the three renditions. The others only make these.

`python -m bench.bench_pictures [FILE]`
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.server import header, ratio
from photohq.imaging import samples
from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses
from photohq.photos.rules import MIB

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv/emulators/bin/python"
BESIDE = ROOT / "bench/pictures_beside.py"
SHARP = ROOT / "bench/sharp"
ROUNDS, TIMES = 5, 6
TICKS = os.sysconf("SC_CLK_TCK")


class Worker:
    """A pool of one process, whose CPU time is looked up in /proc."""

    def __init__(self, data: bytes) -> None:
        self._pool = PictureProcesses(Plan(), 1)
        self._data = data
        self.process()
        (child,) = self._pool._living
        self._proc = Path(f"/proc/{child._process.pid}")

    def process(self) -> None:
        pieces = (self._data[at : at + MIB] for at in range(0, len(self._data), MIB))
        self._pool.process(pieces, len(self._data))

    def seconds(self) -> float:
        """Answer the CPU seconds of a picture, in this process and in the worker."""
        before = self._spent()
        for _ in range(TIMES):
            self.process()
        return (self._spent() - before) / TIMES

    def _spent(self) -> float:
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS + time.process_time()

    def peak_megabytes(self) -> float:
        status = (self._proc / "status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def close(self) -> None:
        self._pool.close()


def printed(*command: str | Path) -> float:
    done = subprocess.run(
        [*command], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    return float(done.stdout)


def have_sharp() -> bool:
    """Install sharp where there is an npm to do it; says so where there is none."""
    if (SHARP / "node_modules/sharp").exists():
        return True
    npm = shutil.which("npm")
    if npm is None:
        print("  sharp is left out: there is no npm here")
        return False
    command = [npm, "ci", "--ignore-scripts", "--loglevel", "error"]
    done = subprocess.run(command, cwd=SHARP, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print("  sharp is left out: npm can't install it here")
    return done.returncode == 0


def photo(folder: str) -> Path:
    return Path(sys.argv[1]) if len(sys.argv) > 1 else samples.write(Path(folder), count=1)[0]


def main() -> None:
    if not sys.platform.startswith("linux"):
        sys.exit("This benchmark reads /proc, which only Linux has")
    header("A picture read and rendered, against other ways")
    with tempfile.TemporaryDirectory() as folder:
        path = photo(folder)
        sharp = have_sharp()
        worker = Worker(path.read_bytes())
        ours, bare, pillow, node = [], [], [], []
        for _ in range(ROUNDS):
            ours.append(worker.seconds())
            bare.append(printed(PYTHON, BESIDE, "decode", path, str(TIMES)))
            pillow.append(printed(PYTHON, BESIDE, "pillow", path, str(TIMES)))
            if sharp:
                node.append(printed("node", SHARP / "make.js", path, str(TIMES)))
        mine = statistics.median(ours)
        ratio(
            "against libjpeg-turbo's whole decoding",
            mine,
            statistics.median(bare),
            "CPU-s",
            "<= 2.6",
        )
        ratio("against Pillow with draft", mine, statistics.median(pillow), "CPU-s", "<= 0.85")
        if sharp:
            ratio("against sharp", mine, statistics.median(node), "CPU-s", "<= 0.8")
        print(f"  a worker's peak memory: {worker.peak_megabytes():.0f} MB   < 100 MB")
        worker.close()


if __name__ == "__main__":
    main()
