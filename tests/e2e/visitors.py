"""A person in front of a browser, and the guard that watches what the browser complains about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.e2e import measures
from tests.e2e.hands import Hands, Keyboard, Mouse
from tests.e2e.pictures import place_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

DESK, PHONE = 1280, 360
"""Widths in CSS pixels: a usual desk and the narrowest telephone that the portal serves."""
ENLARGED = (640, 320)
"""A desk at 200 % and at 400 % has the room of such a window: nothing may have to be scrolled sideways."""
LOOKS: Mapping[str, tuple[str, str]] = {
    "light": ("light", "normal"), "dark": ("dark", "normal"), "contrast": ("light", "high"),
}  # fmt: skip
"""Theme and contrast of each look."""
HEIGHT = 900
TALLEST = 8_000
"""CSS pixels of a picture; a longer page is cut."""
WAYS: Mapping[str, Mapping[str, Any]] = {
    "desk": {},
    "telephone": {"width": PHONE},
    "keyboard alone": {"keyboard": True},
    "no scripts": {"javascript": False},
}
"""The ways in which everybody's main tasks are done: how the visitor of each is made."""
PATIENCE = 15_000
"""Milliseconds until a page that does not come is a failure."""
NUMBER_OF_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of \d+")
OVERTAKEN = re.compile(r"htmx:(afterRequest|sendAbort)\b")
"""What htmx says when a newer request replaces one under way; a request that failed says `htmx:sendError` besides."""
WATCH_POLICY = """document.addEventListener("securitypolicyviolation",
  (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI));"""


@dataclass(frozen=True, slots=True)
class Sight:
    """The open page in a window of a width, with everything that is wrong with it there."""

    width: int
    overhang: int
    barriers: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    disorder: tuple[str, ...] = ()

    def faults(self) -> list[str]:
        """What is wrong, in sentences."""
        over = [f"{self.overhang} px over"] if self.overhang > 0 else []
        found = (*over, *self.barriers, *(f"small: {target}" for target in self.small), *self.disorder)
        return [f"{self.width} px: {fault}" for fault in found]


class Visitor:
    """One person with a browser of his own: cookies, a page, and a list of what went wrong behind the scenes.

    `javascript=False` is a browser that runs no scripts; `keyboard=True` is somebody who touches no mouse. Every
    address is relative to `base`.
    """

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        width: int = DESK,
        javascript: bool = True,
        keyboard: bool = False,
    ) -> None:
        self.base, self.width, self.javascript = base, width, javascript
        self._looks_closely = javascript and not keyboard and width == DESK
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
        self.context.add_init_script(measures.WATCH_SHIFTS)
        self.problems: list[str] = []
        self.refusals: list[int] = []
        self._allowed: set[int] = set()
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.page: Page = self.context.new_page()
        self.hands: Hands = Keyboard(self.page) if keyboard else Mouse()

    def _on_console(self, message: ConsoleMessage) -> None:
        # A refusal is judged by its answer, with the status that the test expects.
        expected = NUMBER_OF_REFUSAL.match(message.text) or OVERTAKEN.match(message.text)
        if message.type in ("error", "warning") and not expected:
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
        self.hands.write(self.page.locator("#id_login"), email)
        self.hands.write(self.page.locator("#id_password"), password)
        self.send("form[action$='/login/']")
        assert "/accounts/" not in self.page.url, "not signed in"
        return self.page

    def sign_in_again(self) -> Page:
        """With the same name and password."""
        return self.sign_in(*self._credentials)

    def form(self, action: str) -> Locator:
        """The form of the page whose address ends so."""
        return self.page.locator(f"form[action$='{action}']")

    def send(self, form: str | Locator) -> Page:
        """Press the button of a form and wait for the next page."""
        place = self.page.locator(form) if isinstance(form, str) else form
        return self.follow(place.locator("button[type=submit]").last)

    def follow(self, target: str | Locator, times: int = 1) -> Page:
        """Press what leads to another page, and wait for it."""
        place = self.page.locator(target).first if isinstance(target, str) else target
        # Of two presses without scripts the second ends the first one's navigation: what counts is the page that came.
        with self.page.expect_event("load") if times > 1 else self.page.expect_navigation():
            self.hands.press(place, times)
        self.page.wait_for_load_state()
        return self.page

    def unfold(self, inside: str | Locator) -> None:
        """Open what is folded around this, unless it is open."""
        place = self.page.locator(inside).first if isinstance(inside, str) else inside
        fold = self.page.locator("details", has=place).last
        if fold.get_attribute("open") is None:
            self.hands.press(fold.locator("summary").first)

    # Looking

    def text(self, selector: str = "main") -> str:
        """Visible text, spaces of every kind as plain ones."""
        return plain(self.page.locator(selector).first.inner_text())

    def at_width(self, width: int) -> None:
        """Make the window as wide as that; the page lays itself out anew."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.width = width

    def picture(self, name: str) -> None:
        """The whole page as an image, if pictures are kept."""
        path = place_of(f"{name}-{self.width}.png")
        if path is None:
            return
        # A window as high as the page: what sticks to its edges then lies at the edges of the picture.
        height = min(self.page.evaluate("document.scrollingElement.scrollHeight"), TALLEST)
        self.page.set_viewport_size({"width": self.width, "height": max(height, HEIGHT)})
        self.page.screenshot(path=path, animations="disabled")
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})

    def looks(self, name: str) -> Iterator[Sight]:
        """Look at the open page enlarged, in large type, on a telephone and at a desk, where the window ends."""
        for width in ENLARGED:
            self.at_width(width)
            yield Sight(width, measures.overhang(self.page))
        with self.dressed("contrast"):
            self.at_width(PHONE)
            yield Sight(PHONE, measures.overhang(self.page))
        for width in (PHONE, DESK):
            self.at_width(width)
            self.picture(name)
            yield Sight(
                width,
                measures.overhang(self.page),
                tuple(self.barriers()),
                tuple(measures.small_targets(self.page)),
                tuple(measures.structure(self.page)),
            )

    def is_pleased(self, name: str) -> None:
        """The open page fits all widths and bars nobody; its pictures bear this name.

        A task done in another way leads over the same pages: there the width alone is judged.
        """
        sights = self.looks(name) if self._looks_closely else [Sight(self.width, self.overhang())]
        found = [fault for sight in sights for fault in sight.faults()]
        assert not found, "\n".join(found)

    @contextmanager
    def dressed(self, look: str) -> Iterator[None]:
        """The open page wears another look in this block, as the choice at its foot would give it."""
        own = self._wear(*LOOKS[look])
        yield
        self._wear(*own)

    def _wear(self, theme: str, contrast: str) -> list[str]:
        return self.page.evaluate(
            """([theme, contrast]) => {
              const worn = document.documentElement.dataset;
              const own = [worn.theme ?? "auto", worn.contrast ?? "normal"];
              Object.assign(worn, {theme, contrast});
              return own;
            }""",
            [theme, contrast],
        )

    def overhang(self) -> int:
        """Pixels by which the page is wider than the window."""
        return measures.overhang(self.page)

    def barriers(self, *rules: str) -> list[str]:
        """What axe finds wrong for people with disabilities, by these rules or by all; only where scripts run."""
        from axe_playwright_python.base import AXE_SCRIPT

        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        how: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        found: dict[str, Any] = self.page.evaluate("how => axe.run(document, how)", how)
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
