"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common.scope import scope_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The reader's scope and the mark of a demonstration."""
    return {"is_demo": settings.IS_DEMO, "scope": scope_of(request)}
