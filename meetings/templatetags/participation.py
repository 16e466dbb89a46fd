"""Marks of invitations and attendance in templates: ``{% load participation %}``."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.formatting import MINUS, NBSP, date_long
from meetings.selectors.attendance import ATTENDED, EXCUSED, MISSED, PARTLY, Presence
from meetings.wording import mark_words, presence_words

register = template.Library()

SIGNS = {ATTENDED: "●", PARTLY: "◐", MISSED: "✕", EXCUSED: "○"}
UNKNOWN_SIGN = "?"


@register.filter
def local_moment(instant: datetime) -> str:
    """An instant on the clock that it carries, without naming it: «4 марта 2026 г., 17:00»."""
    return f"{date_long(instant.date())}, {instant:%H:%M}"


@register.filter
def hours_ahead(hours: int) -> str:
    """How far a clock is from that of Moscow: «МСК+4»."""
    sign = "+" if hours > 0 else MINUS
    return _("MSK") + f"{sign}{abs(hours)}"


@register.filter
def whole(row: Any) -> bool | None:
    """Whether a region was there with all its clusters (True), nobody of it was (False), or something else."""
    if row.present and row.came == row.bring:
        return True
    return False if row.present is False and not row.came else None


@register.filter
def mark_said(row: Any) -> str:
    """«был», «не был», «не отмечен»."""
    return mark_words(row) or presence_words("")


@register.filter
def presence_said(kind: str) -> str:
    """What became of a region at a meeting."""
    return presence_words(kind)


@register.simple_tag
def presence_mark(kind: str) -> SafeString:
    """A sign with its meaning, for the legend."""
    sign = format_html(
        '<span class="presence presence--{}" aria-hidden="true">{}</span>',
        kind,
        SIGNS.get(kind, UNKNOWN_SIGN),
    )
    return format_html("{} {}", sign, presence_words(kind))


@register.simple_tag
def presence_sign(presence: Presence) -> SafeString:
    """A cell of the table: the sign, and how many of the clusters came; the words for those who hear it."""
    clusters = f"{NBSP}{presence.came}/{presence.bring}" if presence.bring else ""
    return format_html(
        '<span class="presence presence--{}" title="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span>{}'
        "</span>",
        presence.kind,
        presence_words(presence.kind),
        SIGNS.get(presence.kind, UNKNOWN_SIGN),
        presence_words(presence.kind),
        clusters,
    )
