"""The words of a page of the rating, one click away, and the range that stands beside every place."""

from typing import Any

from django import template

from rating.presentation.terms import terms_of
from rating.presentation.words import places_words, range_words, signal_words

register = template.Library()
register.simple_tag(places_words, name="places")
register.simple_tag(range_words, name="place_range")
register.filter("signal_words", signal_words)


@register.inclusion_tag("rating/page_terms.html", takes_context=True)
def page_terms(context: template.Context, keys: str) -> dict[str, Any]:
    """What the words of this page mean, folded behind one line; `keys` are those of the glossary, parted by spaces."""
    return {"terms": terms_of(keys.split()), "leads_on": not context.get("by_link")}
