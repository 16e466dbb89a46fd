"""The data of a run: 600 clusters, one month of 40 items with invented courses, 5,000 more clusters to fan out to."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from accounts.selectors import scope_for
from assignments.models import Protocol
from assignments.services.protocols import item_save, protocol_create, protocol_issue
from clusters.models import Cluster
from common import clock
from common.scope import Scope
from demo.history import History
from demo.people import Population
from regions.models import Region

CLUSTERS, ITEMS, CROWD = 600, 40, 5_000
MONTH = "2026-10"
ISSUED = datetime(2026, 10, 1, 7, tzinfo=UTC)
END = datetime(2026, 11, 6, tzinfo=UTC)
CROWD_YEAR = 2050


class World:
    """People, clusters and executions of the run."""

    def __init__(self) -> None:
        self.rng = Random(1)  # noqa: S311  invented data
        call_command("load_reference", stdout=open("/dev/null", "w"))  # noqa: SIM115
        with clock.at(ISSUED), transaction.atomic():
            population = Population(self.rng, date(2026, 9, 1))
            population.staff()
            population.regions()
            self._clusters()
        self.controller: Scope = scope_for(User.objects.get(email="controller@centre.example"))
        self.methodologist: Scope = scope_for(User.objects.get(email="methodologist@centre.example"))
        self.history = History(self.rng, dict.fromkeys(Region.objects.values_list("code", flat=True), 0.85))

    def _clusters(self) -> None:
        codes = list(Region.objects.order_by("code").values_list("code", flat=True))
        missing = CLUSTERS - Cluster.objects.count()
        rows = [self._cluster(f"X-{n:04d}", codes[n % len(codes)], 2024) for n in range(missing)]
        rows += [self._cluster(f"Y-{n:04d}", codes[n % len(codes)], CROWD_YEAR) for n in range(CROWD)]
        Cluster.objects.bulk_create(rows, batch_size=1_000)

    @staticmethod
    def _cluster(code: str, region: str, year: int) -> Cluster:
        name = f"Кластер {code}"
        return Cluster(
            code=code, region_id=region, name=name, title=name, name_key=name.lower(), cohort_year=year
        )

    def draft(self, number: str, items: int, audience: dict[str, object]) -> Protocol:
        """A draft protocol with so many items to one audience."""
        with clock.at(ISSUED):
            protocol = protocol_create(
                actor=self.controller, number=number, held_on=clock.today(), meeting_title="Совещание"
            )
            for position in range(1, items + 1):
                item_save(
                    actor=self.controller,
                    protocol_id=protocol.pk,
                    number=f"2.{position}",
                    text=f"Представить сведения по форме № {position} о ходе работ кластера.",
                    due_on=clock.today() + timedelta(days=5 + position % 24),
                    weight=1 + position % 3,
                    audience=audience,
                )
            protocol.refresh_from_db()
        return protocol

    def issue(self, protocol: Protocol) -> None:
        with clock.at(ISSUED):
            protocol_issue(actor=self.controller, protocol_id=protocol.pk, version=protocol.version)

    def live(self, items: int, number: str) -> None:
        """Issue items to the 600 clusters and let their invented month pass."""
        years = sorted({year for year in Cluster.objects.values_list("cohort_year", flat=True) if year})
        protocol = self.draft(number, items, {"cohorts": [year for year in years if year != CROWD_YEAR]})
        self.issue(protocol)
        self.history.invent(protocol)
        self.history.flush(END)
