"""Compile what recipes do to pixels: `python build.py FOLDER [COMPILER]` leaves the library there.

Needs a C compiler and nothing else, Photo HQ itself included: whoever packages it runs this before
there is an environment.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = "libphotohq.so"
COMPILER = "cc"
_OPTIONS = (
    "-std=gnu11",
    "-O3",
    "-fno-math-errno",  # a square root is one instruction
    "-shared",
    "-fPIC",
    "-Wall",
    "-Wextra",
)


def compiled(folder: Path, compiler: str = COMPILER, *options: str) -> Path:
    """Compile into a folder, `compiler` being a command; answers the library.

    Raises RuntimeError, with what the compiler says, where that fails.
    """
    command = compiler.split()
    library = folder / LIBRARY
    new = folder / f"{LIBRARY}.new"
    sources = sorted(HERE.glob("*.c"))
    try:
        subprocess.run(  # noqa: S603
            [*command, *_OPTIONS, *options, "-o", new, *sources],
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise RuntimeError(f"Photo HQ needs a C compiler: there is no {command[0]} here") from error
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{compiler} does not compile Photo HQ:\n{error.stderr}") from error
    new.replace(library)  # a process that has loaded the old one keeps it
    return library


if __name__ == "__main__":
    try:
        compiled(Path(sys.argv[1]), *sys.argv[2:3])
    except RuntimeError as error:
        sys.exit(str(error))
