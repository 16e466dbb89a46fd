"""Pages before the sending: the letters of a slice as they would go, and the template of their words."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import InvalidInput, Missing, NotAllowed
from common.forms import add_refusal, attempt
from common.parts import page_or_part
from common.scope import scope_of
from rating import policies
from rating.letter_forms import ForeseenForm, LetterTemplateForm, OutgoingForm
from rating.letter_mail import PDF, XLSX
from rating.letter_paper import letter_pdf
from rating.letter_press import LetterNotSet, shipped_layout
from rating.letter_samples import sample_letters
from rating.letter_views import INERT
from rating.letter_words import words_checked
from rating.letter_workbook import letter_workbook
from rating.letters import LetterSource, compose_letter
from rating.lists import foreseen_slice
from rating.models import LetterTemplate, Slice
from rating.models.letter_templates import TEXT_FIELDS
from rating.presentation.foreseen import foreseen_headings
from rating.selectors.ledger import with_pictures
from rating.selectors.letter_numbers import numbering_of
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
from rating.services import (
    letter_numbers_set,
    letter_template_return,
    letter_template_save,
    letter_test_send,
)
from rating.services.letter_numbers import letters_are_numbered
from rating.services.letter_templates import NO_TABLE

PAGE_SIZE = 50
TONES = {Readiness.READY: "success", Readiness.UNCHANGED: "neutral"}


@require_safe
def letters_preview(request: HttpRequest, period: str, revision: int) -> HttpResponse:
    """All regions of a slice with their addressee and whether the letter can go."""
    return _foreseen_page(request, _slice(request, period, revision))


@require_POST
def letters_numbers(request: HttpRequest, period: str, revision: int) -> HttpResponse:
    """Give the letters of a slice their outgoing numbers, or take them away."""
    slice_, form = _slice(request, period, revision), OutgoingForm(request.POST)
    status, numbering = attempt(
        form, partial(letter_numbers_set, actor=scope_of(request), slice_id=slice_.pk)
    )
    if status != HTTPStatus.OK:
        return _foreseen_page(request, slice_, form, status)
    messages.success(
        request,
        _("The letters are numbered from %(number)s.") % {"number": numbering}
        if numbering
        else _("The numbers stay blank: they are written by hand."),
    )
    return redirect("rating:letters-preview", period=period, revision=revision)


def _foreseen_page(
    request: HttpRequest, slice_: Slice, numbers: OutgoingForm | None = None, status: int = 200
) -> HttpResponse:
    """`numbers` is the form of the numbers that was refused."""
    scope, rows = scope_of(request), foreseen_letters(slice_, clock.today())
    form = ForeseenForm(request.GET)
    is_valid = form.is_valid()
    found = form.narrowed(rows) if is_valid else []
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    numbering, is_fixed = numbering_of(slice_), letters_are_numbered(slice_)
    context = {
        "slice": slice_,
        "form": form,
        "page": page,
        "rows": [(row, TONES.get(row.state, "warning")) for row in page.object_list],
        "heads": foreseen_headings(request.GET.dict()) if is_valid else {},
        "ready": sum(row.state == Readiness.READY for row in rows),
        "total": len(rows),
        "template": template_in_force(),
        "may_edit": policies.can_edit_letter_template(scope),
        "own_address": getattr(request.user, "email", ""),
        "numbering": numbering,
        "numbers_are_refused": numbers is not None,
        "numbers": [row.outgoing.number for row in rows if row.outgoing],
        "numbers_form": (numbers or OutgoingForm(initial=model_to_dict(numbering) if numbering else None))
        if policies.can_publish(scope) and not is_fixed
        else None,
    }
    status = status if is_valid else HTTPStatus.BAD_REQUEST
    return page_or_part(request, "rating/letters_preview.html", "foreseen", context, status)


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
    """The words and the layout of the letter: the version in force, its change, its history."""
    scope = scope_of(request)
    if not policies.can_edit_letter_template(scope):
        raise NotAllowed(_("Only methodologists and administrators edit the template of the letter."))
    newest = template_in_force()
    if "shipped" in request.POST:
        return _template_page(request, _with_shipped_layout(request), newest)
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


def _with_shipped_layout(request: HttpRequest) -> LetterTemplateForm:
    """What stands in the form, with the layout of the portal; nothing is stored yet."""
    written = {name: request.POST.get(name, "") for name in (*TEXT_FIELDS, "note", "based_on")}
    return LetterTemplateForm(initial={**written, "layout": shipped_layout()})


def _template_page(
    request: HttpRequest, form: LetterTemplateForm, newest: LetterTemplate | None
) -> HttpResponse:
    history = LetterTemplate.objects.visible_to(scope_of(request)).select_related("author")
    layout = words_of(newest).layout
    context = {
        "form": form,
        "newest": newest,
        "history": history,
        "is_own_layout": layout in ("", shipped_layout()),
        "layout_is_open": "layout" in form.errors or "shipped" in request.POST,
    }
    return render(request, "rating/letter_template.html", context, status=400 if form.errors else 200)


def _template_preview(
    request: HttpRequest, form: LetterTemplateForm, newest: LetterTemplate | None
) -> HttpResponse:
    """The words and the layout that stand in the form on an invented letter, stored nowhere."""
    try:
        words = words_checked({field: form.cleaned_data[field] for field in TEXT_FIELDS})
        paper = letter_pdf(sample_letters(words)["red"], NO_TABLE)
    except InvalidInput as error:
        add_refusal(form, error)
    except LetterNotSet as error:
        form.add_error("layout", str(error))
    else:
        return file_response(paper, PDF, "letter.pdf", inline=True)
    return _template_page(request, form, newest)


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
    texts["layout"] = texts["layout"] or shipped_layout()
    return {**texts, "based_on": newest.number if newest else 0}


def _slice(request: HttpRequest, period: str, revision: int) -> Slice:
    scope = scope_of(request)
    slice_ = foreseen_slice(scope, slice_for(scope, period, revision))
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
