"""Regional supervisory boards for the pages: the list of the regions, one board with everything it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Prefetch, Q
from django.utils.translation import gettext as _

from common import clock
from common.errors import Missing
from common.scope import Scope
from cyclogram.models import BoardDecision, BoardMember, BoardSession, SupervisoryBoard
from cyclogram.policies import can_read_board
from files.models import StoredFile
from regions.models import Region


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A region with its board, or without one: sessions of the year, the last one, decisions that are overdue."""

    region: Region
    board: SupervisoryBoard | None
    members: int
    sessions: int
    last_on: date | None
    overdue: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One board: its members of today and earlier ones, its sessions with their decisions."""

    region: Region
    board: SupervisoryBoard | None
    members: Sequence[BoardMember]
    former: Sequence[BoardMember]
    sessions: Sequence[BoardSession]
    today: date


def boards(scope: Scope) -> list[BoardRow]:
    """The regions that this person reads, by name, in a fixed number of queries."""
    today = clock.today()
    regions = Region.objects.visible_to(scope).by_name()
    if not scope.is_centre:
        regions = regions.filter(code__in=scope.regions)
    in_office = Q(members__starts_on__lte=today) & (Q(members__ends_on=None) | Q(members__ends_on__gte=today))
    found = SupervisoryBoard.objects.visible_to(scope)
    members = dict(found.annotate(count=Count("members", filter=in_office)).values_list("pk", "count"))
    this_year = Q(sessions__held_on__year=today.year)
    held = {
        pk: (count, last)
        for pk, count, last in found.annotate(
            count=Count("sessions", filter=this_year), last=Max("sessions__held_on")
        ).values_list("pk", "count", "last")
    }
    late = BoardDecision.objects.visible_to(scope).overdue(today).order_by()
    overdue = dict(late.values_list("session__board").annotate(count=Count("pk")))
    by_region = {board.region_id: board for board in found}
    rows = []
    for region in regions:
        board = by_region.get(region.code)
        sessions, last = held.get(board.pk, (0, None)) if board else (0, None)
        pk = board.pk if board else 0
        rows.append(BoardRow(region, board, members.get(pk, 0), sessions, last, overdue.get(pk, 0)))
    return rows


def board_page(scope: Scope, region: str) -> BoardPage:
    """Everything of the board of a region; Missing for whoever does not read it."""
    today = clock.today()
    place: Region = Region.objects.fetch(scope, code=region)
    if not can_read_board(scope, region):
        raise Missing(_("Not found: %(what)s.") % {"what": Region._meta.verbose_name})
    board = SupervisoryBoard.objects.visible_to(scope).filter(region=place).select_related("act").first()
    members = BoardMember.objects.visible_to(scope).filter(board=board) if board else []
    in_office = [row for row in members if row.starts_on <= today and (row.ends_on or today) >= today]
    decisions = Prefetch("decisions", BoardDecision.objects.visible_to(scope).order_by("position", "pk"))
    sessions = BoardSession.objects.visible_to(scope).filter(board=board).select_related("protocol")
    return BoardPage(
        place, board, sorted(in_office, key=_by_role),
        [row for row in members if row not in in_office],
        list(sessions.prefetch_related(decisions)) if board else [], today,
    )  # fmt: skip


ROLES = ("chair", "deputy", "secretary", "member")


def _by_role(member: BoardMember) -> tuple[int, str]:
    return ROLES.index(member.role), member.name


def board_file(scope: Scope, region: str) -> StoredFile:
    """The act that created the board; Missing without one."""
    rows = SupervisoryBoard.objects.select_related("act")
    found: StoredFile = rows.fetch(scope, region=region, act__isnull=False).act
    return found


def session_file(scope: Scope, region: str, session_id: int) -> StoredFile:
    """The protocol of a session; Missing without one."""
    rows = BoardSession.objects.select_related("protocol").filter(board__region=region)
    found: StoredFile = rows.fetch(scope, pk=session_id, protocol__isnull=False).protocol
    return found
