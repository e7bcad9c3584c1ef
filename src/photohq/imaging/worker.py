"""The process that decodes pictures: `python -m photohq.imaging.worker`, started by `processes.py`.

It speaks `frames.py` over the socket that is its standard input; what libraries print goes to
standard error. First comes the plan, then one file after the other.
"""

import ctypes
import functools
import os
import select
import socket
import sys
import traceback
from collections.abc import Callable

import msgspec

from photohq.imaging import frames, sandbox
from photohq.imaging.frames import Carry, Job, Made, Refused, Render, Shown, Spliced, Started
from photohq.imaging.plan import Plan
from photohq.photos.geometry import CropOutside
from photohq.photos.pictures import Reason, Unreadable
from photohq.photos.rules import MIB

RESERVE = 160 * MIB
"""The address space of a worker without any picture, and of renditions."""
IDLE_SECONDS = 2
_NO_MEMORY = ("out of memory", "insufficient memory", "unable to allocate", "cannot allocate")

RENDER_TIMES = 5
"""How many times the CPU seconds of a picture it may take to carry a recipe out on it."""
CARRY_TIMES = 2
"""How many times these it may take to look at an edited file and its original."""

SCAN_HEADER = 64
"""Bytes that hold the beginning of the first scan, at which reading a file's segments ends."""

Done = Made | Shown | Spliced
Work = Callable[[frames.Task, bytearray], Done]


def main() -> None:
    """Work until the other side is gone."""
    connection = socket.socket(fileno=os.dup(0))
    os.dup2(2, 1)
    plan = msgspec.msgpack.decode(frames.receive(connection), type=Plan)
    sandbox.enter(plan.memory_bytes)
    try:
        work = _prepare(plan)
    except (ImportError, ValueError) as error:
        frames.send(connection, Started(str(error)))
        return
    sandbox.die_with(connection.fileno())
    frames.send(connection, Started())
    while True:
        if not select.select([connection], [], [], IDLE_SECONDS)[0]:
            _give_back_memory()
        try:
            job = msgspec.msgpack.decode(frames.receive(connection), type=Job)
        except EOFError:
            return
        sandbox.allow_seconds(plan.seconds * _times(job.task))
        data = frames.receive_exactly(connection, job.length)
        frames.send(connection, _answer(work, job.task, data))
        del data


def _times(task: frames.Task) -> int:
    if isinstance(task, Render):
        return RENDER_TIMES
    return CARRY_TIMES if isinstance(task, Carry) else 1


def _give_back_memory() -> None:
    """Return what pictures have freed to the system: the next one at once would ask for it again.

    Asking costs a tenth of a picture's time.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _prepare(plan: Plan) -> Work:
    """Import what decodes, inside the sandbox only.

    Raises ValueError where the plan can't be, ImportError where something was not installed.
    """
    from photohq.imaging import carrying, drawing, facts, jpeg_header, renditions  # noqa: PLC0415
    from photohq.imaging.watermark import Mark  # noqa: PLC0415

    mark = None if plan.watermark is None else Mark(plan.watermark)
    renditions.allow_jpeg_alone()
    studio = renditions.Studio(plan, mark)

    def judged(data: bytearray, held: int) -> jpeg_header.Header:
        header = jpeg_header.read(data)
        jpeg_header.judge(header, plan.max_pixels, plan.memory_bytes - RESERVE - held)
        return header

    def work(task: frames.Task, data: bytearray) -> Done:
        if isinstance(task, Carry):
            # Each is copied while it is decoded.
            judge = functools.partial(judged, held=2 * len(data))
            return Spliced(carrying.carried(data, task.first, judge))
        header = judged(data, len(data))
        told = facts.read(header)
        head = bytes(data[: header.scan + SCAN_HEADER])
        plain = jpeg_header.stripped(data, header)
        if isinstance(task, frames.Process):
            picture, files = studio.make(plain, header, told.orientation, told.copyright)
            return Made(picture, told.facts, files)
        return Shown(drawing.drawn(task, plain, header, told.orientation, head))

    return work


def _answer(work: Work, task: frames.Task, data: bytearray) -> Done | Refused:
    from pyvips import Error  # noqa: PLC0415

    try:
        return work(task, data)
    except Unreadable as error:
        return Refused(error.reason)
    except CropOutside:
        return Refused(Reason.CROP_OUTSIDE)
    except MemoryError:
        return Refused(Reason.TOO_MUCH_MEMORY)
    except Error as error:
        return Refused(_reason(str(error).lower()))
    except Exception:  # noqa: BLE001
        traceback.print_exc(file=sys.stderr)
        return Refused(Reason.PROCESSING_FAILED)


def _reason(said: str) -> Reason:
    """Tell by libvips' words why a picture can't be decoded."""
    if any(words in said for words in _NO_MEMORY):
        return Reason.TOO_MUCH_MEMORY
    if "premature end" in said:
        return Reason.TRUNCATED
    return Reason.CORRUPT


if __name__ == "__main__":
    main()
