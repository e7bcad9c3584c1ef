"""The log: one JSON object a line for machines, plain lines on a terminal.

Nothing secret is ever handed to it: paths go without their query strings, which hold signatures.
"""

import json
import logging
import sys
import traceback
from typing import Any

from photohq.photos.times import iso

_STANDARD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def configure(style: str, level: str) -> None:
    """Send the log to standard error; `style` is json, plain or auto (plain on a terminal)."""
    plain = style == "plain" or (style == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain() if plain else _Json())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it would log signatures
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # what it tells is told better here


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _STANDARD}


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": iso(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            line["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, default=str, ensure_ascii=False)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        pairs = "  ".join(f"{name}={_safe(value)}" for name, value in _extra(record).items())
        time = iso(record.created)[11:23]
        line = f"{time} {record.levelname.lower():7} {record.getMessage()}  {pairs}".rstrip()
        if record.exc_info:
            line += "\n" + "".join(traceback.format_exception(*record.exc_info))
        return line


def _safe(value: object) -> str:
    """Keep what a client has sent on its line, and escape sequences from the terminal."""
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}"
        for character in str(value)
    )
