"""The letter that asks an authority to name its regional coordinator: subject, text and HTML of one addressee.

An official Russian form, whatever language its sender reads; its sentences stand in
`templates/emails/appointment_letter*`.
Nothing here asks the database or the clock, so the preview and the mail are the same letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import AppointmentCampaign, Membership
from common.names import clean_name, tidy_letter
from regions.models import AuthorityHead, Region

LANGUAGE = "ru"


@dataclass(frozen=True, slots=True)
class LetterSource:
    """All that one letter says: who asks, whom, of which region, and who is its coordinator on the day of writing."""

    campaign: AppointmentCampaign
    region: Region
    head: AuthorityHead
    current: Sequence[Membership]
    written_on: date
    is_reminder: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into the mail; text and HTML say the same."""

    subject: str
    text: str
    html: str


def default_text() -> str:
    """The text that a new campaign begins with."""
    return render_to_string("emails/appointment_letter_text.txt").strip()


def compose_letter(source: LetterSource) -> Letter:
    """The letter in Russian, dates as calendar days of Moscow."""
    with translation.override(LANGUAGE):
        values = {
            "campaign": source.campaign,
            "region": source.region,
            "head": source.head,
            "current": source.current,
            "written_on": source.written_on,
            "is_reminder": source.is_reminder,
            "paragraphs": re.split(r"\n{2,}", source.campaign.text),
            "is_demo": settings.IS_DEMO,
        }
        return Letter(
            subject=clean_name(render_to_string("emails/appointment_letter_subject.txt", values)),
            text=tidy_letter(render_to_string("emails/appointment_letter.txt", values)),
            html=render_to_string("emails/appointment_letter.html", values),
        )
