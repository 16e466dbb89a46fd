"""Attendance as files: regions over a period, every region at every meeting, one meeting with its clusters."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common.errors import NotAllowed
from common.formatting import date_short
from common.lists import Found, PortalList, conditions_of, object_in, portions, register_lists
from common.scope import Scope
from common.sheets import Column
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.models.participation import Attendance
from meetings.participation_forms import AttendanceFilterForm, ParticipantsFilterForm
from meetings.querysets import InvitationQuerySet
from meetings.selectors.attendance import (
    RegionRecord,
    presence_of,
    presence_rows,
    region_records,
)
from meetings.selectors.participation import invitations_of
from meetings.wording import answer_words, mark_words, presence_words
from regions.models import FederalDistrict, Region

CONDITIONS = {
    "silent": lambda row: not row.is_answered,
    "coming": lambda row: row.is_answered and not row.is_excused,
    "excused": lambda row: row.is_excused,
    "unmarked": lambda row: row.present is None,
    "absent": lambda row: row.present is False,
}
"""Which invited regions a choice of the filter keeps."""


def require_reader_of_attendance(scope: Scope) -> None:
    """Raises NotAllowed for whoever has neither a region nor an office of the centre."""
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("Attendance is read by the centre and by the regions, each its own."))


def district_choices() -> list[tuple[str, str]]:
    """Districts for the filters of this room."""
    return [(row.code, row.name) for row in FederalDistrict.objects.all()]


def attendance_filter(query: QueryDict) -> AttendanceFilterForm:
    """The filter of the page of attendance as an address asks for it."""
    return AttendanceFilterForm(query, district_choices())


def attendance_narrowed(scope: Scope, form: AttendanceFilterForm) -> list[RegionRecord]:
    """The regions that a valid form asks for, those that attend least first."""
    records = region_records(scope, form.period(), form.cleaned_data["district"])
    return [one for one in records if one.never_comes] if form.cleaned_data["never"] else records


def _attendance_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_attendance(scope)
    form = attendance_filter(query)
    conditions = conditions_of(form)
    return Found(attendance_narrowed(scope, form), conditions)


def _attendance_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row.region.name, 30),
        Column(_("Federal district"), lambda row: row.region.district.name, 30),
        Column(_("Invited, meetings"), lambda row: row.invited, 12),
        Column(_("Attended"), lambda row: row.attended, 12),
        Column(_("Missed with a good reason"), lambda row: row.excused, 14),
        Column(_("Missed"), lambda row: row.missed, 12),
        Column(_("Not marked"), lambda row: row.invited - row.known, 12),
        Column(_("Clusters that came"), lambda row: row.came, 12),
        Column(_("Clusters to bring"), lambda row: row.bring, 12),
        Column(_("Last attended"), lambda row: row.last.day if row.last else None, 14),
    ]


def _marks_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_attendance(scope)
    form = attendance_filter(query)
    conditions = conditions_of(form)
    rows = presence_rows(scope, form.period(), form.cleaned_data["district"])
    if form.cleaned_data["never"]:
        never = [one.region.pk for one in attendance_narrowed(scope, form)]
        rows = rows.filter(region__in=never)
    return Found(rows, conditions)


def _marks_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Meeting"), lambda row: row.meeting.title, 40),
        Column(_("Date"), lambda row: row.meeting.day, 12),
        Column(_("Region"), lambda row: row.region.name, 30),
        Column(_("Answer"), answer_words, 30),
        Column(_("Attendance"), lambda row: presence_words(presence_of(row).kind), 24),
        Column(_("Who attended"), lambda row: row.attendee, 30),
        Column(_("Clusters that came"), lambda row: row.came, 12),
        Column(_("Clusters to bring"), lambda row: row.bring, 12),
    ]


def participants_filter(query: QueryDict) -> ParticipantsFilterForm:
    """The filter of the regions of one meeting as an address asks for it."""
    return ParticipantsFilterForm(query, district_choices())


def participants_narrowed(scope: Scope, meeting: Meeting, form: ParticipantsFilterForm) -> list[Any]:
    """The invitations that a valid form asks for, by the name of the region."""
    chosen = form.cleaned_data
    rows: InvitationQuerySet = invitations_of(scope, meeting)
    if chosen["district"]:
        rows = rows.filter(region__district=chosen["district"])
    if chosen["words"]:
        rows = rows.filter(region__in=Region.objects.visible_to(scope).matching(chosen["words"]).values("pk"))
    keeps = CONDITIONS.get(chosen["state"])
    return [row for row in rows if keeps is None or keeps(row)]


def _meeting_found(scope: Scope, query: QueryDict) -> Found:
    meeting: Meeting = Meeting.objects.fetch(scope, pk=object_in(query, "meeting"))
    require_reader_of_attendance(scope)
    form = participants_filter(query)
    conditions = [meeting.title, date_short(meeting.day), *conditions_of(form)]
    return Found(participants_narrowed(scope, meeting, form), conditions)


def _with_clusters(_scope: Scope, rows: Iterable[Invitation]) -> Iterator[tuple[Invitation, Attendance, str]]:
    """A line for every region and under it one for each of its clusters."""
    for portion in portions(rows):
        found: dict[int, list[ClusterAttendance]] = {row.pk: [] for row in portion}
        clusters = ClusterAttendance.objects.filter(invitation__in=list(found)).select_related("cluster")
        for one in clusters.order_by("cluster__name_key", "cluster__code"):
            found[one.invitation_id].append(one)
        for row in portion:
            yield row, row, ""
            yield from ((row, one, one.cluster.display_name) for one in found[row.pk])


def _meeting_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), lambda line: line[0].region.name, 30),
        Column(_("Cluster"), lambda line: line[2] or pgettext("attendance", "coordinator"), 40),
        Column(_("Answer"), lambda line: answer_words(line[1]), 34),
        Column(_("Attendance"), lambda line: mark_words(line[1]), 20),
        Column(_("Who attended"), lambda line: line[1].attendee, 30),
        Column(_("How it was marked"), lambda line: line[1].get_marked_way_display(), 22),
        Column(_("Marked"), lambda line: line[1].marked_at, 17),
    ]


def register() -> None:
    """Make the lists of attendance known."""
    register_lists(
        PortalList(
            "attendance",
            gettext_lazy("Attendance of the regions"),
            "meetings:attendance",
            _attendance_found,
            _attendance_columns,
        ),
        PortalList(
            "attendance-marks",
            gettext_lazy("Attendance by meetings"),
            "meetings:attendance",
            _marks_found,
            _marks_columns,
        ),
        PortalList(
            "participants",
            gettext_lazy("Participants of the meeting"),
            "meetings:participants",
            _meeting_found,
            _meeting_columns,
            _with_clusters,
            of="meeting",
        ),
    )
