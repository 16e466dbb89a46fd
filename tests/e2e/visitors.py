"""A person in front of a browser, and the guard that watches what the browser complains about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

PICTURES = Path(settings.BASE_DIR) / "var" / "pictures"
DESK, PHONE = 1280, 360
"""Widths in CSS pixels: a usual desk and the narrowest telephone that the portal serves."""
HEIGHT = 900
TALLEST = 8_000
"""CSS pixels of a picture; a longer page is cut."""
PATIENCE = 15_000
"""Milliseconds until a page that does not come is a failure."""
NUMBER_OF_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of \d+")
WATCH_POLICY = """document.addEventListener("securitypolicyviolation",
  (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI));"""


class Visitor:
    """One person with a browser of his own: cookies, a page, and a list of what went wrong behind the scenes.

    `javascript=False` is a browser that runs no scripts. Every address is relative to `base`.
    """

    def __init__(self, browser: Browser, base: str, *, width: int = DESK, javascript: bool = True) -> None:
        self.base, self.width = base, width
        self.context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(WATCH_POLICY)
        self.problems: list[str] = []
        self.refusals: list[int] = []
        self._allowed: set[int] = set()
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.page: Page = self.context.new_page()

    def _on_console(self, message: ConsoleMessage) -> None:
        # A refusal is judged by its answer, with the status that the test expects.
        if message.type in ("error", "warning") and not NUMBER_OF_REFUSAL.match(message.text):
            self.problems.append(f"{message.type} on {self.page.url}: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", "data:", "blob:", "about:")):
            self.problems.append(f"left the portal: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.refusals.append(response.status)
            if response.status not in self._allowed:
                self.problems.append(f"{response.status} {response.request.method} {response.url}")

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """The block ends in an answer with this status; outside of such a block any refusal is a problem."""
        self._allowed.add(status)
        before = len(self.refusals)
        yield
        self.page.wait_for_load_state()
        assert self.refusals[before:] == [status]
        self._allowed.discard(status)

    # Going about

    def open(self, path: str) -> Page:
        """Open an address and wait until the page is there."""
        self.page.goto(path)
        return self.page

    def sign_in(self, email: str, password: str) -> Page:
        """Through the real page, as everybody."""
        self._credentials = (email, password)
        self.open("/accounts/login/")
        self.page.fill("#id_login", email)
        self.page.fill("#id_password", password)
        self.send("form[action$='/login/']")
        assert "/accounts/" not in self.page.url, "not signed in"
        return self.page

    def sign_in_again(self) -> Page:
        """On the next day: a session lasts half a day."""
        return self.sign_in(*self._credentials)

    def form(self, action: str) -> Locator:
        """The form of the page whose address ends so."""
        return self.page.locator(f"form[action$='{action}']")

    def send(self, form: str | Locator) -> Page:
        """Press the button of a form and wait for the next page."""
        place = self.page.locator(form) if isinstance(form, str) else form
        with self.page.expect_navigation():
            place.locator("button[type=submit]").last.click()
        return self.page

    # Looking

    def text(self, selector: str = "main") -> str:
        """Visible text, spaces of every kind as plain ones."""
        return plain(self.page.locator(selector).first.inner_text())

    def at_width(self, width: int) -> None:
        """Make the window as wide as that; the page lays itself out anew."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.width = width

    def picture(self, name: str) -> Path:
        """The whole page as an image for people to look at, in var/pictures."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}-{self.width}.png"
        # A window as high as the page: what sticks to its edges then lies at the edges of the picture.
        height = min(self.page.evaluate("document.scrollingElement.scrollHeight"), TALLEST)
        self.page.set_viewport_size({"width": self.width, "height": max(height, HEIGHT)})
        self.page.screenshot(path=path, animations="disabled")
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})
        return path

    def looks(self, name: str) -> Iterator[tuple[int, int, list[str]]]:
        """Look at the open page at a desk and on a telephone: width, overhang, barriers. The window ends at a desk."""
        for width in (PHONE, DESK):
            self.at_width(width)
            self.picture(name)
            yield width, self.overhang(), self.barriers()

    def is_pleased(self, name: str) -> None:
        """The open page fits both widths and bars nobody; its pictures bear this name."""
        found = [
            f"{width} px: {over} px over, {barriers}"
            for width, over, barriers in self.looks(name)
            if over > 0 or barriers
        ]
        assert not found, "\n".join(found)

    def overhang(self) -> int:
        """Pixels by which the page is wider than the window: what a person would have to scroll sideways."""
        return self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")

    def barriers(self) -> list[str]:
        """What axe finds wrong for people with disabilities; only where scripts run."""
        from axe_playwright_python.base import AXE_SCRIPT

        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['target'][0]}: {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def leave(self) -> list[str]:
        """Close the browser; gives what went wrong."""
        self.context.close()
        return self.problems


def plain(text: str) -> str:
    """A text with every run of spaces as one plain space, and a plain minus."""
    return re.sub(r"\s+", " ", text.replace("\u2212", "-")).strip()


def figures(text: str) -> list[str]:
    """Figures with two decimals in a Russian text, with their sign: `["+10,00", "82,22"]`."""
    return re.findall(r"[+-]?\d+,\d\d", plain(text))
