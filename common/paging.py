"""Pages by key, not by offset: the depth of a page costs nothing."""

from rest_framework.pagination import CursorPagination


class PortalCursorPagination(CursorPagination):
    """Cursor pages of the API: 50 rows, 200 at most."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "pk"
