"""What stands above every answer, whoever asks and whatever comes back."""

from collections.abc import Iterator

from common.http import LASTING_PRIVATE
from tests.architecture.matrix.declaration import Entry
from tests.architecture.matrix.knocking import Answer

FIXED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
INLINE_STYLES_ALLOWED = {"api:docs", "rating:letter-html", "rating:letters-preview-html"}
"""The page of the API's schema, and the HTML of a letter as it was sent (in a sandbox)."""
WITHOUT_COOKIES = ("rating:embed", "rating:badge", "rating:feed")
"""The same for everybody: no cookie is read."""
PRIVATE = {"private, no-store", "private, no-cache"}
PUBLISHED = ("rating:", "api:slice")
FOR_EVER = {
    "rating:export-revision",
    "rating:districts-table-revision",
    "rating:changes-table-revision",
}
"""Files of one revision that everybody may read: their bytes never change."""


NO_ADDRESS_FOR_OTHERS = {"rating:letter-open", "meetings:answer-link", "meetings:calendar-feed"}
"""Pages whose own address opens something: they name it to nobody, not even to the portal."""


def faults(answer: Answer, entry: Entry, *, signed_in: bool) -> Iterator[str]:
    """What is wrong with the headers of an answer."""
    headers = answer.response.headers
    opens = entry.name in NO_ADDRESS_FOR_OTHERS and answer.status != "405"
    for name, value in FIXED.items():
        wanted = "no-referrer" if name == "Referrer-Policy" and opens else value
        if headers.get(name) != wanted:
            yield f"{name} is {headers.get(name)!r}"
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        yield "no Permissions-Policy"
    if "Access-Control-Allow-Origin" in headers:
        yield "opens itself to other origins"
    yield from _of_content(headers.get("Content-Security-Policy", ""), entry, answer)
    if signed_in and entry.name != "healthz" and not entry.name.startswith(WITHOUT_COOKIES):
        yield from _of_caching(answer, entry)


def _of_content(policy: str, entry: Entry, answer: Answer) -> Iterator[str]:
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    if directives.get("default-src") != "'none'" or directives.get("frame-ancestors") != "'none'":
        yield f"Content-Security-Policy is {policy!r}"
    if "unsafe-eval" in policy or "unsafe-inline" in directives.get("script-src", ""):
        yield f"scripts of anybody: {policy!r}"
    given = answer.status in ("200", "405") and entry.name in INLINE_STYLES_ALLOWED
    if "unsafe-inline" in policy and not given:
        yield f"inline styles: {policy!r}"


def _of_caching(answer: Answer, entry: Entry) -> Iterator[str]:
    headers = answer.response.headers
    control = headers.get("Cache-Control", "")
    if control == LASTING_PRIVATE and entry.name not in FOR_EVER:
        yield "is kept without asking, but depends on rights or may change"
    elif control not in {*PRIVATE, LASTING_PRIVATE} and "no-store" not in control:
        yield f"Cache-Control of somebody signed in is {control!r}"
    if control == "private, no-cache" and not entry.name.startswith(PUBLISHED):
        yield "may be kept, but is no published slice"
    if "cookie" not in headers.get("Vary", "").lower():
        yield f"Vary is {headers.get('Vary', '')!r}"
