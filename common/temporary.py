"""Files that are made for one answer and are gone when they are closed."""

import tempfile
from collections.abc import Callable
from typing import IO


def written_file(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    """A temporary file with what `write` puts into it, to be read from its beginning and closed by who asked."""
    target = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        write(target)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target
