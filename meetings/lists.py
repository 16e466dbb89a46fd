"""The lists of this room as files: meetings, their agendas, proposals."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.errors import NotAllowed
from common.lists import Found, PortalList, conditions_of, object_in, register_lists
from common.scope import Scope
from common.sheets import Column
from meetings.forms import MeetingFilterForm
from meetings.models import Meeting
from meetings.selectors.agenda import agenda_of
from meetings.selectors.meetings import MeetingFilter, meeting_years, meetings_found
from meetings.selectors.proposals import proposals_of


def require_reader(scope: Scope) -> None:
    """Raises NotAllowed for whoever has nothing to do with meetings."""
    if not (scope.is_centre or scope.regions or scope.associations):
        raise NotAllowed(
            _("Meetings are seen by the centre, the regions and the associations that are invited.")
        )


def meeting_filter(scope: Scope, query: QueryDict) -> MeetingFilterForm:
    """The filter of the list as an address asks for it."""
    return MeetingFilterForm(query, years=meeting_years(scope), is_centre=scope.is_centre)


def narrowed(form: MeetingFilterForm) -> MeetingFilter:
    """What a form asks for; a damaged one narrows nothing."""
    chosen = form.cleaned_data if form.is_valid() else {}
    return MeetingFilter(
        chosen.get("state", ""), chosen.get("kind", ""), chosen.get("year"), chosen.get("q", "")
    )


def _meetings_found(scope: Scope, query: QueryDict) -> Found:
    require_reader(scope)
    form = meeting_filter(scope, query)
    conditions = conditions_of(form)
    return Found(meetings_found(scope, narrowed(form)), conditions)


def _meetings_columns(_scope: Scope) -> list[Column]:
    return [
        Column(pgettext("meeting", "Title"), lambda row: row.title, 50),
        Column(_("Kind"), lambda row: str(row.get_kind_display()), 18),
        Column(_("Begins"), lambda row: row.starts_at, 17),
        Column(_("Duration, minutes"), lambda row: row.duration_minutes, 12),
        Column(_("How people meet"), lambda row: str(row.get_form_display()), 20),
        Column(_("Place"), lambda row: row.place, 30),
        Column(_("State"), lambda row: str(row.get_state_display()), 18),
        Column(_("Questions"), lambda row: row.questions, 10),
        Column(_("Why it was cancelled"), lambda row: row.cancel_reason, 40),
    ]


def _agenda_found(scope: Scope, query: QueryDict) -> Found:
    meeting = Meeting.objects.fetch(scope, pk=object_in(query, "meeting"))
    return Found(agenda_of(scope, meeting).rows, [str(meeting)])


def _agenda_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("No."), lambda row: row.number, 6),
        Column(pgettext("agenda item", "Question"), lambda row: row.item.title, 60),
        Column(_("Source"), lambda row: str(row.item.get_source_display()), 24),
        Column(_("Figures"), lambda row: row.figures, 36),
        Column(_("Speaker"), lambda row: row.item.speaker, 30),
        Column(pgettext("agenda", "Minutes"), lambda row: row.item.minutes, 10),
        Column(_("Decisions"), lambda row: "; ".join(one.text for one in row.decisions), 60),
    ]


def _proposals_found(scope: Scope, _query: QueryDict) -> Found:
    require_reader(scope)
    return Found(proposals_of(scope))


def _proposals_columns(_scope: Scope) -> list[Column]:
    return [
        Column(pgettext("agenda item", "Question"), lambda row: row.title, 60),
        Column(_("Who proposes"), _whose, 36),
        Column(_("Proposed"), lambda row: row.proposed_at, 17),
        Column(_("State"), lambda row: str(row.get_state_display()), 18),
        Column(_("Meeting"), lambda row: str(row.meeting) if row.meeting else "", 40),
        Column(_("Why it was declined"), lambda row: row.decline_reason, 40),
    ]


def _whose(row: Any) -> str:
    place = row.region or row.association
    return str(place.name) if place else ""


LISTS = (
    PortalList("meetings", gettext_lazy("Meetings"), "meetings:meetings", _meetings_found, _meetings_columns),
    PortalList(
        "agenda", gettext_lazy("Agenda of the meeting"), "meetings:meeting", _agenda_found, _agenda_columns,
        of="meeting",
    ),
    PortalList(
        "proposals", gettext_lazy("Proposals for the agenda"), "meetings:proposals", _proposals_found,
        _proposals_columns,
    ),
)  # fmt: skip


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*LISTS)
