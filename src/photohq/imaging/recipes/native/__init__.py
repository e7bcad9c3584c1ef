"""The compiled part of recipes: what is done to each pixel, as `native.h` declares it."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from photohq.imaging.recipes.native.build import HERE, name

compiled: Path = HERE / name()
_loading = Lock()

if not compiled.exists():
    raise ImportError("Photo HQ's own library is not compiled as it is now; `make setup` does it")


def library() -> tuple[Any, Any]:
    """Answer cffi's view of the declarations, and the functions.

    Reading them takes as long as a small picture: only those who draw need to.
    """
    with _loading:  # what two readings declare would not be the same
        return _read()


@cache
def _read() -> tuple[Any, Any]:
    from cffi import FFI  # noqa: PLC0415

    ffi = FFI()
    ffi.cdef((HERE / "native.h").read_text(encoding="ascii"))
    return ffi, ffi.dlopen(str(compiled))
