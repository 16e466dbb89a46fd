"""Where the clusters stand on the cyclogram: laid on their plans, the past entered, the last days lived."""

from datetime import timedelta
from random import Random

from accounts.models import Membership
from accounts.selectors import scope_for
from common import clock
from common.scope import SYSTEM, Role, Scope
from cyclogram.enums import ClosingRule
from cyclogram.models import ClusterStage
from cyclogram.services.acts import stage_accept, stage_propose, stage_skip
from cyclogram.services.history import Closing, stages_close
from cyclogram.services.laying import clusters_lay

REASON = "Сведения из архива Центра: акты и протоколы защит программ."
DONE = "Работы завершены, подтверждающие документы направлены."
REMARKS = "Не представлен акт ввода оборудования в эксплуатацию."
NOT_NEEDED = "Кластер создан на действующей площадке."
HANDED_IN, SKIPPED = 15, 4
STILL_OPEN = 0.06
"""Share of the past stages that nobody has closed."""
DELAYS = (0, 0, 0, 0, 0, 0, -10, -3, 4, 9, 16, 30, 55)
"""Days after the planned end, as often as each comes."""


def enter_the_past(actor: Scope) -> None:
    """Put all clusters on the plans of their cohorts and close most of what should be over."""
    clusters_lay(actor=SYSTEM)
    rng = Random("cyclogram")  # noqa: S311  invented days, not a secret
    today = clock.today()
    closings = []
    for stage in ClusterStage.objects.all().on_plan().late(today).order_by("pk"):
        if rng.random() < STILL_OPEN:
            continue
        ended = stage.planned_to + timedelta(days=rng.choice(DELAYS))
        began = stage.planned_from + timedelta(days=rng.choice((0, 0, 3, 7)))
        if ended <= today:
            closings.append(Closing(stage.pk, min(began, ended), ended))
    stages_close(actor=actor, closings=closings, reason=REASON)


def live_on(actor: Scope) -> None:
    """Some coordinators hand in what is late; the centre accepts a part, with remarks too, and skips a few."""
    today = clock.today()
    late = ClusterStage.objects.all().on_plan().late(today).exclude(stage__closing=ClosingRule.DOCUMENT)
    of_people = coordinators()
    rows = [
        row for row in late.select_related("cluster").order_by("pk") if row.cluster.region_id in of_people
    ]
    for number, row in enumerate(rows[: 4 * HANDED_IN : 4]):
        waiting = stage_propose(
            actor=of_people[row.cluster.region_id], stage_id=row.pk, version=row.version, text=DONE,
            actual_from=row.actual_from or row.planned_from, actual_to=today - timedelta(days=number % 5),
        )  # fmt: skip
        if number % 3 == 0:
            remarks = REMARKS if number % 2 else ""
            stage_accept(actor=actor, stage_id=row.pk, version=waiting.version, remarks=remarks)
    for row in rows[2 : 4 * SKIPPED : 4]:
        stage_skip(actor=actor, stage_id=row.pk, version=row.version, reason=NOT_NEEDED)


def coordinators() -> dict[str, Scope]:
    """By region a coordinator in office."""
    held = Membership.objects.in_force(clock.today()).filter(role=Role.COORDINATOR).select_related("user")
    return {row.region_id: scope_for(row.user) for row in held.order_by("-pk") if row.region_id}
