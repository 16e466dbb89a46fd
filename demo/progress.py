"""A progress bar on a terminal; plain lines elsewhere."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

WIDTH = 30


class Progress:
    """Shows how far a long step is. On a terminal one line redraws itself, in a log each step is one line."""

    def __init__(self, stream: Any = None) -> None:
        self.stream = stream or sys.stderr
        self.redraws = self.stream.isatty()

    def over(self, items: Sequence[T], label: str) -> Iterator[T]:
        """Iterate over the items, drawing the share that is done."""
        for done, item in enumerate(items):
            self._draw(label, done, len(items))
            yield item
        self._draw(label, len(items), len(items))
        self.stream.write("\n" if self.redraws else f"{label}: {len(items)}\n")
        self.stream.flush()

    def step(self, label: str) -> None:
        """Name a step that has no inner measure."""
        self.stream.write(f"{label}\n")
        self.stream.flush()

    def _draw(self, label: str, done: int, total: int) -> None:
        if self.redraws and total:
            filled = WIDTH * done // total
            self.stream.write(
                f"\r{label} [{'█' * filled}{'·' * (WIDTH - filled)}] {100 * done // total:3d} %"
            )
            self.stream.flush()
