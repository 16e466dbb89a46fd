"""What other sites show of the rating, and programs read, comes without cookies, whoever asks.

A frame, a picture and a feed are the same for everybody. Their requests lose their cookies before anything reads them,
so that neither the session nor the person behind it is looked up, and no answer sets one.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.http import HttpRequest, HttpResponse

ADDRESS = re.compile(r"^/rating/(?:[^/]+/)?(?:r[0-9]+/)?(?:embed/|badge/[^/]+\.svg|feed\.atom)$")
ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)


class CookielessMiddleware:
    """Stands before the session is opened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not ADDRESS.match(request.path_info):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES.clear()
        response = self.get_response(request)
        response.cookies.clear()
        kept = [name.strip() for name in response.get("Vary", "").split(",")]
        response["Vary"] = ", ".join(name for name in kept if name and name.lower() != "cookie")
        if not response["Vary"]:
            del response["Vary"]
        return response


@register()
def frame_check(**_options: object) -> list[CheckMessage]:
    """Only named origins may frame the rating: a wildcard, a path or a bare host would let in others."""
    return [
        Error(
            f"RATING_EMBED_ANCESTORS: {origin!r} is no origin such as https://monitoring.example.",
            hint="Name every site by scheme and host; wildcards are refused.",
            id="rating.E001",
        )
        for origin in settings.RATING_EMBED_ANCESTORS
        if not ORIGIN.fullmatch(origin)
    ]
