"""What is measured on an open page beyond axe: targets, order of headings, focus, shifts, what the page asks for.

Each function takes a page of Playwright and gives sentences about what is wrong; an empty list is a good page.
"""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST_TARGET = 24
"""CSS pixels of a side of what is pressed (WCAG 2.2, 2.5.8); a link within a sentence is exempt."""
MOST_SHIFT = 0.05
MOST_HTML = 100_000
"""Bytes of a compressed page."""

WATCH_SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shifts += entry.value;
})).observe({type: "layout-shift", buffered: true});"""
"""Runs before the scripts of a page; afterwards `shifts` is the sum of its layout shifts."""

_SMALL = """(least) => {
  const named = (element) => {
    const box = element.getBoundingClientRect();
    const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim();
    return `<${element.localName} class="${element.className}"> «${words.slice(0, 40)}» `
      + `${box.width.toFixed(1)} × ${box.height.toFixed(1)}`;
  };
  const inSentence = (element) => {
    if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return false;
    const block = element.closest("p, li, dd, td, th, figcaption, div, section");
    const around = [...(block?.childNodes ?? [])].filter((node) => !node.contains(element));
    return around.some((node) => node.nodeType === Node.TEXT_NODE && /\\p{L}{2}/u.test(node.data));
  };
  const hidden = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return !element.checkVisibility({visibilityProperty: true}) || box.width <= 1 || box.height <= 1
      || element.closest("[inert]") || box.bottom < 0;
  };
  const size = (element) => {
    // A box of a choice is pressed through its label too.
    const boxes = [element, ...(element.labels ?? [])].map((one) => one.getBoundingClientRect());
    return [Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height))];
  };
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((element) => element.type !== "hidden" && !hidden(element) && !inSentence(element))
    // The table beside the map has the same links, large enough; twenty columns have no room on a telephone.
    .filter((element) => !element.classList.contains("tile"))
    .filter((element) => Math.min(...size(element)) < least - 0.1)
    .map(named);
}"""

_STRUCTURE = """() => {
  const seen = (element) => element.checkVisibility() || element.classList.contains("sr");
  const wrong = [];
  const titles = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen);
  if (titles.filter((title) => title.localName === "h1").length !== 1) wrong.push("not one h1");
  let before = 0;
  for (const title of titles) {
    const level = Number(title.localName[1]);
    if (level > before + 1) wrong.push(`h${before} is followed by h${level} «${title.innerText.trim()}»`);
    before = level;
  }
  for (const name of ["main", "header", "footer"]) {
    const count = document.querySelectorAll(`body > ${name}`).length;
    if (count !== 1) wrong.push(`${count} × <${name}>`);
  }
  const names = [...document.querySelectorAll("nav, [role=search]")].filter(seen)
    .map((place) => place.getAttribute("aria-label") ?? "");
  const twice = names.filter((name, index) => !name || names.indexOf(name) !== index);
  if (twice.length) wrong.push(`landmarks without a name of their own: ${twice.join(", ")}`);
  if (!["ru", "en"].includes(document.documentElement.lang)) wrong.push("no language");
  if (!document.title.includes(" · ")) wrong.push(`title «${document.title}»`);
  const first = document.querySelector("a[href], button, input:not([type=hidden]), summary");
  if (!first?.classList.contains("skip")) wrong.push("the skip link is not the first stop");
  return wrong;
}"""

_FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return {key: "", wrong: ""};
  window.stops ??= new Map();
  if (!window.stops.has(element)) window.stops.set(element, window.stops.size + 1);
  const key = String(window.stops.get(element));
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const name = `<${element.localName} class="${element.className}"> «${element.innerText?.trim().slice(0, 40)}»`;
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
    return {key, wrong: `${name} shows no focus`};
  const points = [0.08, 0.5, 0.92].flatMap((x) => [0.15, 0.5, 0.85].map((y) => [x, y]));
  const found = points.map(([x, y]) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
  const own = found.filter((other) => other && (element.contains(other) || other.contains(element)));
  const over = found[4] ? `<${found[4].localName} class="${found[4].className}">` : "the edge of the window";
  return {key, wrong: own.length ? "" : `${name} is hidden behind ${over}`};
}"""

_ASKED = """() => performance.getEntriesByType("resource")
  .filter((entry) => /\\.(css|js)(\\?|$)/.test(entry.name))
  .map((entry) => entry.name)"""


_MOVING = """() => [
  ...document.getAnimations().map((one) => `an animation of <${one.effect?.target?.localName}>`),
  ...[...document.querySelectorAll("body *")]
    .filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0)
    .map((element) => `a transition of <${element.localName} class="${element.className}">`),
]"""

_EDGELESS = """() => [...document.querySelectorAll(".button, .tag, .zone, .badge, .tile, .panel, .field input, .alert")]
  .filter((element) => element.checkVisibility())
  .filter((element) => !element.matches("[type=file], [type=checkbox], [type=radio], .button--link"))
  .filter((element) => parseFloat(getComputedStyle(element).borderTopWidth) < 1)
  .map((element) => `<${element.localName} class="${element.className}">`)"""


def small_targets(page: Page) -> list[str]:
    """What can be pressed and is smaller than a finger needs, unless it stands within a sentence."""
    return list(page.evaluate(_SMALL, LEAST_TARGET))


def structure(page: Page) -> list[str]:
    """Headings out of order, landmarks missing or without a name, no language, no way past the menu."""
    return list(page.evaluate(_STRUCTURE))


def overhang(page: Page) -> int:
    """Pixels by which the page is wider than the window: what a person would have to scroll sideways."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))


def focus_faults(page: Page, most: int) -> list[str]:
    """Walk the page with Tab from its beginning: stops that show no focus or hide behind something that sticks."""
    page.evaluate("window.scrollTo(0, 0)")
    wrong, seen = [], set[str]()
    for _press in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if not stop["key"] or stop["key"] in seen:
            break
        seen.add(stop["key"])
        if stop["wrong"]:
            wrong.append(stop["wrong"])
    assert len(seen) > 3, "Tab walks nowhere"
    return wrong


def shift(page: Page) -> float:
    """The sum of layout shifts since the page was asked for; two frames later everything has been laid out."""
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    return float(page.evaluate("new Promise((done) => requestAnimationFrame(() => done(window.shifts)))"))


def chained(page: Page, html: str) -> list[str]:
    """Style sheets and scripts that the page itself does not name: the reader would wait for one more round trip.

    Modules may import modules, one level deep.
    """
    named = {urljoin(page.url, address) for address in re.findall(r'(?:href|src)="([^"]+)"', html)}
    imported = {
        urljoin(address, found)
        for address in named
        if re.search(r"\.js(\?|$)", address) and "/js/" in address
        for found in re.findall(r'from\s+"([^"]+)"', page.request.get(address).text())
    }
    return sorted(set(page.evaluate(_ASKED)) - named - imported)


def weight(html: str) -> int:
    """Bytes of the page as it travels."""
    return len(gzip.compress(html.encode(), 6))


def moving(page: Page) -> list[str]:
    """What moves or glides although the reader has asked his device for rest."""
    return list(page.evaluate(_MOVING))


def edgeless(page: Page) -> list[str]:
    """What lives by its ground colour alone and so disappears where the device forces colours."""
    return list(page.evaluate(_EDGELESS))
