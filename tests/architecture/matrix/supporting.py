"""What the matrix knows of the work of an association: everything that it keeps, and what others ask of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from associations.models import (
    AnnualReport,
    AssociationEvent,
    Direction,
    EventFile,
    EventParticipant,
    HelpRecord,
    Joining,
    Milestone,
    PeerQuestion,
    SupportRequest,
)
from associations.services import support
from associations.services.events import event_save
from associations.services.joining import joining_ask
from associations.services.keeping import kept_save
from associations.services.reports import report_begin
from clusters.models import Cluster
from tests.cast import Cast
from tests.files.samples import PDF

DAY = date(2026, 4, 1)
STARTS, ENDS = datetime(2026, 5, 14, 9, tzinfo=UTC), datetime(2026, 5, 14, 12, tzinfo=UTC)


@dataclass
class Supporting:
    """The things of the association of mechanical engineering, and an invitation of the farmers to Tomsk."""

    direction: Direction
    event: AssociationEvent
    file: EventFile
    report: AnnualReport
    joining: Joining
    asked: SupportRequest
    answered: SupportRequest
    question: PeerQuestion


def _asked(cast: Cast, text: str) -> SupportRequest:
    row = support.support_ask(
        actor=cast.scope("tomsk_coordinator"), association_id=cast.machine_builders.pk,
        cluster=cast.tomsk_machines.pk, text=text,
    )  # fmt: skip
    return support.support_assign(
        actor=cast.scope("chair"), request_id=row.pk, version=1, expert=cast.methodologist.pk
    )


def supporting_of(cast: Cast) -> Supporting:
    """One of everything; the methodologist is the expert of both requests."""
    chair, pk = cast.scope("chair"), cast.machine_builders.pk
    Milestone.objects.create(association=cast.machine_builders, name_ru="Своя", name_en="Own", due_on=DAY)
    answered = _asked(cast, "Как?")
    event = event_save(
        actor=chair, association_id=pk, event_id=None, version=None, name="Слёт", kind="event", starts_at=STARTS,
        ends_at=ENDS, state="announced", files=[SimpleUploadedFile("plan.pdf", PDF, "application/pdf")],
    )  # fmt: skip
    return Supporting(
        direction=kept_save(
            actor=chair, kind="direction", association_id=pk, pk=None, version=None, name_ru="Кадры", name_en="Staff"
        ),
        event=event,
        file=EventFile.objects.get(event=event),
        report=report_begin(actor=chair, association_id=pk, year=2026),
        joining=joining_ask(
            actor=cast.scope("methodologist"), association_id=cast.farmers.pk, cluster=cast.tomsk_farming.pk
        ),
        asked=_asked(cast, "Когда?"),
        answered=support.support_answer(
            actor=cast.scope("methodologist"), request_id=answered.pk, version=2, answer="Так", hours=Decimal(1)
        ),
        question=support.peer_ask(
            actor=cast.scope("omsk_coordinator"), cluster=cast.omsk_machines.pk, peer=cast.tomsk_machines.pk,
            text="Какие станки?",
        ),
    )  # fmt: skip


def supporting_addresses(cast: Cast, found: Supporting) -> dict[str, dict[str, Any]]:
    """Parts of the addresses by the kind of the object."""
    pk = cast.machine_builders.pk
    return {
        "something of an association": {"association": pk},
        "new thing of an association": {"association": pk, "kind": "direction"},
        "thing of an association": {"association": pk, "kind": "direction", "pk": found.direction.pk},
        "paper of an association": {"pk": pk, "form": "docx"},
        "public association": {"slug": cast.machine_builders.slug},
        "event": {"pk": found.event.pk},
        "event of an association": {"association": pk, "pk": found.event.pk},
        "material of an event": {"pk": found.event.pk, "file": found.file.pk},
        "annual report": {"pk": found.report.pk},
        "annual report on paper": {"pk": found.report.pk, "form": "docx"},
        "joining": {"pk": found.joining.pk},
        "support request": {"pk": found.asked.pk},
        "answered support request": {"pk": found.answered.pk},
        "peer question": {"pk": found.question.pk},
    }


def more_support(cast: Cast, found: Supporting, number: int) -> None:
    """One more of everything that the pages of an association list."""
    chair, pk = cast.scope("chair"), cast.machine_builders.pk

    def keep(kind: str, **said: Any) -> Any:
        return kept_save(actor=chair, kind=kind, association_id=pk, pk=None, version=None, **said)

    direction = keep("direction", name_ru=f"Направление {number}", name_en=f"Direction {number}")
    group = keep("group", name=f"Группа {number}", direction=direction.pk, starts_on=DAY)
    keep("member", group=group.pk, name=f"Участник {number}", is_lead=True, starts_on=DAY)
    keep("task", group=group.pk, text=f"Задача {number}", due_on=DAY)
    keep("publicity", subject=f"Статья {number}", channel="press", planned_on=DAY)
    for cluster in Cluster.objects.filter(code__endswith=f"-1{number:02}", associations__association=pk):
        keep("curator", cluster=cluster.pk, curator=cast.chair.pk, starts_on=DAY)
        Joining.objects.create(
            association=cast.machine_builders, cluster=cluster, kind="invitation", asked_at=STARTS
        )
        PeerQuestion.objects.create(
            cluster=cluster, peer=cast.tomsk_machines, text=f"Вопрос {number}", asked_at=STARTS
        )
    HelpRecord.objects.create(
        association=cast.machine_builders, cluster=cast.tomsk_machines, kind="talk", helped_on=DAY,
        text=f"Созвон {number}", at=STARTS, author=cast.chair,
    )  # fmt: skip
    SupportRequest.objects.create(
        association=cast.machine_builders,
        cluster=cast.tomsk_machines,
        text=f"Запрос {number}",
        asked_at=STARTS,
    )
    AssociationEvent.objects.create(
        association=cast.machine_builders, name=f"Событие {number}", starts_at=STARTS, ends_at=ENDS,
        state="announced", announced_at=STARTS,
    )  # fmt: skip
    EventParticipant.objects.create(
        event=found.event,
        person=type(cast.chair).objects.get(email=f"more{number}@example.org"),
        registered_at=STARTS,
    )
    AnnualReport.objects.create(association=cast.machine_builders, year=2026 - number, created_at=STARTS)
