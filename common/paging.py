"""Pages by key, not by offset: the depth of a page costs nothing and rows that come or go shift no page."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from django.core import signing
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

CURSOR_SALT = "api.cursor"


class _Cursor(NamedTuple):
    """Where a page begins: after (or, going back, before) the row with these values of the ordering."""

    backward: bool
    values: list[Any]


def _refusal(parameter: str, message: str) -> ValidationError:
    return ValidationError({parameter: [ErrorDetail(message, code="invalid")]})


class PortalCursorPagination(BasePagination):
    """Cursor pages of the API: 50 rows, 200 at most, in an order that the view allows.

    Rows with equal values are told apart by their key, so a walk meets every row once, however many share a day.
    A cursor is signed and belongs to one list and one order.
    """

    page_size: ClassVar[int] = 50
    max_page_size: ClassVar[int] = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        size = self._size()
        order = self._order(view)
        self.label = f"{queryset.model._meta.label_lower}:{','.join(order)}"
        self.order = order
        cursor = self._cursor()
        backward = cursor is not None and cursor.backward
        rows = queryset.order_by(*(_turned(order) if backward else order))
        if cursor is not None:
            rows = rows.filter(_beyond(order, cursor))
        found = list(rows[: size + 1])
        more, page = len(found) > size, found[:size]
        if backward:
            page.reverse()
        self.has_next = backward or more
        self.has_previous = more if backward else cursor is not None
        self.page = page
        return page

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(self.page[-1], backward=False) if self.has_next and self.page else None,
                "previous": (
                    self._link(self.page[0], backward=True) if self.has_previous and self.page else None
                ),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "Address of the following page; null on the last one."},
                "previous": {**link, "description": "Address of the preceding page; null on the first one."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        orderings = sorted(_orderings(view))
        return [
            _parameter("cursor", {"type": "string"}, "Where the page begins, from `next` or `previous`."),
            _parameter(
                "page_size",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                },
                "Rows of a page.",
            ),
            _parameter(
                "ordering",
                {
                    "type": "string",
                    "enum": [*orderings, *(f"-{name}" for name in orderings)],
                    "default": getattr(view, "default_ordering", "id"),
                },
                "Order of the list; with a minus from the greatest.",
            ),
        ]

    def _size(self) -> int:
        text = self.request.query_params.get("page_size")
        if text is None:
            return self.page_size
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= self.max_page_size:
            raise _refusal("page_size", _("Give a number from 1 to %(most)s.") % {"most": self.max_page_size})
        return number

    def _order(self, view: APIView | None) -> tuple[str, ...]:
        """The columns of the order, the key last, all in one direction."""
        allowed = _orderings(view)
        asked = str(self.request.query_params.get("ordering") or getattr(view, "default_ordering", "id"))
        minus = "-" if asked.startswith("-") else ""
        column = allowed.get(asked.removeprefix("-"))
        if column is None:
            raise _refusal("ordering", _("Choose one of: %(names)s.") % {"names": ", ".join(sorted(allowed))})
        return (f"{minus}pk",) if column == "pk" else (f"{minus}{column}", f"{minus}pk")

    def _cursor(self) -> _Cursor | None:
        text = self.request.query_params.get("cursor")
        if text is None:
            return None
        try:
            label, backward, values = signing.loads(text, salt=CURSOR_SALT)
        except (signing.BadSignature, ValueError) as error:
            raise self._strange_cursor() from error
        if label != self.label:
            raise self._strange_cursor()
        return _Cursor(bool(backward), values)

    @staticmethod
    def _strange_cursor() -> ValidationError:
        return _refusal("cursor", _("This is no cursor of this list in this order: begin again without it."))

    def _link(self, row: Model, *, backward: bool) -> str:
        values = [_value(row, name.removeprefix("-")) for name in self.order]
        cursor = signing.dumps([self.label, backward, values], salt=CURSOR_SALT)
        url = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(url, "cursor", cursor)


def _orderings(view: APIView | None) -> Mapping[str, str]:
    return getattr(view, "orderings", {"id": "pk"})


def _turned(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _beyond(order: tuple[str, ...], cursor: _Cursor) -> Q:
    """Rows on the far side of the cursor; the first condition alone lets an index find the place."""
    names = [name.removeprefix("-") for name in order]
    sign = "lt" if order[0].startswith("-") != cursor.backward else "gt"
    if len(names) == 1:
        return Q(**{f"{names[0]}__{sign}": cursor.values[0]})
    (first, key), (value, key_value) = names, cursor.values
    after = Q(**{f"{first}__{sign}": value}) | Q(**{f"{key}__{sign}": key_value})
    return Q(**{f"{first}__{sign}e": value}) & after


def _value(row: Model, name: str) -> Any:
    value = getattr(row, name)
    return value if isinstance(value, int | str) else value.isoformat()


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
