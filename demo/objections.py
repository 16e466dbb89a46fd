"""Objections to the newest published month of the demonstration: two answered, one waiting."""

from datetime import timedelta

from accounts.models import Membership, User
from accounts.selectors import scope_for
from assignments.enums import EventKind, ExecutionState
from assignments.models import ExecutionEvent
from assignments.rules import annullable_events
from common import clock
from common.scope import Role, Scope
from rating.models import Objection, ScoreLoss, Slice
from rating.services import Correction, objection_dismiss, objection_file, objection_uphold

WAIT = timedelta(days=1)
"""Between the publication, the objections and the answers."""
STORIES = (
    (
        "Отчёт возвращён по ошибке: приказ был приложен с первого раза, просим проверить.",
        "Возврат отменён: приказ действительно был приложен к первому отчёту.",
    ),
    (
        "Задержка вызвана ремонтом базовой площадки, просим не учитывать её.",
        "Срок истёк без обращения о продлении, причина не подтверждена документами. Потеря остаётся.",
    ),
    ("Сведения направлены письмом до срока, копию письма готовы представить.", ""),
)


def file_objections() -> list[Objection]:
    """Three regions object to the newest published month; each takes the first loss that fits its story."""
    slice_ = Slice.objects.filter(status="published").order_by("-period").first()
    if slice_ is None:
        return []
    losses = ScoreLoss.objects.filter(region_score__slice=slice_).order_by(
        "region_score__position", "position"
    )
    rows = losses.select_related("execution", "region_score")
    returned = rows.filter(returns__gt=0, execution__state=ExecutionState.EXECUTED).first()
    late = rows.filter(lost_late__gt=0, returns=0).exclude(region_score__region="74").first()
    missed = (
        rows.filter(region_score__region="74", carried_over=False).first()
        or rows.filter(completed_on=None).first()
    )
    found = []
    for (reason, _answer), loss in zip(STORIES, (returned, late, missed), strict=True):
        if loss is not None:
            found.append(
                objection_file(
                    actor=coordinator_of(loss.region_score.region_id),
                    slice_id=slice_.pk,
                    execution_id=loss.execution_id,
                    reason=reason,
                )
            )
    return found


def answer_objections() -> None:
    """The administrator answers those that have an answer; the reviews were the controller's."""
    administrator = scope_for(User.objects.get(email="administrator@centre.example"))
    answers = dict(STORIES)
    for objection in Objection.objects.open().select_related("execution").order_by("pk"):
        answer = answers.get(objection.reason, "")
        mistake = _last_return(objection) if objection.reason == STORIES[0][0] else None
        if answer and mistake is not None:
            correction = Correction("annul", objection.execution.version, event_id=mistake.pk)
            objection_uphold(
                actor=administrator, objection_id=objection.pk, answer=answer, correction=correction
            )
        elif answer:
            objection_dismiss(actor=administrator, objection_id=objection.pk, answer=answer)


def _last_return(objection: Objection) -> ExecutionEvent | None:
    log = ExecutionEvent.objects.filter(execution=objection.execution_id).order_by("pk")
    returns = [event for event in annullable_events(log) if event.kind == EventKind.RETURNED]
    return returns[-1] if returns else None


def coordinator_of(region: str) -> Scope:
    """The main coordinator of a region today."""
    posts = Membership.objects.in_force(clock.today()).filter(role=Role.COORDINATOR, region=region)
    return scope_for(posts.select_related("user").order_by("position", "pk")[0].user)
