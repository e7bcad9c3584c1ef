"""A place where a stranger's bytes can do no harm: limits on the process that decodes them.

Each of them is taken where the system has it: inside containers and functions user namespaces are
often refused, and macOS knows no limit of address space.
"""

import contextlib
import ctypes
import math
import os
import resource
import select
import sys
import threading

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_DUMPABLE = 4
_CAPABILITIES = 0x20080522
"""The version of what `capset` takes: two sets of three words."""
_NICER = 19
_FILES = 64
_STACK = 256 * 1024


def enter(memory_bytes: int) -> None:
    """Give up the network, privileges, files and memory beyond the limit; can't be undone.

    To be called while the process has one thread.
    """
    if sys.platform.startswith("linux"):
        system = ctypes.CDLL(None, use_errno=True)
        # A network of its own has no way out; it takes a user namespace to be allowed one.
        system.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        # Whoever makes a user namespace may do anything inside it; root may do anything anyway.
        system.capset((ctypes.c_uint32 * 2)(_CAPABILITIES, 0), (ctypes.c_uint32 * 6)())
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES)
    with contextlib.suppress(OSError):
        os.nice(_NICER)


def die_with(connection: int) -> None:
    """End this process as soon as the other end of a socket is closed, whatever it is doing.

    PR_SET_PDEATHSIG would ask for the thread that started the process, which may end before.
    """
    poll = select.poll()
    poll.register(connection, 0)  # POLLHUP is always told

    def watch() -> None:
        poll.poll()
        os._exit(0)

    before = threading.stack_size(_STACK)
    threading.Thread(target=watch, daemon=True).start()
    threading.stack_size(before)


def allow_seconds(seconds: int) -> None:
    """Let this process have so many more seconds of CPU time, after which the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(used.ru_utime + used.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = spent + seconds
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(kind: int, value: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (value, value))
