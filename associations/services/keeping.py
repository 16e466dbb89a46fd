"""What an association keeps about itself: directions, working groups with members and tasks, curators, events,
publicity. One way to enter and change all of it; what each of them must say stands in `KINDS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.models import (
    Curatorship,
    Direction,
    GroupMember,
    GroupTask,
    Publicity,
    WorkingGroup,
)
from associations.policies import can_keep
from audit.services import audited
from clusters.models import Association, AssociationMember
from common import clock
from common.errors import InvalidInput, Missing, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from cyclogram.rules import clean_line

LINE = 200
"""Characters of a name, of a post, of a subject."""
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things: its model, how what was said comes into a row, what a second press would say once more,
    and by which path a row belongs to an association."""

    model: Any
    take: Callable[[Any, Said, int], None]
    same: tuple[str, ...]
    path: str = "association"


def require_keeper(actor: Scope, association_id: int | None) -> None:
    """Raises NotAllowed for whoever does not keep what belongs to the association, or to all when it is None."""
    if not can_keep(actor, association_id):
        raise NotAllowed(
            _(
                "This is kept by methodologists and administrators, and what belongs to one association by its chair "
                "and curators too."
            )
        )


@audited
@transaction.atomic
def kept_save(
    *, actor: Scope, kind: str, association_id: int, pk: int | None, version: int | None, **said: Any
) -> Any:
    """Enter a thing of an association, or change one; the same again is entered once.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    hold(f"associations-kept-{association.pk}")
    chosen = KINDS[kind]
    row = _row(actor, chosen, association, pk, version)
    chosen.take(row, said, association.pk)
    if pk is None:
        again = chosen.model.objects.filter(**{name: getattr(row, name) for name in chosen.same}).first()
        if again:
            return again
    row.save()
    return row


def kept_row(actor: Scope, kind: str, association_id: int, pk: int) -> Any:
    """A thing of an association by its kind. Raises Missing."""
    chosen = KINDS[kind]
    return chosen.model.objects.fetch(actor, pk=pk, **{chosen.path: association_id})


def _row(actor: Scope, kind: Kind, association: Association, pk: int | None, version: int | None) -> Any:
    """The row to change under its lock, or a new one of the association."""
    if pk is None:
        return kind.model(association=association) if kind.path == "association" else kind.model()
    rows = kind.model.objects.select_for_update(of=("self",))
    row = rows.fetch(actor, pk=pk, **{kind.path: association.pk})
    require_version(row, version)
    row.version += 1
    return row


def _period(row: Any, said: Said) -> None:
    row.starts_on, row.ends_on = said["starts_on"], said.get("ends_on")
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise InvalidInput({"ends_on": _("The last day lies before the first.")})


def _overlapping(row: Any, others: Any, **same: Any) -> Any:
    """The first of other rows that shares a day with this one; None where they are apart.

    `same` is by what a second press of a new row is known: what it has entered already stands in nobody's way.
    """
    apart = others.exclude(**same) if row.pk is None else others.exclude(pk=row.pk)
    return apart.overlapping(row.starts_on, row.ends_on).first()


def _done(done_on: date | None) -> date | None:
    if done_on is not None and done_on > clock.today():
        raise InvalidInput({"done_on": _("This day has not come yet.")})
    return done_on


def _take_direction(row: Direction, said: Said, _association_id: int) -> None:
    row.name_ru = clean_line(
        said["name_ru"], field="name_ru", limit=LINE, required=_("Name the direction in Russian.")
    )
    row.name_en = clean_line(
        said["name_en"], field="name_en", limit=LINE, required=_("Name the direction in English.")
    )
    row.note = clean_text(said.get("note"), field="note", limit=MAX_REMARK_LENGTH)


def _take_group(row: WorkingGroup, said: Said, _association_id: int) -> None:
    row.name = clean_line(said["name"], field="name", limit=LINE, required=_("Name the group."))
    row.aim = clean_text(said.get("aim"), field="aim", limit=MAX_REMARK_LENGTH)
    direction: int | None = said.get("direction")
    of_association = Direction.objects.filter(association=row.association_id)
    row.direction = of_association.filter(pk=direction).first() if direction else None
    if direction and row.direction is None:
        raise InvalidInput({"direction": _("This direction is not of the association.")})
    _period(row, said)


def _group(row: GroupMember | GroupTask, said: Said, association_id: int) -> None:
    """The group of a new member or task; it never changes afterwards."""
    if row.pk is not None:
        return
    group = WorkingGroup.objects.filter(pk=said["group"], association=association_id).first()
    if group is None:
        raise Missing(_("Not found: %(what)s.") % {"what": WorkingGroup._meta.verbose_name})
    row.group = group


def _take_member(row: GroupMember, said: Said, association_id: int) -> None:
    _group(row, said, association_id)
    row.name = clean_line(said["name"], field="name", limit=LINE, required=_("Give the name of the member."))
    row.post = clean_line(said.get("post", ""), field="post", limit=LINE)
    row.is_lead = said.get("is_lead", False)
    _period(row, said)
    leads = GroupMember.objects.filter(group=row.group, is_lead=True)
    lead = _overlapping(row, leads, name=row.name, starts_on=row.starts_on) if row.is_lead else None
    if lead:
        message = _("%(name)s leads the group in these days: end that first.")
        raise InvalidInput({"is_lead": message % {"name": lead.name}})


def _take_task(row: GroupTask, said: Said, association_id: int) -> None:
    _group(row, said, association_id)
    row.text = clean_text(
        said["text"], field="text", limit=MAX_REMARK_LENGTH, required=_("Say what is to be done.")
    )
    row.responsible = clean_line(said.get("responsible", ""), field="responsible", limit=LINE)
    row.due_on, row.done_on = said["due_on"], _done(said.get("done_on"))
    row.result = clean_text(said.get("result"), field="result", limit=MAX_REMARK_LENGTH)
    if row.done_on and not row.result:
        raise InvalidInput({"result": _("Say what came of it.")})


def _take_curatorship(row: Curatorship, said: Said, _association_id: int) -> None:
    _period(row, said)
    if row.pk is None:
        row.cluster_id = said["cluster"]
    row.curator_id = said["curator"]
    members = AssociationMember.objects.filter(association=row.association_id, cluster=row.cluster_id)
    if not members.in_force(clock.today()).exists():
        raise InvalidInput({"cluster": _("This cluster is not a member of the association.")})
    people = Membership.objects.in_force(clock.today()).filter(association=row.association_id)
    if not people.filter(user=row.curator_id).exists():
        raise InvalidInput({"curator": _("This person is neither chair nor curator of the association.")})
    others = Curatorship.objects.filter(association=row.association_id, cluster=row.cluster_id)
    other = _overlapping(row, others, curator=row.curator_id, starts_on=row.starts_on)
    if other:
        message = _("%(name)s supports the cluster in these days: end that first.")
        raise InvalidInput({"starts_on": message % {"name": other.curator.get_full_name()}})


def _take_publicity(row: Publicity, said: Said, _association_id: int) -> None:
    row.subject = clean_line(said["subject"], field="subject", limit=LINE, required=_("Give the subject."))
    row.channel, row.planned_on = said["channel"], said["planned_on"]
    row.done_on, row.reach = _done(said.get("done_on")), said.get("reach")
    row.material = said.get("material", "")
    if row.done_on is None and row.reach is not None:
        raise InvalidInput({"reach": _("Say when it was done first.")})


KINDS: Mapping[str, Kind] = {
    "direction": Kind(Direction, _take_direction, ("association", "name_ru")),
    "group": Kind(WorkingGroup, _take_group, ("association", "name", "starts_on")),
    "member": Kind(GroupMember, _take_member, ("group", "name", "starts_on"), "group__association"),
    "task": Kind(GroupTask, _take_task, ("group", "text", "due_on"), "group__association"),
    "curator": Kind(Curatorship, _take_curatorship, ("association", "cluster", "curator", "starts_on")),
    "publicity": Kind(Publicity, _take_publicity, ("association", "subject", "planned_on")),
}
