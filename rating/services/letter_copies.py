"""Copies of the letters for the coordinators: their own mails, marked as copies, without the link of the head."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.selectors import posts_on
from accounts.services.person_mails import person_mail_queue
from common.names import clean_name, tidy_letter
from common.scope import Role, Scope
from notifications.models import OutboundMail
from rating.enums import LetterKind
from rating.letters import LANGUAGE, Letter, LetterSource
from rating.models import RatingLetter
from rating.services.letter_rows import letter_row

COPY_KIND = "rating-letter-copy"
BODY = re.compile(r"<body[^>]*>")


def coordinators_to_tell(day: date) -> Mapping[str, list[User]]:
    """The coordinators of every region who are in office on the day and not on leave: two queries."""
    posts = posts_on(day, Role.COORDINATOR)
    people = User.objects.in_bulk({person for person, _region, _position in posts})
    found: dict[str, list[User]] = defaultdict(list)
    for person, region, _position in posts:
        found[region].append(people[person])
    return found


def letter_copies_queue(
    *, actor: Scope, source: LetterSource, letter: Letter, coordinators: Iterable[User]
) -> list[RatingLetter]:
    """Queue a copy of a letter for each of the coordinators who has none yet; the copies queued now.

    `letter` must be composed without the link of the head: that link is his alone.
    """
    start = f"{COPY_KIND}:{source.slice.period}:r{source.slice.revision}:{source.score.region_id}:"
    keys = {f"{start}{person.pk}": person for person in coordinators}
    written = set(OutboundMail.objects.filter(key__in=keys).values_list("key", flat=True))
    queued: list[RatingLetter] = []
    for key, person in keys.items():
        if key not in written:
            queued.extend(_copy(actor, source, letter, key, person))
    return queued


def _copy(actor: Scope, source: LetterSource, letter: Letter, key: str, person: User) -> list[RatingLetter]:
    """One copy; none, and a task of the staff, when the address is no address."""
    marked = marked_as_copy(letter, source)
    mail = person_mail_queue(
        actor=actor,
        person=person,
        failed=gettext_lazy("%(name)s: the copy of the letter was not sent"),
        key=key,
        kind=COPY_KIND,
        subject=marked.subject,
        text=marked.text,
        html=marked.html,
        pictures=marked.pictures,
        attachments=marked.attachments,
    )
    if mail is None:
        return []
    return [
        letter_row(
            slice_id=source.score.slice_id,
            region=source.score.region_id,
            head=source.head,
            mail=mail,
            kind=LetterKind.COPY,
            outgoing=source.outgoing,
        )
    ]


def marked_as_copy(letter: Letter, source: LetterSource) -> Letter:
    """The letter with a note above it that says what it is and to whom the letter went."""
    values = {"head": source.head}
    with translation.override(LANGUAGE):
        subject = clean_name(
            render_to_string("emails/rating_letter_copy_subject.txt", {"subject": letter.subject})
        )
        note = tidy_letter(render_to_string("emails/rating_letter_copy.txt", values)).strip()
        html = render_to_string("emails/rating_letter_copy.html", values)
    return replace(
        letter,
        subject=subject,
        text=f"{note}\n\n{letter.text}",
        html=BODY.sub(lambda body: body.group() + html, letter.html, count=1),
    )
