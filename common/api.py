"""What the API of every room shares: errors, strict bodies, base views, answers with a tag.

The format of an error is that of drf-standardized-errors: `type` and a list of `code`, `detail`, `attr`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions, generics, serializers
from rest_framework.fields import empty
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.utils.html import is_html_input
from rest_framework.views import APIView

from common.errors import NON_FIELD, InvalidInput, PortalError, StaleVersion
from common.http import LASTING_PUBLIC
from common.parsers import too_large, unreadable
from common.scope import Scope, scope_of

METHODS = ["get", "head", "post"]
"""What the API may answer to at all; OPTIONS says nothing that the schema does not say."""
SHOWN_NAME_LENGTH = 100
"""How much of a name that the portal does not know is repeated in the error about it."""


# Errors


class PortalAPIError(exceptions.APIException):
    """A service error with its own status and code."""

    def __init__(self, error: PortalError) -> None:
        self.status_code = error.status
        super().__init__(detail=_sentence(error), code=error.code)


def _sentence(error: PortalError) -> str:
    if not isinstance(error, StaleVersion):
        return str(error)
    return f"{error} " + _("The version in force is %(version)s.") % {"version": error.current}


class PortalExceptionHandler(ExceptionHandler):
    """Standard error format for what services refuse: the same sentence as on the page."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, InvalidInput):
            return exceptions.ValidationError(
                {
                    ("non_field_errors" if field == NON_FIELD else field): [
                        str(message) for message in messages
                    ]
                    for field, messages in exc.errors.items()
                }
            )
        if isinstance(exc, PortalError):
            return PortalAPIError(exc)
        if isinstance(exc, RequestDataTooBig):
            return PortalAPIError(too_large())
        if isinstance(exc, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
            return exceptions.ParseError(unreadable(exc))
        return super().convert_known_exceptions(exc)


class PortalExceptionFormatter(ExceptionFormatter):
    """Tells a program what it must know to repeat: the version in force beside the sentence about it."""

    def format_error_response(self, error_response: ErrorResponse) -> Any:
        body = super().format_error_response(error_response)
        if isinstance(self.original_exc, StaleVersion):
            body["errors"][0] |= {"attr": "version", "current_version": self.original_exc.current}
        return body


# Bodies


class StrictSerializer(serializers.Serializer):
    """A body with exactly the declared fields: an unknown one is refused by name, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, self.fields, gettext_lazy("There is no such field."))
        return super().to_internal_value(data)

    def run_validation(self, data: Any = empty) -> Any:
        if data is None:
            message = exceptions.ErrorDetail(_("The body is empty: send a JSON object."), code="null")
            raise exceptions.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [message]})
        return super().run_validation(data)


class JsonTyped(serializers.Field):
    """A field that takes a JSON value of its own type only; a form has nothing but texts and is parsed."""

    json_type: type

    def run_validation(self, data: Any = empty) -> Any:
        is_given = data is not empty and data is not None
        # bool is a kind of int for Python, not for JSON
        if is_given and type(data) is not self.json_type and not is_html_input(self.root.initial_data):
            self.fail("json_type")
        return super().run_validation(data)


class TextField(JsonTyped, serializers.CharField):
    """A JSON string."""

    json_type = str
    default_error_messages = {"json_type": gettext_lazy("Write text in quotation marks.")}


class WholeNumberField(JsonTyped, serializers.IntegerField):
    """A JSON number without a fraction."""

    json_type = int
    default_error_messages = {"json_type": gettext_lazy("Write a whole number without quotation marks.")}


class FlagField(JsonTyped, serializers.BooleanField):
    """JSON true or false."""

    json_type = bool
    default_error_messages = {"json_type": gettext_lazy("Write true or false without quotation marks.")}


class InstantField(serializers.DateTimeField):
    """An instant with its offset from UTC; without one nobody knows which instant it is."""

    default_error_messages = {"naive": gettext_lazy("Say the time zone of the instant.")}

    def enforce_timezone(self, value: Any) -> Any:
        if value.tzinfo is None:
            self.fail("naive")
        return super().enforce_timezone(value)


def refuse_unknown(given: Iterable[str], known: Iterable[str], message: Any) -> None:
    """Raise a validation error that names everything given and not known."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise exceptions.ValidationError(
            {_shown(name): [exceptions.ErrorDetail(message, code="unknown")] for name in unknown}
        )


def _shown(name: str) -> str:
    """A foreign name that any answer can carry."""
    return str(name).encode("utf-8", "replace").decode()[:SHOWN_NAME_LENGTH]


# Views


class FileNegotiation(DefaultContentNegotiation):
    """For downloads: the file has one type, whatever the reader says he would like."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class PortalView(APIView):
    """A view of the API: everybody's rights from the scope, every query parameter known or refused."""

    http_method_names = METHODS
    query_parameters: tuple[str, ...] = ()
    """Parameters of the address that this view reads."""
    repeatable_parameters: frozenset[str] = frozenset()
    operation_id = ""
    """Name of the operation in the schema, where the one made of the address is clumsy."""
    is_open = False
    """For the schema: whether nobody needs to sign in, at least by a setting."""

    @property
    def scope(self) -> Scope:
        """Who is asking."""
        return scope_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        given = request.query_params
        refuse_unknown(given, self.known_parameters(), gettext_lazy("There is no such parameter."))
        for name in given:
            if len(given.getlist(name)) > 1 and name not in self.repeatable_parameters:
                message = exceptions.ErrorDetail(_("Give this parameter once."), code="repeated")
                raise exceptions.ValidationError({name: [message]})

    def known_parameters(self) -> set[str]:
        """Names that may stand after the question mark."""
        return set(self.query_parameters)


class PortalListView(PortalView, generics.ListAPIView):
    """A list by cursor pages. `orderings` maps the names of `?ordering=` to columns that are never empty."""

    orderings: Mapping[str, str] = {"id": "pk"}
    default_ordering = "id"
    filterset_class: Any = None

    def known_parameters(self) -> set[str]:
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return {*super().known_parameters(), *filters, "cursor", "page_size", "ordering"}


class PortalDetailView(PortalView, generics.GenericAPIView):
    """One object, shown by its serializer."""

    pagination_class = None
    filter_backends = ()


class NothingHere(PortalView):
    """Every address that the API does not have: the standard error instead of a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        self.perform_authentication(request)
        self.check_permissions(request)
        raise exceptions.NotFound


# Answers


def tagged(
    request: Request,
    tag: str,
    make: Callable[[], HttpResponseBase],
    changed_at: datetime | None = None,
    *,
    lasting: bool = False,
) -> HttpResponseBase:
    """The answer with its strong tag, or 304 without making it for a reader who has these very bytes.

    `tag` stands for the bytes; an empty one says that no cache may keep them. A shared cache may keep what the public
    sees and must ask each time, but for what never changes at its address (`lasting`). `changed_at`: when the bytes
    last changed; only the tag is compared, for what a reader sees depends on his rights.
    """
    if not tag:
        response = make()
        response["Cache-Control"] = "private, no-store"
        return response
    etag = f'"{tag}"'
    known = get_conditional_response(request._request, etag=etag)
    response = known if known is not None and known.status_code == 304 else make()
    response["ETag"] = etag
    if changed_at is not None:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    signed_in = bool(request.user and request.user.is_authenticated)
    public = LASTING_PUBLIC if lasting else "public, no-cache"
    response["Cache-Control"] = "private, no-cache" if signed_in else public
    patch_vary_headers(response, ("Authorization", "Cookie"))
    return response
