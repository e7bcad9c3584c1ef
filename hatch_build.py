"""Hatch's part of building the package: the compiled part of recipes, for this platform."""

import os
import platform
import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = Path(__file__).parent / "src/photohq/imaging/recipes/native"


class NativeBuildHook(BuildHookInterface):
    """Compiles beside the sources, from where wheels take it and development installs load it."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        compiled = runpy.run_path(str(NATIVE / "build.py"))["compiled"]
        compiled(NATIVE, os.environ.get("CC", "cc"))
        # The library knows nothing of Python: any version can load it.
        system = sysconfig.get_platform().replace("universal2", platform.machine())
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{system.replace('-', '_').replace('.', '_')}"
