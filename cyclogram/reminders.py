"""The lines of a digest about stages: those that end soon and those whose last day has passed, by region and stage.

The days are those of the reminders of executions (`assignments.reminders`), counted to the planned end; a region is
told of all its clusters of one stage in one line, and never again of the same end after it was told that it passed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.selectors import posts_on
from assignments.reminders import Step, marks_by_due
from assignments.selectors.reminders import last_worked
from common.calendar import Calendars
from common.formatting import date_short
from common.scope import Role
from cyclogram.models import ClusterStage
from notifications.digests import Line, Reader, Words
from notifications.enums import Rung
from regions.models import Region

GROUP = "stages"
LATE = [Step(1, Rung.COORDINATOR)]
"""The morning after the planned end."""


@dataclass(frozen=True, slots=True)
class Due:
    """Stages of one process that end on one day in one region."""

    region: str
    process: str
    names: tuple[str, str]
    ends_on: date


@dataclass(frozen=True, slots=True)
class StageWords:
    """How many clusters have to end a stage, in the words of a mail."""

    due: Due
    region: Region
    reader: Reader
    count: int
    day: date

    def __call__(self) -> Words:
        due = self.due
        words = ngettext("%(count)s cluster", "%(count)s clusters", self.count) % {"count": self.count}
        term = {"day": date_short(due.ends_on)}
        is_late = due.ends_on < self.day
        query = urlencode({"region": due.region, "process": due.process})
        return Words(
            title=due.names[get_language() == "en"],
            facts=words if self.reader.regions == {due.region} else f"{self.region.brief} · {words}",
            note=(_("was to end on %(day)s") if is_late else _("ends on %(day)s")) % term,
            link=f"{reverse('cyclogram:stages')}?{query}",
        )


def stage_lines(
    day: date, readers: Mapping[int, Reader], kept: Calendars, sent_on: Iterable[date] = ()
) -> Iterator[Line]:
    """What the coordinators of the regions read of their stages on the day, in three queries."""
    sent = list(sent_on)
    marks = {
        key: marks_by_due(day, LATE, overrides, last_worked(sent, overrides))
        for key, overrides in kept.by_key().items()
    }
    counts = _counted({due for found in marks.values() for due in found})
    if not counts:
        return
    people: dict[str, list[Reader]] = {}
    for person, region, _position in posts_on(day, Role.COORDINATOR):
        if person in readers:
            people.setdefault(region, []).append(readers[person])
    regions = {row.code: row for row in Region.objects.filter(code__in={due.region for due in counts})}
    for due, count in counts.items():
        for reader in people.get(due.region, ()):
            for mark in marks[kept.key_of(reader.regions)].get(due.ends_on, ()):
                words = StageWords(due, regions[due.region], reader, count, day)
                about = f"{due.region}:{due.process}:{due.ends_on}"
                yield Line(reader, GROUP, mark.topic, words, due.region, about)


def _counted(days: Iterable[date]) -> Mapping[Due, int]:
    """Open stages that end on these days, the earliest first."""
    rows = ClusterStage.objects.all().on_plan().open().filter(planned_to__in=set(days))
    columns = ("cluster__region", "process", "stage__name_ru", "stage__name_en", "planned_to")
    found = rows.order_by("planned_to", "stage__order", "pk").values_list(*columns)
    return Counter(Due(region, process, (ru, en), ends_on) for region, process, ru, en, ends_on in found)
