"""Files that are made for one answer and are gone when they are closed."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import IO


def written_file(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    """A temporary file with what `write` puts into it, to be read from its beginning and closed by who asked."""
    with ExitStack() as until_written:
        target = until_written.enter_context(tempfile.TemporaryFile())
        write(target)
        target.seek(0)
        until_written.pop_all()
    return target
