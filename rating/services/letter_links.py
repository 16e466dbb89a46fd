"""Signed links of letters: issued with the letter, revoked by the centre, each opening noted, each receipt once."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock, formatting
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.names import clean_name, tidy_letter, written
from common.scope import Scope
from notifications.services import keys_of_addresses, mail_queue
from rating import policies
from rating.enums import LetterKind, ReceiptWay
from rating.letter_keys import is_receipt_token, link_address, new_jti
from rating.letters import LANGUAGE
from rating.models import LetterLink, LetterOpening, LetterReceipt, RatingLetter, RegionScore, Slice
from rating.services.letter_rows import letter_row
from regions.models import AuthorityHead

NEW_LINK_KIND = "rating-letter-link"
REPEATED = timedelta(minutes=1)
"""Openings of one link that follow each other closer are one: a page that is loaded twice was opened once."""


def letter_link_for(score: RegionScore, head: AuthorityHead) -> str:
    """The address that the letter to this head about this score carries; the link is issued unless one opens already.

    The caller queues the letter in the same transaction. Made twice at the same instant it is the same address.
    """
    now = clock.now()
    own = LetterLink.objects.filter(slice=score.slice_id, region=score.region_id, head=head)
    link = own.open(now).select_related("slice").first()
    return link_address(link or _issue(score.slice, score.region_id, head))


def _issue(slice_: Slice, region: str, head: AuthorityHead) -> LetterLink:
    """The next link of a head; the one before no longer opens."""
    now = clock.now().replace(microsecond=0)
    earlier = LetterLink.objects.filter(slice=slice_, region=region, head=head)
    earlier.filter(revoked_at=None).update(revoked_at=now, reason=_("A new link replaces this one."))
    number = 1 + (earlier.order_by("-number").values_list("number", flat=True).first() or 0)
    return LetterLink.objects.create(
        slice=slice_,
        region_id=region,
        head=head,
        number=number,
        jti=new_jti(slice_, region, head.pk, number),
        issued_at=now,
        expires_at=now + timedelta(days=settings.LETTER_LINK_DAYS),
    )


@transaction.atomic
def letter_link_revoke(*, actor: Scope, letter_id: int, reason: str) -> LetterLink:
    """Take back the link that the letter carries: from now on it opens nothing.

    Raises Missing, NotAllowed, ImpossibleStep when no link of the letter opens, InvalidInput without a reason.
    """
    letter = _letter_of_centre(actor, letter_id)
    reason = written(reason)
    if not reason:
        raise InvalidInput({"reason": _("Say why the link is revoked.")})
    link = _open_link(letter)
    if link is None:
        raise ImpossibleStep(_("The link of this letter no longer opens."))
    link.revoked_at, link.revoked_by_id, link.reason = clock.now(), actor.user_id, reason
    link.save(update_fields=["revoked_at", "revoked_by", "reason"])
    return link


@transaction.atomic
def letter_link_renew(*, actor: Scope, letter_id: int) -> list[RatingLetter]:
    """Send the head a new link by a short mail to each of his addresses; the one before no longer opens.

    Raises Missing, NotAllowed, InvalidInput for what is no address, ImpossibleStep when there is none.
    """
    letter = _letter_of_centre(actor, letter_id)
    head = letter.head
    link = _issue(letter.slice, letter.region_id, head)
    start = (
        f"{NEW_LINK_KIND}:{letter.slice.period}:r{letter.slice.revision}:{letter.region_id}:{link.number}:"
    )
    sent = [
        _new_link_mail(letter, link, key, address)
        for key, address in keys_of_addresses(start, head.emails).items()
    ]
    if not sent:
        raise ImpossibleStep(_("The head of the authority has no e-mail address."))
    return sent


def _new_link_mail(letter: RatingLetter, link: LetterLink, key: str, address: str) -> RatingLetter:
    """A mail of a few lines; the letter itself is not sent again."""
    with translation.override(LANGUAGE):
        values = {
            "head": letter.head,
            "month": formatting.month_name(letter.slice.period),
            "region": letter.region,
            "url": link_address(link),
            "expires": formatting.date_long(clock.day_of(link.expires_at)),
            "is_demo": settings.IS_DEMO,
        }
        mail = mail_queue(
            key=key,
            kind=NEW_LINK_KIND,
            recipient_name=str(letter.head),
            recipient_email=address,
            subject=clean_name(render_to_string("emails/rating_letter_link_subject.txt", values)),
            text=tidy_letter(render_to_string("emails/rating_letter_link.txt", values)),
            html=render_to_string("emails/rating_letter_link.html", values),
        )
    return letter_row(
        slice_id=letter.slice_id,
        region=letter.region_id,
        head=letter.head,
        mail=mail,
        kind=LetterKind.NEW_LINK,
    )


def letter_opened(*, link: LetterLink, is_automatic: bool) -> None:
    """Note that the link was opened; the same opening loaded twice within REPEATED counts once."""
    now = clock.now()
    near = LetterOpening.objects.filter(link=link, is_automatic=is_automatic, at__gt=now - REPEATED)
    if not near.exists():
        LetterOpening.objects.create(link=link, at=now, is_automatic=is_automatic)


def receipt_by_link(*, link: LetterLink, token: str) -> LetterReceipt:
    """The button on the page behind the link. `token` proves that the page was open; pressing again changes nothing.

    Raises InvalidInput for a token of another page or an old one.
    """
    if not is_receipt_token(link, token):
        raise InvalidInput({"token": _("The page was open for too long. Press the button once more.")})
    return _received(link.slice, link.region_id, link.head, ReceiptWay.LINK)


def receipt_by_head(*, actor: Scope, letter_id: int) -> LetterReceipt:
    """The signed-in head of the region confirms. Raises Missing, NotAllowed for everybody else."""
    letter: RatingLetter = RatingLetter.objects.for_list().fetch(actor, pk=letter_id)
    if not policies.can_confirm_receipt(actor, letter.region_id):
        raise NotAllowed(_("Only the head of the region confirms that the letter has reached him."))
    return _received(letter.slice, letter.region_id, letter.head, ReceiptWay.SIGNED_IN, actor)


def receipt_by_centre(*, actor: Scope, letter_id: int, note: str) -> LetterReceipt:
    """The centre records what it was told, say by telephone. Raises Missing, NotAllowed, InvalidInput without words,
    ImpossibleStep when the receipt is confirmed already: a record never replaces the word of the head."""
    letter = _letter_of_centre(actor, letter_id)
    note = written(note)
    if not note:
        raise InvalidInput({"note": _("Say who confirmed the receipt, when and how.")})
    with transaction.atomic():
        hold(_place(letter.slice_id, letter.region_id))
        if LetterReceipt.objects.filter(slice=letter.slice_id, region=letter.region_id).exists():
            raise ImpossibleStep(_("The receipt of this letter is confirmed already."))
        return _received(letter.slice, letter.region_id, letter.head, ReceiptWay.CENTRE, actor, note)


def _received(
    slice_: Slice,
    region: str,
    head: AuthorityHead,
    way: ReceiptWay,
    actor: Scope | None = None,
    note: str = "",
) -> LetterReceipt:
    """The one receipt of a region and revision, written now unless it is there."""
    with transaction.atomic():
        hold(_place(slice_.pk, region))
        receipt, _created = LetterReceipt.objects.get_or_create(
            slice=slice_,
            region_id=region,
            defaults={
                "head": head,
                "confirmed_at": clock.now(),
                "way": way,
                "person_id": actor.user_id if actor else None,
                "note": note,
            },
        )
    return receipt


def _place(slice_id: int, region: str) -> str:
    return f"letter-receipt:{slice_id}:{region}"


def _letter_of_centre(actor: Scope, letter_id: int) -> RatingLetter:
    letter: RatingLetter = RatingLetter.objects.for_list().fetch(actor, pk=letter_id)
    if not policies.can_keep_letters(actor):
        raise NotAllowed(_("Only a controller or an administrator keeps the links and receipts of letters."))
    hold(f"letter-link:{letter.slice_id}:{letter.region_id}:{letter.head_id}")
    return letter


def _open_link(letter: RatingLetter) -> LetterLink | None:
    own = LetterLink.objects.filter(slice=letter.slice_id, region=letter.region_id, head=letter.head_id)
    return own.open(clock.now()).select_for_update().first()
