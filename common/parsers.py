"""Bodies of the API. The framework reads this module while it loads, so it imports no view."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.utils.json import strict_constant

from common.errors import TooLarge


class LimitedJSONParser(JSONParser):
    """JSON in UTF-8, at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, nested no deeper than the interpreter allows."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise too_large()
        try:
            return json.loads(content.decode(), parse_constant=strict_constant)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except UnicodeDecodeError as error:
            message = _("The body is not UTF-8: byte %(position)s.")
            raise ParseError(message % {"position": error.start + 1}) from error
        except json.JSONDecodeError as error:
            message = _("The body is not valid JSON: line %(line)s, column %(column)s.")
            raise ParseError(message % {"line": error.lineno, "column": error.colno}) from error
        except ValueError as error:
            raise ParseError(_("The body holds a number that JSON does not know.")) from error


class FormParser(MultiPartParser):
    """Multipart form data; what is none is refused in the language of the reader."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise ParseError(_("The body is not readable multipart form data.")) from error


def too_large() -> TooLarge:
    """The refusal of a body over its limit."""
    return TooLarge(_("The request is larger than the portal accepts."))


def unreadable(error: Exception) -> str:
    """Why a body cannot be read, with the limit where it breaks one that has a number."""
    if isinstance(error, TooManyFilesSent):
        limit = {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
        return _("At most %(limit)s files are sent at once.") % limit
    if isinstance(error, TooManyFieldsSent):
        limit = {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
        return _("At most %(limit)s fields are sent at once.") % limit
    return _("The body of the request cannot be read.")
