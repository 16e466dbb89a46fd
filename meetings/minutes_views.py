"""The protocol of a meeting: its text, its way from the draft to the issue, its files."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assignments.forms import VersionForm
from assignments.policies import can_draft
from assignments.views import read_or_write
from common.errors import ImpossibleStep, InvalidInput, Missing, StaleVersion
from common.forms import attempt
from common.http import DOCX, PDF
from common.scope import Scope, scope_of
from files.http import file_response
from meetings import policies
from meetings.minutes_forms import MinutesForm, RemarkForm, ReopenForm, ScanForm, SendForm, SignForm
from meetings.models import Meeting, MeetingProtocol, ProtocolApproval
from meetings.papers.content import file_name, paper_of
from meetings.papers.docx import TemplateFailed, docx_of, template_bytes
from meetings.papers.pdf import pdf_of
from meetings.presentation.minutes import STEPS, history_of, rounds_shown, step_of, text_rows
from meetings.selectors.minutes import (
    approvals_waiting,
    minutes_of_meeting,
    remarks_by_item,
    standing_of,
)
from meetings.services.approvals import approval_agree, approval_remark, approvals_withdraw, minutes_send
from meetings.services.issuing import minutes_issue, minutes_scan, minutes_sign
from meetings.services.minutes import minutes_change, minutes_make, minutes_reopen
from meetings.services.minutes_locks import require_draft, require_maker

TYPES = {"docx": DOCX, "pdf": PDF}


def _found(request: HttpRequest, pk: int) -> tuple[Meeting, MeetingProtocol | None]:
    """The meeting and its protocol; whoever is asked to approve need not be invited to the meeting."""
    scope = scope_of(request)
    rows = MeetingProtocol.objects.visible_to(scope).filter(meeting=pk)
    minutes = rows.select_related("meeting", "protocol", "template").first()
    meeting = minutes.meeting if minutes else Meeting.objects.fetch(scope, pk=pk)
    return meeting, minutes and minutes_of_meeting(scope, meeting)


def _minutes(request: HttpRequest, pk: int) -> MeetingProtocol:
    _meeting, minutes = _found(request, pk)
    if minutes is None:
        raise Missing(_("The protocol of the meeting has not been made yet."))
    return minutes


@require_safe
def protocol(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the protocol stands, its text, what may be done now."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, status: int = 200, **refused: Any) -> HttpResponse:
    """`refused` is the form of an act that was refused, with everything typed in it."""
    scope = scope_of(request)
    meeting, minutes = _found(request, pk)
    context: dict[str, Any] = {
        "meeting": meeting,
        "minutes": minutes,
        "tab": "protocol",
        "steps": STEPS,
        "step": step_of(minutes),
        "is_centre": scope.is_centre,
        "may_make": policies.can_make_protocol(scope),
        "make_form": VersionForm(initial={"version": meeting.version}),
        "history": history_of(scope, meeting),
    }
    if minutes:
        context |= _text(scope, minutes) | _acts(scope, minutes)
    return render(request, "meetings/protocol/page.html", context | refused, status=status)


def _text(scope: Scope, minutes: MeetingProtocol) -> dict[str, Any]:
    standing = standing_of(minutes)
    shown = standing.last if minutes.is_draft and scope.is_centre else None
    remarks = remarks_by_item(shown)
    last = standing.last
    own = [row for row in (last.approvals if last else ()) if policies.can_approve(scope, row)]
    return {
        "paper": standing.paper,
        "rows": text_rows(standing.paper, remarks),
        "remarks": remarks.get(0, ()),
        "standing": standing,
        "rounds": rounds_shown(standing.rounds) if scope.is_centre else (),
        "is_sent": minutes.is_draft and bool(last and last.is_open),
        "own_approval": own[0] if own and minutes.is_draft else None,
        "may_see_draft": bool(minutes.protocol)
        and (can_draft(scope) or scope.is_centre or minutes.is_issued),
    }


def _acts(scope: Scope, minutes: MeetingProtocol) -> dict[str, Any]:
    """Empty forms of what may be done in this state."""
    if not policies.can_make_protocol(scope):
        return {"agree_form": VersionForm(initial={"version": minutes.version})}
    seen = {"version": minutes.version}
    signable = minutes.is_agreed or minutes.is_signed
    return {
        "agree_form": VersionForm(initial=seen),
        "withdraw_form": VersionForm(initial=seen),
        "send_form": SendForm(initial=seen, meeting=minutes.meeting) if minutes.is_draft else None,
        "sign_form": SignForm.of(minutes) if minutes.is_agreed else None,
        "reopen_form": ReopenForm(initial=seen) if signable else None,
        "scan_form": ScanForm(initial=seen) if minutes.is_signed or minutes.is_issued else None,
    }


def _done(
    request: HttpRequest, pk: int, name: str, form: Any, act: Callable[..., Any], words: str
) -> HttpResponse:
    """Do an act of a form of the page; what is refused stands on the page, with everything typed kept."""
    _minutes(request, pk)
    done = attempt(form, act)
    if done.status == 200:
        messages.success(request, words)
        return redirect("meetings:protocol", pk)
    return _page(request, pk, done.status, **{name: form})


# The draft


@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the protocol of the closed meeting, or make it anew."""
    scope, form = scope_of(request), VersionForm(request.POST)
    _found(request, pk)
    done = attempt(form, partial(minutes_make, actor=scope, meeting_id=pk))
    if done.status == 200:
        messages.success(request, _("The protocol is made. Check the text and send it for approval."))
        return redirect("meetings:protocol", pk)
    return _page(request, pk, done.status, make_refused=form)


@read_or_write
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Number, control and notes of a draft."""
    scope, minutes = scope_of(request), _minutes(request, pk)
    _require_maker_of_draft(scope, minutes)
    form, status = MinutesForm.of(minutes), 200
    if request.method == "POST":
        form = MinutesForm(request.POST)
        done = attempt(form, partial(minutes_change, actor=scope, meeting_id=pk))
        if done.status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect("meetings:protocol", pk)
        status = done.status
    context = {"form": form, "minutes": minutes, "meeting": minutes.meeting}
    return render(request, "meetings/protocol/edit.html", context, status=status)


def _require_maker_of_draft(scope: Scope, minutes: MeetingProtocol) -> None:
    require_maker(scope)
    require_draft(minutes)


# Approval


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft for approval."""
    form = SendForm(request.POST, meeting=_minutes(request, pk).meeting)
    act = partial(minutes_send, actor=scope_of(request), meeting_id=pk)
    return _done(request, pk, "send_form", form, act, _("The protocol is sent for approval."))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the sending back."""
    act = partial(approvals_withdraw, actor=scope_of(request), meeting_id=pk)
    return _done(
        request, pk, "withdraw_form", VersionForm(request.POST), act, _("The sending is taken back.")
    )


def _asked(request: HttpRequest, pk: int) -> ProtocolApproval:
    rows = ProtocolApproval.objects.select_related("minutes__meeting", "minutes__protocol")
    approval: ProtocolApproval = rows.fetch(scope_of(request), pk=pk)
    return approval


@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the text that was sent."""
    approval = _asked(request, pk)
    act = partial(approval_agree, actor=scope_of(request), approval_id=pk)
    meeting = approval.minutes.meeting_id
    return _done(
        request,
        meeting,
        "agree_refused",
        VersionForm(request.POST),
        act,
        _("You have agreed to the protocol."),
    )


@read_or_write
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the protocol with remarks, each at its place."""
    approval, scope = _asked(request, pk), scope_of(request)
    minutes = approval.minutes
    if not policies.can_approve(scope, approval) or not minutes.is_draft:
        approval_remark(actor=scope, approval_id=pk, version=minutes.version)  # says why not
    paper = paper_of(minutes)
    form, status = RemarkForm(initial={"version": minutes.version}, items=paper.items), 200
    if request.method == "POST":
        form = RemarkForm(request.POST, items=paper.items)
        status = _remarked(form, scope, pk)
        if status == 200:
            messages.success(request, _("The protocol is returned with your remarks."))
            return redirect("meetings:approvals")
    context = {"form": form, "paper": paper, "minutes": minutes, "meeting": minutes.meeting}
    return render(request, "meetings/protocol/remark.html", context, status=status)


def _remarked(form: RemarkForm, scope: Scope, pk: int) -> int:
    """Write the remarks; after a change of the text the form carries the version in force and everything typed."""

    def act(version: int | None, remark: str, **_questions: str) -> ProtocolApproval:
        try:
            return approval_remark(
                actor=scope, approval_id=pk, version=version, remark=remark, at_items=form.at_items()
            )
        except StaleVersion as error:
            typed: Any = form.data.copy()  # type: ignore[attr-defined]
            typed["version"] = str(error.current)
            form.data = typed
            raise

    return attempt(form, act).status


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for my approval."""
    rows = approvals_waiting(scope_of(request))
    return render(request, "meetings/protocol/approvals.html", {"rows": rows})


# Signature and issue


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the signature."""
    act = partial(minutes_sign, actor=scope_of(request), meeting_id=pk)
    return _done(request, pk, "sign_form", SignForm(request.POST), act, _("The signature is recorded."))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the protocol to its draft."""
    act = partial(minutes_reopen, actor=scope_of(request), meeting_id=pk)
    words = _("The protocol is a draft again and must be approved anew.")
    return _done(request, pk, "reopen_form", ReopenForm(request.POST), act, words)


@read_or_write
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then issue the protocol with its assignments."""
    scope, minutes = scope_of(request), _minutes(request, pk)
    form, status = VersionForm(initial={"version": minutes.version}), 200
    if request.method == "POST":
        form = VersionForm(request.POST)
        done = attempt(form, partial(minutes_issue, actor=scope, meeting_id=pk))
        if done.status == 200:
            count = done.result.executions
            words = ngettext(
                "The protocol is issued: %(count)s execution.",
                "The protocol is issued: %(count)s executions.",
                count,
            )
            messages.success(request, words % {"count": count})
            return redirect("meetings:protocol", pk)
        status = done.status
    else:
        _require_issuable(scope, minutes)
    context = {"form": form, "minutes": minutes, "meeting": minutes.meeting, "standing": standing_of(minutes)}
    return render(request, "meetings/protocol/issue.html", context, status=status)


def _require_issuable(scope: Scope, minutes: MeetingProtocol) -> None:
    require_maker(scope)
    if not minutes.is_signed:
        raise ImpossibleStep(_("Only a signed protocol is issued."))


@require_POST
def scan_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the scan of the signed paper."""
    form, scope = ScanForm(request.POST, request.FILES), scope_of(request)

    def act(version: int | None, file: Any) -> MeetingProtocol:
        return minutes_scan(actor=scope, meeting_id=pk, version=version, upload=file)

    return _done(request, pk, "scan_form", form, act, _("The scan is attached."))


# Files


@require_safe
def document(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The document as DOCX or PDF: of a draft as it stands, from the agreement on always the same bytes."""
    minutes = _minutes(request, pk)
    stored = getattr(minutes, form)
    if stored:
        return file_response(stored)
    paper = paper_of(minutes)
    try:
        content = pdf_of(paper, minutes.meeting.day) if form == "pdf" else docx_of(paper, template_bytes())
    except TemplateFailed as error:
        raise InvalidInput(
            _("The document cannot be made by the template in force: upload it anew. Reason: %(reason)s")
            % {"reason": error}
        ) from error
    headers = {
        "Content-Disposition": content_disposition_header(True, file_name(minutes, form)) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=TYPES[form], headers=headers)


@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of the signed paper."""
    minutes = _minutes(request, pk)
    if minutes.scan is None:
        raise Missing(_("No scan is attached."))
    return file_response(minutes.scan)
