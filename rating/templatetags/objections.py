"""Marks of objections in tables of other pages."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("rating/objections/mark.html", takes_context=True)
def objection_mark(context: template.Context, loss: Any) -> dict[str, Any]:
    """What stands at a loss: «under review», the answer, or where to object. Context: objections, slice."""
    objections, slice_ = context.get("objections"), context.get("slice")
    if objections is None or slice_ is None:
        return {}
    found = objections.by_execution.get(loss.execution_id)
    address = reverse("rating:object", args=[slice_.period, slice_.revision, loss.execution_id])
    may_file = objections.may_file and (found is None or found.state == "withdrawn")
    return {"objection": found, "url": address if may_file else "", "about": loss.execution.assignment.number}
