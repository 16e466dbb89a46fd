"""Lists of places, of the staff and of a person as files; those of work stand in `dashboard.work_lists`."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import CannedRemark
from assignments.policies import can_review
from common.cells import zone_word
from common.errors import InvalidInput, NotAllowed
from common.formatting import month_name
from common.lists import Found, PortalList, conditions_of, register_lists, yes_or_no
from common.scope import Scope
from common.sheets import CODE, Column
from dashboard import appointment_lists, work_lists
from dashboard.forms import ClusterFilterForm, DigestFilterForm, RegionFilterForm
from dashboard.selectors import places
from dashboard.selectors.digests import (
    days_ahead,
    digests_ahead,
    region_choices,
    require_sight_of_digests,
)
from dashboard.selectors.gaps import gap_choices, regions_lacking
from notifications.digests import Words, groups_in_order
from notifications.enums import StaffTaskKind
from notifications.models import Notice, StaffTask
from notifications.notices import words_of_notice
from notifications.querysets import NoticeQuerySet, StaffTaskQuerySet
from notifications.selectors import PlannedDigest
from rating.models import RegionScore
from rating.selectors.tables import latest_published
from regions.models import Region

ALL_NOTICES = "all"

# Regions and clusters


def region_filter(scope: Scope, query: QueryDict) -> RegionFilterForm:
    """The filter of the regions as an address asks for it."""
    return RegionFilterForm(query, places.district_choices(), gap_choices(scope))


def regions_narrowed(scope: Scope, form: RegionFilterForm) -> list[Region]:
    """The regions that a valid form asks for."""
    found = places.regions_found(scope, form.text("district"), form.text("q"))
    if not form.text("gap"):
        return found
    lacking = regions_lacking(scope, form.text("gap"))
    return [region for region in found if region.code in lacking]


def sees_work(scope: Scope) -> bool:
    """Whether the columns of coordinators and open work say anything to this person."""
    return scope.is_centre or bool(scope.regions)


def _regions_found(scope: Scope, query: QueryDict) -> Found:
    form = region_filter(scope, query)
    conditions = conditions_of(form)
    latest = latest_published(scope)
    notes = [] if latest is None else [_("Scores of %(month)s") % {"month": month_name(latest.period)}]
    return Found(regions_narrowed(scope, form), conditions, notes)


def _regions_lines(scope: Scope, rows: Any) -> list[places.RegionRow]:
    return places.region_rows(scope, rows, latest_published(scope))


def _regions_columns(scope: Scope) -> list[Column]:
    work = [
        Column(_("Coordinators"), _coordinators, 34),
        Column(_("On control"), lambda row: row.open, 12),
        Column(_("Overdue"), lambda row: row.late, 14),
    ]
    return [
        Column(_("Code"), lambda row: row.region.code, 7, CODE),
        Column(_("Region"), lambda row: row.region.name, 34),
        Column(_("Federal district"), lambda row: row.region.district.name, 30),
        Column(_("Clusters"), lambda row: row.clusters, 10),
        *(work if sees_work(scope) else ()),
        Column(_("Score"), lambda row: _points(row.score), 9),
        Column(_("Place"), lambda row: row.score.rank if row.score else None, 8),
        Column(_("Place from"), lambda row: row.score.rank_low if row.score else None, 8),
        Column(_("Place to"), lambda row: row.score.rank_high if row.score else None, 8),
        Column(_("Zone"), _zone, 20),
    ]


def _coordinators(row: places.RegionRow) -> str:
    if row.open is None:
        return ""
    names = [membership.user.get_full_name() for membership in row.coordinators]
    return ", ".join(names) or _("none appointed")


def _zone(row: places.RegionRow) -> str:
    if row.score is None:
        return ""
    certain = row.score.zone_certain or not row.score.zone
    return zone_word(row.score.zone) + ("" if certain else _(", on the border"))


def _points(score: RegionScore | None) -> Decimal | None:
    return None if score is None or score.score is None else Decimal(score.score).scaleb(-2)


def cluster_filter(scope: Scope, query: QueryDict) -> ClusterFilterForm:
    """The filter of the register of clusters as an address asks for it."""
    return ClusterFilterForm(query, places.cluster_choices(scope))


def _clusters_found(scope: Scope, query: QueryDict) -> Found:
    form = cluster_filter(scope, query)
    conditions = conditions_of(form)
    return Found(places.clusters_found(scope, form.narrowed()), conditions)


def _clusters_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Code"), lambda row: row.code, 9, CODE),
        Column(_("Cluster"), lambda row: row.display_name, 44),
        Column(_("Region"), lambda row: row.region.name, 28),
        Column(_("Industry"), lambda row: row.industry.name if row.industry else "", 26),
        Column(_("Kind"), lambda row: row.kind_short, 18),
        Column(_("Cohort"), lambda row: row.cohort_year, 10),
        Column(_("Base college"), lambda row: row.base_college.name if row.base_college else "", 40),
        Column(_("Anchor employer"), lambda row: row.anchor_employer.name if row.anchor_employer else "", 34),
        Column(_("Left the project on"), lambda row: row.closed_on, 14),
    ]


# The staff of the centre


def tasks_narrowed(scope: Scope, query: QueryDict) -> tuple[StaffTaskQuerySet, str]:
    """The tasks of the kind that an address names, or all, and the kind in words. Raises NotAllowed, InvalidInput."""
    if not scope.is_centre:
        raise NotAllowed(_("Staff tasks are a page of the centre."))
    kind = query.get("kind", "")
    if kind and kind not in StaffTaskKind.values:
        raise InvalidInput(_("There is no such kind of tasks."))
    tasks = StaffTask.objects.visible_to(scope)
    if not kind:
        return tasks, ""
    return tasks.filter(kind=kind), str(StaffTaskKind(kind).label)


def _tasks_found(scope: Scope, query: QueryDict) -> Found:
    tasks, kind = tasks_narrowed(scope, query)
    rows = tasks.select_related("closed_by").order_by(
        F("closed_at").desc(nulls_first=True), "-opened_at", "-id"
    )
    return Found(rows, [_("Kind: %(kind)s") % {"kind": kind}] if kind else [])


def _tasks_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Task"), lambda row: row.title, 44),
        Column(_("Kind"), lambda row: str(row.get_kind_display()), 26),
        Column(_("Reason"), lambda row: row.reason, 44),
        Column(_("Opened"), lambda row: row.opened_at, 17),
        Column(_("Closed"), lambda row: row.closed_at, 17),
        Column(_("Closed by"), _closed_by, 22),
        Column(_("How it ended"), lambda row: row.outcome, 44),
    ]


def _closed_by(task: StaffTask) -> str:
    if task.closed_at is None:
        return ""
    return task.closed_by.get_short_name() if task.closed_by else _("scheduled job")


class _DigestLine(NamedTuple):
    digest: PlannedDigest
    group: str
    words: Words


def _digests_found(scope: Scope, query: QueryDict) -> Found:
    require_sight_of_digests(scope)
    first, last = days_ahead()
    form = DigestFilterForm(query, first, last, region_choices(scope))
    conditions = conditions_of(form)
    planned = digests_ahead(scope, form.value("day") or first, form.text("region"))
    return Found([(digest, line) for digest in planned for line in digest.lines], conditions)


def _digests_lines(_scope: Scope, rows: Any) -> Iterator[_DigestLine]:
    names = {group.key: str(group.title) for group in groups_in_order()}
    for digest, line in rows:
        yield _DigestLine(digest, names.get(line.group, ""), line.words())


def _digests_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Reader"), lambda row: row.digest.reader.name, 30),
        Column(_("Address"), lambda row: row.digest.reader.address, 30),
        Column(_("Sent at"), lambda row: row.digest.opens_at, 17),
        Column(_("Part"), lambda row: row.group, 26),
        Column(_("Line"), lambda row: row.words.title, 44),
        Column(_("Facts"), lambda row: row.words.facts, 40),
        Column(_("Note"), lambda row: row.words.note, 30),
    ]


def _remarks_found(scope: Scope, _query: QueryDict) -> Found:
    if not can_review(scope):
        raise NotAllowed(_("Only a controller of the centre keeps the canned remarks."))
    return Found(CannedRemark.objects.visible_to(scope).order_by("archived", "position", "id"))


def _remarks_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Remark"), lambda row: row.text, 90),
        Column(_("Order"), lambda row: row.position, 10),
        Column(_("In the archive"), lambda row: yes_or_no(row.archived), 12),
    ]


# A person


def notices_narrowed(scope: Scope, query: QueryDict) -> NoticeQuerySet:
    """The person's own notices: the unread ones, or all when the address asks for them."""
    rows: NoticeQuerySet = Notice.objects.visible_to(scope)
    return rows if query.get("show") == ALL_NOTICES else rows.unread()


def _notices_found(scope: Scope, query: QueryDict) -> Found:
    shown = _("all") if query.get("show") == ALL_NOTICES else _("not read")
    rows = notices_narrowed(scope, query).order_by("-created_at", "-id")
    return Found(rows, [_("Notifications: %(shown)s") % {"shown": shown}])


def _notices_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("When"), lambda row: row.created_at, 17),
        Column(_("Notification"), lambda row: words_of_notice(row.kind, row.data), 90),
        Column(_("Read"), lambda row: row.read_at, 17),
    ]


LISTS: Sequence[PortalList] = (
    PortalList(
        "regions",
        gettext_lazy("Regions"),
        "dashboard:regions",
        _regions_found,
        _regions_columns,
        _regions_lines,
    ),
    PortalList(
        "clusters", gettext_lazy("Clusters"), "dashboard:clusters", _clusters_found, _clusters_columns
    ),
    PortalList(
        "staff-tasks", gettext_lazy("Staff tasks"), "dashboard:staff-tasks", _tasks_found, _tasks_columns
    ),
    PortalList(
        "digests",
        gettext_lazy("Who gets what"),
        "dashboard:digests",
        _digests_found,
        _digests_columns,
        _digests_lines,
    ),
    PortalList(
        "remarks", gettext_lazy("Canned remarks"), "dashboard:remarks", _remarks_found, _remarks_columns
    ),
    PortalList(
        "notices", gettext_lazy("Notifications"), "dashboard:notices", _notices_found, _notices_columns
    ),
)


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*work_lists.LISTS, *appointment_lists.LISTS, *LISTS)
