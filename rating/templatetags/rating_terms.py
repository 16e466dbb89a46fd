"""The words of a page of the rating, one click away."""

from typing import Any

from django import template

from rating.presentation.terms import terms_of

register = template.Library()


@register.inclusion_tag("rating/page_terms.html", takes_context=True)
def page_terms(context: template.Context, keys: str) -> dict[str, Any]:
    """What the words of this page mean, folded behind one line; `keys` are those of the glossary, parted by spaces."""
    return {"terms": terms_of(keys.split()), "leads_on": not context.get("by_link")}
