"""A progress bar on a terminal; plain lines elsewhere."""

import signal
import sys
import threading
import weakref
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, Self, TypeVar

T = TypeVar("T")

WIDTH = 30


class Progress:
    """Shows how far a long step is. On a terminal one line redraws itself, in a log each step is one line.

    Inside its `with` block Ctrl+C ends the work at the next step at the latest: an interrupt that arrives while a
    finalizer runs is otherwise dropped by Python, and the work goes on as if nobody had pressed anything.
    """

    def __init__(self, stream: Any = None) -> None:
        self.stream = stream or sys.stderr
        self.redraws = self.stream.isatty()
        self._interrupted = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, kind: Any, *_rest: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if kind is None:
            self._go_on()

    def _interrupt(self, _signal: int, frame: FrameType | None) -> None:
        self._interrupted = True
        if not _is_finalizing(frame):
            raise KeyboardInterrupt

    def _go_on(self) -> None:
        if self._interrupted:
            raise KeyboardInterrupt

    def over(self, items: Sequence[T], label: str) -> Iterator[T]:
        """Iterate over the items, drawing the share that is done."""
        for done, item in enumerate(items):
            self._go_on()
            self._draw(label, done, len(items))
            yield item
        self._draw(label, len(items), len(items))
        self.stream.write("\n" if self.redraws else f"{label}: {len(items)}\n")
        self.stream.flush()

    def step(self, label: str) -> None:
        """Name a step that has no inner measure."""
        self._go_on()
        self.stream.write(f"{label}\n")
        self.stream.flush()

    def _draw(self, label: str, done: int, total: int) -> None:
        if self.redraws and total:
            filled = WIDTH * done // total
            self.stream.write(
                f"\r{label} [{'█' * filled}{'·' * (WIDTH - filled)}] {100 * done // total:3d} %"
            )
            self.stream.flush()


def _is_finalizing(frame: FrameType | None) -> bool:
    """Whether Python stands inside a finalizer, where an exception would only be printed."""
    while frame is not None:
        if frame.f_code.co_filename == weakref.__file__:
            return True
        frame = frame.f_back
    return False
