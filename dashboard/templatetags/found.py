"""Found words, marked."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from common import marking

register = template.Library()


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text with the words that were looked for in `<mark>`."""
    return marking.marked(text, words)
