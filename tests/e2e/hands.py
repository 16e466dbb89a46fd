"""How a person acts on a page: with a mouse or a finger, or with the keyboard alone.

The same tasks are done both ways. Who has no mouse walks with Tab; a thing that Tab does not reach, or whose focus
cannot be seen, does not exist for him, and the act fails.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

PRESSES = 250
"""Stops of Tab after which a thing counts as out of reach."""
STEPS = 120
"""Presses of an arrow within one list of choices."""

_IS_HERE = "element => element === document.activeElement"
_IN_GROUP = (
    "element => document.activeElement.type === 'radio' && document.activeElement.name === element.name"
)
_SHOWS_FOCUS = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


class Hands(Protocol):
    """What can be done to the things of a page."""

    def press(self, target: Locator, times: int = 1) -> None:
        """A link, a button, the line of something folded."""

    def write(self, target: Locator, text: str) -> None:
        """The text of a field; what stood there is gone."""

    def write_date(self, target: Locator, day: date) -> None:
        """The day of a date field."""

    def tick(self, target: Locator) -> None:
        """A box, or one of several round ones."""

    def choose(self, target: Locator, value: str) -> None:
        """An option of a list."""

    def attach(self, target: Locator, file: FilePayload | Path) -> None:
        """A file of a file field."""


class Mouse:
    """Presses where it points, as a finger does."""

    def press(self, target: Locator, times: int = 1) -> None:
        target.click(click_count=times)

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def write_date(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())

    def tick(self, target: Locator) -> None:
        target.check()

    def choose(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def attach(self, target: Locator, file: FilePayload | Path) -> None:
        target.set_input_files(file)


class Keyboard:
    """Tab, Enter, Space, arrows and letters; never a mouse."""

    def __init__(self, page: Page) -> None:
        self._page, self._keys = page, page.keyboard
        # Who begins to listen for the window of files only with the press that opens it may be late: listened to
        # from the start, it is never missed.
        page.on("filechooser", lambda _opened: None)

    def press(self, target: Locator, times: int = 1) -> None:
        self._reach(target)
        for _time in range(times):
            self._keys.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self._keys.press("Control+A")
        self._keys.type(text)

    def write_date(self, target: Locator, day: date) -> None:
        if target.get_attribute("type") != "date":
            self.write(target, f"{day:%d.%m.%Y}")
            return
        self._reach(target)
        self._keys.type(f"{day:%m%d%Y}")
        assert target.input_value() == day.isoformat()

    def tick(self, target: Locator) -> None:
        if target.get_attribute("type") != "radio":
            self._reach(target)
            if not target.is_checked():
                self._keys.press("Space")
            return
        self._reach(target, _IN_GROUP)
        for _step in range(STEPS):
            if target.is_checked():
                return
            self._keys.press("ArrowDown")
        raise AssertionError("The arrows never reach the choice")

    def choose(self, target: Locator, value: str) -> None:
        self._reach(target)
        self._keys.press("Home")
        for _step in range(STEPS):
            if target.input_value() == value:
                return
            self._keys.press("ArrowDown")
        raise AssertionError(f"The arrows never reach {value}")

    def attach(self, target: Locator, file: FilePayload | Path) -> None:
        self._reach(target)
        with self._page.expect_file_chooser() as opened:
            self._keys.press("Enter")
        opened.value.set_files(file)

    def _reach(self, target: Locator, arrived: str = _IS_HERE) -> None:
        """Press Tab until the focus is there and can be seen."""
        for _press in range(PRESSES):
            if target.evaluate(arrived):  # anew each time: a part of the page may have been replaced
                assert self._page.evaluate(f"({_SHOWS_FOCUS})(document.activeElement)"), (
                    "focus cannot be seen"
                )
                return
            self._keys.press("Tab")
        raise AssertionError(f"Tab never reaches {target}")
