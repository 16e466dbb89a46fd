"""Composing and queueing the letters of a published slice.

A few letters are queued in the transaction that publishes; many are long work registered in it, so that nobody waits
for their pages. Either way each region stands for itself: what is queued stays queued, what is missing is added later.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from notifications.enums import StaffTaskKind
from notifications.long_work import Watch
from notifications.services import keys_of_addresses, long_task_start, mail_queue, staff_task_open
from rating import policies
from rating.letter_mail import whole_letter
from rating.letter_press import LetterNotSet
from rating.letters import Letter, LetterSource
from rating.models import RatingLetter, RegionScore, Slice
from rating.selectors.letter_numbers import numbers_of
from rating.selectors.letters import (
    COMPOSE,
    all_losses,
    compose_key,
    concerned_scores,
    foreseen_source,
    lacks_forms,
    letter_sources,
    printed_table,
    replaced_scores,
    template_in_force,
    words_of,
)
from rating.services.letter_copies import coordinators_to_tell, letter_copies_queue
from rating.services.letter_links import letter_link_for
from rating.services.letter_rows import letter_row
from regions.models import AuthorityHead
from regions.selectors import heads_in_office
from regions.services import address_refused_report, addressee_report

log = structlog.get_logger(__name__)

Write = Callable[[LetterSource], Letter]
"""Makes the letter of a source."""
MACHINE_FAULTS = (DatabaseError, InterfaceError, MemoryError, OSError)
"""What is no fault of a letter: the database, the memory, the disk."""
KIND = "rating-letter"
TEST_KIND = "rating-letter-test"


def letters_send(*, slice: Slice, actor: Scope) -> None:
    """See to the letters of a revision that is being published, in the caller's transaction.

    Up to LONG_LETTERS are composed at once, more by the worker after the commit. Raises as `letters_queue`.
    """
    concerned, _unchanged = concerned_scores(slice, replaced_scores(slice))
    heads = heads_in_office(clock.today())
    count = sum(score.region_id in heads for score in concerned)
    if actor.user_id is None or count <= settings.LONG_LETTERS:
        letters_queue(slice=slice, actor=actor)
        return
    _require_sendable(slice, actor)
    long_task_start(
        actor=actor,
        kind=COMPOSE,
        key=compose_key(slice),
        arguments={"slice": slice.pk, "letters": count},
    )


def letters_queue(*, slice: Slice, actor: Scope, watch: Watch | None = None) -> list[RatingLetter]:
    """Queue one letter per address of the heads in office today; the letters queued now.

    Of a corrected revision only regions whose score, zone or place changed get one (methodology §8). A region without
    a head, an address or the forms of a letter, or whose letter cannot be written, opens a staff task and stops no
    other.
    The coordinators of a region get a copy, once. Each region is queued in a transaction of its own, so running again
    adds only what is missing: it also serves addresses found later and a worker that died. Raises NotAllowed,
    ImpossibleStep for a draft.
    """
    _require_sendable(slice, actor)
    today = clock.today()
    replaced = replaced_scores(slice)
    concerned, _unchanged = concerned_scores(slice, replaced)
    heads = heads_in_office(today)
    with translation.override(settings.LANGUAGE_CODE):
        _report_missing(actor, concerned, heads)
    written = set(RatingLetter.objects.filter(slice=slice).values_list("mail__key", flat=True))
    addressed = {
        score.region_id: head
        for score in concerned
        if (head := heads.get(score.region_id)) is not None
        and not lacks_forms(head)
        and set(_recipients(slice, score.region_id, head)) - written
    }
    queued: list[RatingLetter] = []
    table, losses = printed_table(slice), all_losses(slice, addressed)
    words, coordinators = words_of(template_in_force()), coordinators_to_tell(today)
    sources = letter_sources(
        slice, addressed, replaced, today, words, numbers_of(slice, concerned, addressed)
    )
    for number, source in enumerate(sources, 1):
        write = partial(whole_letter, table=table, losses=losses[source.score.region_id])
        told = coordinators.get(source.score.region_id, ())
        queued.extend(_alone(actor, source, partial(_queue_region, actor, source, write, written)))
        _alone(actor, source, partial(_queue_copies, actor, source, write, told))
        if watch is not None:
            watch("letters", number, len(addressed))
    return queued


def _require_sendable(slice_: Slice, actor: Scope) -> None:
    if not policies.can_publish(actor):
        raise NotAllowed(_("Only methodologists and administrators send the letters of a month."))
    if slice_.is_draft:
        raise ImpossibleStep(_("Letters are sent about a published month only."))


@transaction.atomic
def _report_missing(
    actor: Scope, concerned: Sequence[RegionScore], heads: Mapping[str, AuthorityHead]
) -> None:
    """Staff tasks for the regions whose letter has nobody to go to, or no words to begin with."""
    for score in concerned:
        head = heads.get(score.region_id)
        missing = addressee_report(
            actor=actor,
            region=score.region,
            head=head,
            nobody=_("The letter about the rating has nobody to go to."),
            no_address=_("The letter about the rating was not sent."),
        )
        if head is not None and not missing and lacks_forms(head):
            _report_failure(
                actor,
                score,
                _("The letter was not sent: post, name in the dative or salutation of the head are missing."),
            )


def _report_failure(actor: Scope, score: RegionScore, reason: str) -> None:
    staff_task_open(
        kind=StaffTaskKind.MAIL_FAILED,
        object_key=score.region.task_key,
        title=_("%(region)s: the letter about the rating could not be written")
        % {"region": score.region.name_ru},
        reason=reason,
        link=score.region.get_absolute_url(),
        actor=actor,
    )


def _alone(actor: Scope, source: LetterSource, act: Callable[[], list[RatingLetter]]) -> list[RatingLetter]:
    """What `act`, a transaction of its own, queues for one region; nothing, and a staff task that says why, when it
    cannot be written.

    Whatever goes wrong while the letter is made is its own: another letter may be fine. Only where the machine fails
    (`MACHINE_FAULTS`) every other letter would fail as well, and a task about a region would be a lie: that goes up.
    """
    try:
        return act()
    except MACHINE_FAULTS:
        raise
    except Exception as error:
        log.exception("letter_not_written", region=source.score.region_id)
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            _report_failure(actor, source.score, _failure_words(error))
        return []


def _failure_words(error: Exception) -> str:
    if isinstance(error, LetterNotSet):
        return _("The page of the letter could not be set: %(reason)s") % {"reason": error}
    reason = f"{type(error).__name__}: {error}"
    return _("The letter could not be written, the fault is in the portal or its data: %(reason)s") % {
        "reason": reason
    }


@transaction.atomic
def _queue_region(
    actor: Scope, source: LetterSource, write: Write, written: Collection[str]
) -> list[RatingLetter]:
    """The letters to all addresses of one head that have none yet, with his link.

    The row of the slice keeps two workers apart.
    """
    Slice.objects.select_for_update(of=("self",)).get(pk=source.slice.pk)
    letter = write(replace(source, link=letter_link_for(source.score, source.head)))
    queued: list[RatingLetter] = []
    for key, address in _recipients(source.slice, source.score.region_id, source.head).items():
        if key not in written and not RatingLetter.objects.filter(mail__key=key).exists():
            queued.extend(_queue(actor, source, letter, key, address))
    return queued


@transaction.atomic
def _queue_copies(
    actor: Scope, source: LetterSource, write: Write, coordinators: Sequence[User]
) -> list[RatingLetter]:
    """Copies for the coordinators, without the link of the head."""
    if not coordinators:
        return []
    return letter_copies_queue(actor=actor, source=source, letter=write(source), coordinators=coordinators)


@transaction.atomic
def letter_test_send(*, actor: Scope, slice: Slice, region_code: str, address: str) -> None:
    """Send oneself the letter to one region as it would go today, marked as a test and in no ledger.

    Raises NotAllowed, Missing where the letter cannot be written, InvalidInput for an address that is none.
    """
    if not policies.can_preview_letters(actor):
        raise NotAllowed(_("Only the centre looks at letters before they are sent."))
    words = words_of(template_in_force())
    source = foreseen_source(slice, region_code, clock.today(), words)
    letter = whole_letter(source, printed_table(slice), all_losses(slice, [region_code])[region_code])
    instant = clock.now().isoformat()
    mail_queue(
        key=f"{TEST_KIND}:{slice.period}:r{slice.revision}:{region_code}:{actor.user_id}:{instant}",
        kind=TEST_KIND,
        recipient_name="",
        recipient_email=address,
        subject=f"Проверка. {letter.subject}",
        text=letter.text,
        html=letter.html,
        pictures=letter.pictures,
        attachments=letter.attachments,
    )


def _queue(actor: Scope, source: LetterSource, letter: Letter, key: str, address: str) -> list[RatingLetter]:
    """One letter in the outbox; none, and a staff task, when the address is no address."""
    score, head = source.score, source.head
    try:
        mail = mail_queue(
            key=key,
            kind=KIND,
            recipient_name=str(head),
            recipient_email=address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            pictures=letter.pictures,
            attachments=letter.attachments,
        )
    except InvalidInput as refusal:
        with translation.override(settings.LANGUAGE_CODE):
            address_refused_report(actor=actor, region=score.region, reason=str(refusal))
        return []
    outgoing = source.outgoing
    return [
        letter_row(slice_id=score.slice_id, region=score.region_id, head=head, mail=mail, outgoing=outgoing)
    ]


def _recipients(slice_: Slice, region_code: str, head: AuthorityHead) -> dict[str, str]:
    """Addresses of a head by the key of their mail."""
    return keys_of_addresses(f"{KIND}:{slice_.period}:r{slice_.revision}:{region_code}:", head.emails)
