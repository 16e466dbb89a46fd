"""Memory of the process during large computations."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without cyclic garbage collection, for work that builds many objects and no cycles.

    The collector looks through every living object again and again, and of a month's events there are hundreds of
    thousands: a fifth of the time of a closing. It runs again afterwards, whatever happened.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
