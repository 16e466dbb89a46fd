"""Pages before the sending: the letters of a slice as they would go, and the template of their words."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import InvalidInput, Missing, NotAllowed
from common.forms import add_refusal
from common.scope import scope_of
from rating import policies
from rating.letter_forms import LetterTemplateForm
from rating.letter_mail import PDF, XLSX
from rating.letter_paper import letter_pdf
from rating.letter_samples import sample_letters
from rating.letter_views import INERT
from rating.letter_words import words_checked
from rating.letter_workbook import letter_workbook
from rating.letters import LetterSource, compose_letter
from rating.models import LetterTemplate, Slice
from rating.models.letter_templates import TEXT_FIELDS
from rating.selectors.ledger import with_pictures
from rating.selectors.letters import (
    Readiness,
    all_losses,
    foreseen_letters,
    foreseen_source,
    printed_table,
    template_in_force,
    words_of,
)
from rating.selectors.tables import slice_for
from rating.services import letter_template_return, letter_template_save, letter_test_send
from rating.services.letter_templates import NO_TABLE

TONES = {Readiness.READY: "success", Readiness.UNCHANGED: "neutral"}


@require_safe
def letters_preview(request: HttpRequest, period: str, revision: int) -> HttpResponse:
    """All regions of a slice with their addressee and whether the letter can go."""
    slice_ = _slice(request, period, revision)
    rows = foreseen_letters(slice_, clock.today())
    context = {
        "slice": slice_,
        "rows": [(row, TONES.get(row.state, "warning")) for row in rows],
        "ready": sum(row.state == Readiness.READY for row in rows),
        "template": template_in_force(),
        "may_edit": policies.can_edit_letter_template(scope_of(request)),
        "own_address": getattr(request.user, "email", ""),
    }
    return render(request, "rating/letters_preview.html", context)


@require_safe
def preview_html(request: HttpRequest, period: str, revision: int, code: str) -> HttpResponse:
    """The HTML of the mail to one region as it would go today."""
    letter = compose_letter(_source(request, period, revision, code))
    response = HttpResponse(with_pictures(letter.html, letter.pictures))
    response["Content-Security-Policy"] = INERT
    return response


@require_safe
def preview_pdf(request: HttpRequest, period: str, revision: int, code: str) -> HttpResponse:
    """The paper of one region as it would go today."""
    source = _source(request, period, revision, code)
    return file_response(
        letter_pdf(source, printed_table(source.slice)), PDF, f"{period}-r{revision}-{code}.pdf", inline=True
    )


@require_safe
def preview_xlsx(request: HttpRequest, period: str, revision: int, code: str) -> HttpResponse:
    """The workbook of one region as it would go today."""
    source = _source(request, period, revision, code)
    losses = all_losses(source.slice, [code])[code]
    return file_response(letter_workbook(source, losses), XLSX, f"{period}-r{revision}-{code}.xlsx")


@require_POST
def preview_test(request: HttpRequest, period: str, revision: int, code: str) -> HttpResponse:
    """Send oneself the letter to one region."""
    slice_ = _slice(request, period, revision)
    address = getattr(request.user, "email", "")
    letter_test_send(actor=scope_of(request), slice=slice_, region_code=code, address=address)
    messages.success(request, _("The letter is on its way to you: %(address)s.") % {"address": address})
    return redirect("rating:letters-preview", period=period, revision=revision)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_template(request: HttpRequest) -> HttpResponse:
    """The words of the letter: the version in force, its change, its history."""
    scope = scope_of(request)
    if not policies.can_edit_letter_template(scope):
        raise NotAllowed(_("Only methodologists and administrators edit the template of the letter."))
    newest = template_in_force()
    form = LetterTemplateForm(request.POST or None, initial=_initial(newest))
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return _template_preview(request, form, newest)
        texts = {field: form.cleaned_data[field] for field in TEXT_FIELDS}
        try:
            saved = letter_template_save(
                actor=scope,
                texts=texts,
                note=form.cleaned_data["note"],
                based_on=form.cleaned_data["based_on"],
            )
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            words = _("Version %(number)s of the template is in force.") % {"number": saved.number}
            messages.success(request, words)
            return redirect("rating:letter-template")
    return _template_page(request, form, newest)


def _template_page(
    request: HttpRequest, form: LetterTemplateForm, newest: LetterTemplate | None
) -> HttpResponse:
    history = LetterTemplate.objects.visible_to(scope_of(request)).select_related("author")
    context = {"form": form, "newest": newest, "history": history}
    return render(request, "rating/letter_template.html", context, status=400 if form.errors else 200)


def _template_preview(
    request: HttpRequest, form: LetterTemplateForm, newest: LetterTemplate | None
) -> HttpResponse:
    """The words that stand in the form on an invented letter, stored nowhere."""
    try:
        words = words_checked({field: form.cleaned_data[field] for field in TEXT_FIELDS})
    except InvalidInput as error:
        add_refusal(form, error)
        return _template_page(request, form, newest)
    return file_response(letter_pdf(sample_letters(words)["red"], NO_TABLE), PDF, "letter.pdf", inline=True)


@require_POST
def letter_template_returned(request: HttpRequest, number: int) -> HttpResponse:
    """An earlier version once more, as a new one."""
    newest = template_in_force()
    saved = letter_template_return(
        actor=scope_of(request), number=number, based_on=newest.number if newest else 0
    )
    messages.success(request, _("Version %(number)s of the template is in force.") % {"number": saved.number})
    return redirect("rating:letter-template")


def _initial(newest: LetterTemplate | None) -> dict[str, Any]:
    words = words_of(newest)
    texts = {field: getattr(words, field) for field in TEXT_FIELDS}
    return {**texts, "based_on": newest.number if newest else 0}


def _slice(request: HttpRequest, period: str, revision: int) -> Slice:
    scope = scope_of(request)
    slice_ = slice_for(scope, period, revision)
    if not policies.can_preview_letters(scope):
        raise NotAllowed(_("Only the centre looks at letters before they are sent."))
    if slice_.revision != revision:
        raise Missing(_("There is no such month in the rating."))
    return slice_


def _source(request: HttpRequest, period: str, revision: int, code: str) -> LetterSource:
    slice_ = _slice(request, period, revision)
    return foreseen_source(slice_, code, clock.today(), words_of(template_in_force()))


def file_response(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file under a name that may be Russian (RFC 6266)."""
    disposition = content_disposition_header(not inline, name) or "inline"
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
