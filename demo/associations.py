"""The roadmap of the associations as it might have gone: the milestones of the document done, own ones under way."""

from datetime import date, timedelta

from associations.enums import DateKind, MilestoneState
from associations.models import Milestone
from associations.services.roadmap import milestone_save
from clusters.models import Association
from common.scope import Scope

PROOF = "Протокол совещания с председателями отраслевых ассоциаций"
OWN = (
    ("Отбор лучших практик года", "Selection of the best practices of the year", -20, MilestoneState.GOING),
    ("Заседание рабочих групп по направлениям", "Meeting of the working groups", 25, MilestoneState.PLANNED),
    (
        "Отчёт о деятельности ассоциации за год",
        "Annual report of the association",
        60,
        MilestoneState.PLANNED,
    ),
)
"""Names in both languages, days from today to the last day, state."""
RESPONSIBLE = "председатель ассоциации"


def follow_the_roadmap(methodologist: Scope, today: date) -> None:
    """Mark the milestones of the document as done on their last day; give each association its own for the year."""
    for row in Milestone.objects.visible_to(methodologist).common():
        milestone_save(
            actor=methodologist, milestone_id=row.pk, association_id=None, version=row.version,
            name_ru=row.name_ru, name_en=row.name_en, date_kind=row.date_kind, starts_on=row.starts_on,
            due_on=row.due_on, state=MilestoneState.DONE, done_on=row.planned.last, evidence=PROOF,
        )  # fmt: skip
    for association in Association.objects.visible_to(methodologist):
        for name_ru, name_en, days, state in OWN:
            milestone_save(
                actor=methodologist, milestone_id=None, association_id=association.pk, version=None,
                name_ru=name_ru, name_en=name_en, date_kind=DateKind.DEADLINE, state=state,
                due_on=today + timedelta(days=days), responsible=RESPONSIBLE,
            )  # fmt: skip
