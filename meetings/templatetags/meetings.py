"""Where a thing was discussed, on its own page: ``{% load meetings %}``."""

from collections.abc import Mapping
from typing import Any

from django import template

from meetings.selectors.agenda import discussed_at

register = template.Library()


@register.inclusion_tag("meetings/discussed_panel.html", takes_context=True)
def discussed(context: Mapping[str, Any], **about: Any) -> dict[str, Any]:
    """The meetings at which this was on the agenda, as the reader sees them; nothing where there are none."""
    scope = context["scope"]
    return {"items": [] if scope.is_public else discussed_at(scope, **about)}
