"""The row that binds a mail to the month, the region and the head whom it is about."""

from notifications.models import OutboundMail
from rating.enums import LetterKind
from rating.letters import Outgoing
from rating.models import RatingLetter
from regions.models import AuthorityHead


def letter_row(
    *,
    slice_id: int,
    region: str,
    head: AuthorityHead,
    mail: OutboundMail,
    kind: LetterKind = LetterKind.LETTER,
    outgoing: Outgoing | None = None,
) -> RatingLetter:
    """A line of the ledger; the staff settles the mail on its page."""
    row = RatingLetter.objects.create(
        slice_id=slice_id,
        region_id=region,
        head=head,
        mail=mail,
        kind=kind,
        outgoing_number=outgoing.number if outgoing else "",
        outgoing_on=outgoing.day if outgoing else None,
    )
    mail.link = row.get_absolute_url()
    mail.save(update_fields=["link"])
    return row
