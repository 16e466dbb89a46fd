"""How a notice reads: ``{% load notices %}``."""

from django import template

from notifications.models import Notice
from notifications.notices import words_of_notice

register = template.Library()


@register.simple_tag
def notice_words(notice: Notice) -> str:
    """The sentence of a notice in the language of the reader."""
    return words_of_notice(notice.kind, notice.data)
