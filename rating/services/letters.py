"""Queueing the letters of a published slice, in the transaction that publishes it."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from notifications.services import keys_of_addresses, mail_queue
from rating import policies
from rating.letters import Letter, changed, compose_letter
from rating.models import RatingLetter, RegionScore, Slice
from rating.selectors.letters import letter_sources, replaced_scores
from rating.services.letter_copies import coordinators_to_tell, letter_copies_queue
from rating.services.letter_links import letter_link_for
from rating.services.letter_rows import letter_row
from regions.models import AuthorityHead, Region
from regions.selectors import heads_in_office
from regions.services import address_refused_report, addressee_report

KIND = "rating-letter"


@transaction.atomic
def letters_queue(*, slice: Slice, actor: Scope) -> list[RatingLetter]:
    """Queue one letter per address of the heads in office today; the letters queued now.

    Of a corrected revision only regions whose score, zone or place changed get one (methodology §8). A region without
    a head or an address opens a staff task. Pressing again adds only what is missing, so it also serves regions
    whose address was found later. The coordinators of a region get a copy, once.
    Raises NotAllowed, ImpossibleStep for a draft.
    """
    if not policies.can_publish(actor):
        raise NotAllowed(_("Only methodologists and administrators send the letters of a month."))
    if slice.is_draft:
        raise ImpossibleStep(_("Letters are sent about a published month only."))
    today = clock.today()
    replaced = replaced_scores(slice)
    concerned = _concerned(slice, replaced)
    heads = heads_in_office(today)
    with translation.override(settings.LANGUAGE_CODE):
        for region in concerned.values():
            addressee_report(
                actor=actor,
                region=region,
                head=heads.get(region.code),
                nobody=_("The letter about the rating has nobody to go to."),
                no_address=_("The letter about the rating was not sent."),
            )
    written = set(RatingLetter.objects.filter(slice=slice).values_list("mail__key", flat=True))
    addressed = {
        code: head for code, head in heads.items() if code in concerned and _keys(slice, code, head) - written
    }
    queued: list[RatingLetter] = []
    coordinators = coordinators_to_tell(today)
    for source in letter_sources(slice, addressed, replaced, today):
        letter = compose_letter(source, letter_link_for(source.score, source.head))
        for key, address in _recipients(slice, source.score.region_id, source.head).items():
            if key not in written:
                queued.extend(_queue(actor, source.score, source.head, letter, key, address))
        told = coordinators.get(source.score.region_id)
        if told:
            letter_copies_queue(actor=actor, source=source, letter=compose_letter(source), coordinators=told)
    return queued


def _concerned(slice_: Slice, replaced: Mapping[str, RegionScore] | None) -> dict[str, Region]:
    """The regions that get a letter about this revision, by code."""
    scores = slice_.scores.select_related("region").order_by("position")
    return {
        score.region_id: score.region
        for score in scores
        if replaced is None or changed(score, replaced.get(score.region_id))
    }


def _queue(
    actor: Scope, score: RegionScore, head: AuthorityHead, letter: Letter, key: str, address: str
) -> list[RatingLetter]:
    """One letter in the outbox; none, and a staff task, when the address is no address."""
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
        )
    except InvalidInput as refusal:
        with translation.override(settings.LANGUAGE_CODE):
            address_refused_report(actor=actor, region=score.region, reason=str(refusal))
        return []
    return [letter_row(slice_id=score.slice_id, region=score.region_id, head=head, mail=mail)]


def _recipients(slice_: Slice, region_code: str, head: AuthorityHead) -> dict[str, str]:
    """Addresses of a head by the key of their mail."""
    return keys_of_addresses(f"{KIND}:{slice_.period}:r{slice_.revision}:{region_code}:", head.emails)


def _keys(slice_: Slice, region_code: str, head: AuthorityHead) -> set[str]:
    return set(_recipients(slice_, region_code, head))
