"""Answers of text are sent compressed, whatever stands in front of the portal."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

COMPRESSED = frozenset({"text/html", "text/csv", "application/json"})
"""Files of people, workbooks and documents are compressed by their own form."""
MIN_BYTES = 1024


class CompressionMiddleware(GZipMiddleware):
    """gzip for pages, tables and JSON from a kilobyte on; a strong tag becomes weak, as the bytes differ.

    Django adds a random number of bytes (BREACH), so that the length tells nothing of what a page holds.
    """

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        if response.status_code == 304:
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        kind = response.get("Content-Type", "").partition(";")[0].strip()
        if response.streaming or kind not in COMPRESSED or len(response.content) < MIN_BYTES:
            return response
        return super().process_response(request, response)
