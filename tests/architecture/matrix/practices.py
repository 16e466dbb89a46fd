"""What the matrix knows of the practice library: practices of Tomsk in every state, one that Omsk repeats."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from associations.models import Practice, PracticeFile, Replication
from associations.services.practices import comment_add
from tests.associations.practices import act, published, repeated, scored, written
from tests.cast import Cast
from tests.files.samples import PDF


@dataclass
class Practices:
    """The practices of the world by their state."""

    draft: Practice
    file: PracticeFile
    submitted: Practice
    waiting: Practice
    scored: Practice
    published: Practice
    replication: Replication


def practices_of(cast: Cast) -> Practices:
    """One practice of Tomsk in each state; the methodologist is the expert who has not scored yet."""
    draft = written(cast, title="Черновик", files=[SimpleUploadedFile("plan.pdf", PDF, "application/pdf")])
    waiting = act(cast, "tomsk_coordinator", "submit", written(cast, title="У экспертов"))
    act(cast, "chair", "appoint", waiting, expert=cast.methodologist.pk)
    library = published(cast)
    return Practices(
        draft=draft,
        file=PracticeFile.objects.get(practice=draft),
        submitted=act(cast, "tomsk_coordinator", "submit", written(cast, title="Поданная")),
        waiting=waiting,
        scored=scored(cast, 8, 8, title="Оценённая"),
        published=library,
        replication=repeated(cast, library),
    )


def practice_addresses(found: Practices) -> dict[str, dict[str, Any]]:
    """Parts of the addresses of the library by the kind of the object."""
    return {
        "draft of a practice": {"pk": found.draft.pk},
        "file of a practice": {"pk": found.draft.pk, "file": found.file.pk},
        "submitted practice": {"pk": found.submitted.pk},
        "practice with the experts": {"pk": found.waiting.pk},
        "scored practice": {"pk": found.scored.pk},
        "published practice": {"pk": found.published.pk},
        "replication": {"pk": found.replication.pk},
    }


def more_practices(cast: Cast, found: Practices, number: int) -> None:
    """One more of everything that the pages of the library list, on the practice that is published."""
    row = written(cast, title=f"Практика {number}")
    Practice.objects.filter(pk=row.pk).update(
        state="published", published_on=date(2026, 1, 1), valid_until=date(2030, 1, 1)
    )
    comment_add(actor=cast.scope("omsk_coordinator"), practice_id=found.published.pk, text=f"Вопрос {number}")
    replication = Replication.objects.get(pk=found.replication.pk)
    for place in type(replication.cluster).objects.filter(code__endswith=f"-1{number:02}"):
        Replication.objects.create(
            practice=found.published,
            cluster=place,
            starts_on=date(2026, 1, 1),
            created_by=cast.omsk_coordinator,
        )
