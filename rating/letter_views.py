"""Pages of the letters: the ledger of a month, one letter, and what a person decides about it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.step_up import step_up_required
from common import formatting
from common.errors import InvalidInput, Missing, NotAllowed
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from notifications import services as mail_services
from notifications.enums import MailState
from notifications.models import MailEvent
from notifications.policies import can_settle_mail
from rating import policies
from rating.formula import shift_period
from rating.letter_forms import LetterFilterForm, ReceiptForm, ResendForm, RevokeForm, SettleForm
from rating.letter_mail import PDF, XLSX
from rating.lists import TAKEN, letters_narrowed, month_of_ledger, require_reader_of_letters
from rating.models import RatingLetter, Slice
from rating.presentation.delivery import link_lines, mail_steps, reading_steps
from rating.presentation.letter_text import blocks_of
from rating.presentation.words import month_word
from rating.selectors.ledger import (
    attached_file,
    is_open_link,
    letter_history,
    letter_links,
    letter_months,
    letters_of,
    may_read_key,
    readable_mail,
    reading_counts,
    receipt_of,
    regions_of,
    sendable_slice,
    state_counts,
    with_readings,
)
from rating.services import (
    letter_link_renew,
    letter_link_revoke,
    letters_queue,
    receipt_by_centre,
    receipt_by_head,
)

PAGE_SIZE = 100
MEDIA_TYPES = {"pdf": PDF, "xlsx": XLSX}
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""The policy of a page that shows a stored mail: inline styles and its own pictures only, as a mail program does."""
TONES = {
    MailState.ACCEPTED: "success",
    MailState.DELIVERED: "success",
    MailState.UNCERTAIN: "warning",
    MailState.FAILED: "danger",
    MailState.BOUNCED: "danger",
}


@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """The ledger of one month, the newest by default."""
    scope = scope_of(request)
    require_reader_of_letters(scope)
    months = letter_months(scope)
    period = month_of_ledger(request.GET.get("month", ""), months)
    letters = letters_of(scope, period)
    counts, read = state_counts(letters.originals()), reading_counts(letters)
    form = LetterFilterForm(request.GET, regions=regions_of(letters))
    if not form.is_valid():
        raise InvalidInput(_("The list of letters has no such filter."))
    letters = letters_narrowed(letters, form)
    context = {
        "period": period,
        "months": _month_links(months, period) if period else {},
        "counts": [(count, TONES.get(count.state, "info")) for count in counts],
        "total": read.letters,
        "read": read,
        "form": form,
        "page": _with_steps(Paginator(letters, PAGE_SIZE).get_page(request.GET.get("page"))),
        "tones": TONES,
        "taken": TAKEN,
        "may_edit": policies.can_edit_letter_template(scope),
        "sendable": sendable_slice(period) if policies.can_publish(scope) else None,
    }
    return page_or_part(request, "rating/letters.html", "ledger", context)


def _with_steps(page: Page) -> Page:
    for letter in page.object_list:
        letter.steps = mail_steps(letter.mail)
    return page


@require_safe
def letter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what was written, to whom, and its way."""
    return _letter_page(request, _letter(request, pk))


def _letter(request: HttpRequest, pk: int) -> RatingLetter:
    letters = with_readings(RatingLetter.objects.for_reading())
    letter: RatingLetter = letters.fetch(scope_of(request), pk=pk)
    return letter


def _letter_page(
    request: HttpRequest, letter: RatingLetter, form: Any = None, status: int = 200, **refused: Any
) -> HttpResponse:
    """`form` is the one that was refused; without it an empty one of the kind that fits the state.

    `refused` is the form of the link or of the receipt that was.
    """
    scope = scope_of(request)
    mail = readable_mail(scope, letter)
    waits_for_person = letter.mail.state in (MailState.UNCERTAIN, MailState.FAILED, MailState.BOUNCED)
    may_settle = can_settle_mail(scope, letter.mail)
    if may_settle and form is None:
        form = SettleForm(letter=letter) if waits_for_person else ResendForm()
    context = {
        "letter": letter,
        "tone": TONES.get(MailState(letter.mail.state), "info"),
        "mail": mail,
        "blocks": blocks_of(mail.text),
        "is_centre": scope.is_centre,
        "may_take_bytes": scope.is_centre or may_read_key(scope, letter),
        "history": _timeline(letter_history(letter), replies=scope.is_centre),
        "form": form if may_settle else None,
        "waits_for_person": waits_for_person,
        **_reading(scope, letter),
        **refused,
    }
    return render(request, "rating/letter.html", context, status=status)


def _reading(scope: Scope, letter: RatingLetter) -> dict[str, Any]:
    """The way of a letter with its openings and its receipt, and what this person may do about them."""
    if letter.is_copy:
        return {"steps": mail_steps(letter.mail)}
    receipt, is_keeper = receipt_of(letter), policies.can_keep_letters(scope)
    links = letter_links(letter) if scope.is_centre else ()
    return {
        "steps": [*mail_steps(letter.mail), *reading_steps(letter, receipt)],
        "receipt": receipt,
        "may_confirm": receipt is None and policies.can_confirm_receipt(scope, letter.region_id),
        "receipt_form": ReceiptForm() if is_keeper and receipt is None else None,
        "links": link_lines(links),
        "keeps_links": is_keeper,
        "revoke_form": RevokeForm() if is_keeper and any(map(is_open_link, links)) else None,
    }


@require_safe
def letter_eml(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they were sent."""
    letter = _with_key(request, _letter(request, pk))
    name = f"{letter.slice.period}-r{letter.slice.revision}-{letter.region_id}.eml"
    return HttpResponse(
        bytes(letter.mail.payload),
        content_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def letter_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The paper or the workbook as it was sent; the paper carries the link of the head."""
    letter = _letter(request, pk)
    name, content = attached_file(letter if kind == "xlsx" else _with_key(request, letter), MEDIA_TYPES[kind])
    return HttpResponse(
        content,
        content_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": content_disposition_header(kind == "xlsx", name) or "inline"},
    )


def _with_key(request: HttpRequest, letter: RatingLetter) -> RatingLetter:
    """The letter for whoever may have the link in it: the head, and the centre, which must prove what was sent."""
    scope = scope_of(request)
    if scope.is_centre or may_read_key(scope, letter):
        return letter
    raise NotAllowed(
        _("The letter carries the personal link of the head. Coordinators get a copy without it.")
    )


@require_safe
def letter_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as it was sent; its styles stand in the elements, and nothing in it may run or load."""
    response = HttpResponse(readable_mail(scope_of(request), _letter(request, pk)).html)
    response["Content-Security-Policy"] = INERT
    return response


@require_POST
def mail_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """A person says what became of a letter of unknown fate or one that was refused."""
    letter = _letter(request, pk)
    form = SettleForm(request.POST, letter=letter)
    return _decide(request, letter, form, form.data.get("outcome", ""))


@require_POST
def letter_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter that the server already took once more, the same bytes."""
    return _decide(request, _letter(request, pk), ResendForm(request.POST), MailState.QUEUED)


def _decide(request: HttpRequest, letter: RatingLetter, form: Any, outcome: str) -> HttpResponse:
    if not scope_of(request).is_centre:
        raise NotAllowed(_("Only a controller or an administrator settles a mail."))
    if not can_settle_mail(scope_of(request), letter.mail) or form.is_valid():
        try:
            mail_services.mail_settle(
                actor=scope_of(request),
                mail_id=letter.mail_id,
                outcome=outcome,
                note=getattr(form, "cleaned_data", {}).get("note", ""),
            )
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The decision about the letter is recorded."))
            return redirect(letter)
    return _letter_page(request, letter, form, status=400)


@require_POST
def letter_received(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed-in head confirms that the letter has reached him."""
    receipt_by_head(actor=scope_of(request), letter_id=pk)
    messages.success(request, _("The receipt of the letter is confirmed."))
    return redirect("rating:letter", pk)


@require_POST
def letter_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The centre records what it was told about the receipt."""
    form = ReceiptForm(request.POST)
    return _kept(request, pk, form, "receipt_form", receipt_by_centre, _("The receipt is recorded."))


@require_POST
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the link of a letter."""
    form = RevokeForm(request.POST)
    return _kept(request, pk, form, "revoke_form", letter_link_revoke, _("The link no longer opens."))


def _kept(
    request: HttpRequest, pk: int, form: Any, name: str, act: Callable[..., Any], done: str
) -> HttpResponse:
    letter = _letter(request, pk)
    if not policies.can_keep_letters(scope_of(request)) or form.is_valid():
        values = getattr(form, "cleaned_data", {}) or dict.fromkeys(form.fields, "")
        try:
            act(actor=scope_of(request), letter_id=pk, **values)
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect(letter)
    return _letter_page(request, letter, status=400, **{name: form})


@require_POST
def link_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the head a new link instead of the one before."""
    sent = letter_link_renew(actor=scope_of(request), letter_id=pk)
    words = ngettext(
        "The new link is sent to %(count)s address.",
        "The new link is sent to %(count)s addresses.",
        len(sent),
    )
    messages.success(request, words % {"count": len(sent)})
    return redirect("rating:letter", pk)


@require_POST
@step_up_required
def letters_missing(request: HttpRequest) -> HttpResponse:
    """Queue letters to heads and addresses that were found after the month was published."""
    scope = scope_of(request)
    number = request.POST.get("slice", "")
    if not number.isdecimal():
        raise Missing(_("There is no such slice."))
    slice_: Slice = Slice.objects.select_related("methodology").fetch(scope, pk=number)
    queued = len(letters_queue(slice=slice_, actor=scope))
    messages.success(
        request,
        ngettext("%(count)s letter is queued.", "%(count)s letters are queued.", queued) % {"count": queued}
        if queued
        else _("No letter is missing: every head in office with an address has one."),
    )
    return redirect(f"{reverse('rating:letters')}?{urlencode({'month': slice_.period})}")


def _month_links(months: Sequence[str], period: str) -> dict[str, Any]:
    """What the month switch needs: months with letters, the shown one and its neighbours."""

    def address(month: str) -> str:
        return f"{reverse('rating:letters')}?{urlencode({'month': month})}"

    earlier = next((month for month in months if month < period), "")
    later = next((month for month in reversed(months) if month > period), "")
    return {
        "previous": month_word(earlier) if earlier else "",
        "previous_url": address(earlier) if earlier else "",
        "following": month_word(later or shift_period(period, 1)),
        "following_url": address(later) if later else "",
        "all": [
            {"label": formatting.month_title(month), "url": address(month), "current": month == period}
            for month in months
        ],
    }


def _timeline(events: Sequence[MailEvent], *, replies: bool) -> list[dict[str, Any]]:
    """Newest first, as every history; with what the servers said where `replies`."""
    return [
        {
            "at": event.at,
            "title": capfirst(event.get_state_display()),
            "who": str(event.actor) if event.actor else "",
            "text": event.text if replies or event.actor else "",
            "tone": TONES.get(MailState(event.state), ""),
        }
        for event in reversed(events)
    ]
