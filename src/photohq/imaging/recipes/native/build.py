"""Compile what recipes do to pixels: `python build.py FOLDER [COMPILER]` leaves the library there.

Needs a C compiler and nothing else, Photo HQ itself included: whoever packages it runs this before
there is an environment.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
COMPILER = "cc"
_OPTIONS = (
    "-std=gnu11",
    "-O3",
    "-fno-math-errno",  # a square root is one instruction
    "-ffp-contract=off",  # what is multiplied and added is rounded twice on every processor
    "-shared",
    "-fPIC",
    "-Wall",
    "-Wextra",
)
_LIBRARIES = "libphotohq-*.so"


def name() -> str:
    """Answer the name of the library: another one for other sources and options, so that what was
    compiled of older ones is not taken for it."""
    digest = hashlib.sha256()
    for source in [Path(__file__), *sorted(HERE.glob("*.[ch]"))]:
        digest.update(source.read_bytes())
    return _LIBRARIES.replace("*", digest.hexdigest()[:12])


def compiled(folder: Path, compiler: str = COMPILER, *options: str) -> Path:
    """Compile into a folder, `compiler` being a command, and remove older libraries from there.

    Answers the library; raises RuntimeError, with what the compiler says, where that fails.
    """
    command = compiler.split() or [COMPILER]
    library = folder / name()
    handle, new = tempfile.mkstemp(suffix=".so", dir=folder)
    os.close(handle)
    try:
        subprocess.run(  # noqa: S603
            [*command, *_OPTIONS, *options, "-o", new, *sorted(HERE.glob("*.c"))],
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        Path(new).unlink()
        raise RuntimeError(f"Photo HQ needs a C compiler: there is no {command[0]} here") from error
    except subprocess.CalledProcessError as error:
        Path(new).unlink(missing_ok=True)
        raise RuntimeError(f"{compiler} does not compile Photo HQ:\n{error.stderr}") from error
    Path(new).chmod(0o755)
    Path(new).replace(library)  # a process that has loaded one keeps it
    for old in folder.glob(_LIBRARIES):
        if old != library:
            old.unlink(missing_ok=True)
    return library


if __name__ == "__main__":
    try:
        compiled(Path(sys.argv[1]), *sys.argv[2:3])
    except RuntimeError as error:
        sys.exit(str(error))
