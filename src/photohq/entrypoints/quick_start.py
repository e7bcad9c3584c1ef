"""Keeps Python's garbage collector out of a function's start; to be imported before the rest.

Hundreds of modules are imported and a client is built, all of which stays: looking through it again
and again for garbage takes a tenth of the time to a first answer.
"""

import gc

gc.disable()


def started() -> None:
    """Begin collecting, and never look at what is there by now."""
    gc.freeze()
    gc.enable()
