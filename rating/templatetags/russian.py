"""Word forms of the official letters, which exist in Russian only."""

from django import template

register = template.Library()


@register.filter
def forms(count: int, words: str) -> str:
    """The word that fits a number, of three: ``2|forms:"поручение,поручения,поручений"`` is «поручения»."""
    one, few, many = words.split(",")
    if 11 <= count % 100 <= 14:
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(count % 10, many)
