"""What became of the letters of the newest month of the demonstration, so that the ledger shows every state."""

from datetime import timedelta

from accounts.models import User
from accounts.selectors import scope_for
from common import clock
from notifications.enums import MailState, StaffTaskKind
from notifications.models import MailEvent, OutboundMail
from notifications.services import staff_task_open
from notifications.services.mail_moves import mail_bounce, mail_move
from rating.letter_keys import receipt_token
from rating.models import LetterLink, RatingLetter, Slice
from rating.services import letter_link_revoke, letter_opened, receipt_by_centre, receipt_by_link

WAIT = timedelta(hours=2)
"""Between the publication and what is told here."""
OPENED_EVERY, SCANNED_EVERY, CONFIRMED_EVERY = 2, 7, 4
USER_UNKNOWN = "550 5.1.1 User unknown"
TAKEN = "250 2.0.0 Ok"
LINE_LOST = "ConnectionResetError: [Errno 104] Connection reset by peer"
BY_TELEPHONE = "Получение подтвердила приёмная по телефону."


def live_with_letters() -> None:
    """Most letters arrive; one comes back, one is lost sight of; some are opened, some confirmed, a link is revoked."""
    slice_ = Slice.objects.filter(status="published").order_by("-period").first()
    if slice_ is None:
        return
    letters = list(
        RatingLetter.objects.originals().filter(slice=slice_).select_related("mail").order_by("region")
    )
    if len(letters) < OPENED_EVERY * CONFIRMED_EVERY:
        return
    returned, uncertain, told, revoked, *rest = letters
    mail_bounce(returned.mail, USER_UNKNOWN)
    _lose_sight_of(uncertain.mail)
    for letter in (told, revoked, *rest[::OPENED_EVERY]):
        mail_move(letter.mail, MailState.DELIVERED, TAKEN, TAKEN, clock.now())
    for number, letter in enumerate(rest):
        link = LetterLink.objects.get(slice=slice_, head=letter.head_id)
        if number % SCANNED_EVERY == 0:
            letter_opened(link=link, is_automatic=True)
        if number % OPENED_EVERY == 0:
            letter_opened(link=link, is_automatic=False)
        if number % CONFIRMED_EVERY == 0:
            receipt_by_link(link=link, token=receipt_token(link))
    controller = scope_for(User.objects.get(email="controller@centre.example"))
    receipt_by_centre(actor=controller, letter_id=told.pk, note=BY_TELEPHONE)
    letter_link_revoke(actor=controller, letter_id=revoked.pk, reason="Письмо переслано посторонним.")


def _lose_sight_of(mail: OutboundMail) -> None:
    OutboundMail.objects.filter(pk=mail.pk).update(accepted_at=None, state=MailState.UNCERTAIN)
    _step(mail, MailState.UNCERTAIN, LINE_LOST)
    staff_task_open(
        kind=StaffTaskKind.MAIL_UNCERTAIN,
        object_key=f"mail:{mail.pk}",
        title=mail.subject,
        reason=f"{mail.recipient_email}: {LINE_LOST}",
        link=mail.link,
    )


def _step(mail: OutboundMail, state: MailState, reply: str) -> None:
    mail.state, mail.server_reply = state, reply
    mail.save(update_fields=["state", "server_reply"])
    MailEvent.objects.create(mail=mail, at=clock.now(), state=state, text=reply)
