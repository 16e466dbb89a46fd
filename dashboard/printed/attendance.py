"""The attendance sheet of a meeting: who is invited, what was answered, who came; with a place to sign."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.documents import RIGHT, Document, Facts, Table, TableColumn
from common.formatting import date_time, number
from common.scope import Scope
from dashboard.printed import framed, nothing, refuse_endless
from dashboard.selectors.places import coordinators_in_words
from meetings.models import ClusterAttendance, Invitation, Meeting
from meetings.selectors.participation import invitations_of, tally_of
from meetings.wording import answer_words, mark_words


def attendance_document(scope: Scope, meeting_id: int) -> Document:
    """Raises Missing for no such meeting. A region reads its own rows alone."""
    meeting: Meeting = Meeting.objects.fetch(scope, pk=meeting_id)
    rows = list(invitations_of(scope, meeting))
    clusters: dict[int, list[ClusterAttendance]] = defaultdict(list)
    found = ClusterAttendance.objects.visible_to(scope).filter(invitation__meeting=meeting)
    for one in found.select_related("cluster").order_by("cluster__name_key", "cluster__code"):
        clusters[one.invitation_id].append(one)
    refuse_endless(len(rows) + sum(map(len, clusters.values())))
    about = [meeting.title, date_time(meeting.starts_at)]
    if meeting.place:
        about.append(meeting.place)
    table = _table(rows, clusters, coordinators_in_words(scope))
    blocks = [Facts(_sums(rows)), table if rows else nothing(_("Nobody is invited to this meeting."))]
    return framed(_("Attendance sheet"), about, blocks, landscape=True)


def _sums(rows: list[Invitation]) -> list[tuple[str, str]]:
    tally = tally_of(rows)
    words = _("%(present)s of %(invited)s")
    return [
        (
            _("Regions that attended"),
            words % {"present": number(tally.present), "invited": number(tally.invited)},
        ),
        (_("Clusters that came"), words % {"present": number(tally.came), "invited": number(tally.bring)}),
    ]


def _table(
    rows: Iterable[Invitation], clusters: dict[int, list[ClusterAttendance]], coordinators: dict[str, str]
) -> Table:
    columns = (
        TableColumn(_("No."), 5, RIGHT),
        TableColumn(_("Region, cluster"), 34),
        TableColumn(_("Who is invited"), 30),
        TableColumn(_("Answer"), 26),
        TableColumn(_("Attendance"), 26),
        TableColumn(_("Signature"), 16),
    )
    lines = []
    for place, row in enumerate(rows, 1):
        own = coordinators.get(row.region_id, "")
        lines.append((str(place), row.region.name, own, answer_words(row), _attended(row), ""))
        for index, one in enumerate(clusters[row.pk], 1):
            code = pgettext("attendance sheet", "cluster %(code)s") % {"code": one.cluster.code}
            lines.append(
                (f"{place}.{index}", one.cluster.display_name, code, answer_words(one), _attended(one), "")
            )
    return Table(columns, lines)


def _attended(row: Invitation | ClusterAttendance) -> str:
    return "\n".join(filter(None, (mark_words(row), row.attendee)))
