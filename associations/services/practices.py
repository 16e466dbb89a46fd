"""The cards of the practice library: written by the coordinators of the author's region, read and discussed by all."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import clean_text
from associations.enums import PracticeState
from associations.models import Practice, PracticeComment, PracticeFile
from associations.policies import can_write_practice
from audit.services import audited
from clusters.models import Association, Cluster, Organisation, Process
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from cyclogram.rules import clean_line
from files.services import files_counted, files_store, stored_or_nothing
from regions.models import Region

TITLE, LONG, COMMENT = 200, 10_000, 2_000
"""Characters of a title, of a part of the card, of a comment."""
PARTS = ("problem", "steps", "resources", "results")
SAID = ("region", "association", "cluster", "title", "problem")
"""What a second press of the same button would say once more."""


@audited
def practice_save(
    *,
    actor: Scope,
    practice_id: int | None,
    version: int | None,
    region: str,
    association: int,
    title: str,
    problem: str,
    steps: str,
    resources: str,
    results: str,
    cluster: int | None = None,
    college: int | None = None,
    enterprise: int | None = None,
    process: str = "",
    files: Sequence[UploadedFile] = (),
) -> Practice:
    """Write a practice, or change one that is a draft or was returned; files are added to those it has.

    Raises Missing, NotAllowed, StaleVersion, ImpossibleStep, InvalidInput by field.
    """
    with stored_or_nothing(), transaction.atomic():
        row = _practice(actor, practice_id, version)
        row.region = Region.objects.fetch(actor, code=region)
        if not can_write_practice(actor, row.region_id):
            raise NotAllowed(_("Practices of a region are written by its coordinators."))
        row.association = Association.objects.fetch(actor, pk=association)
        row.process = Process.objects.filter(slug=process).first() if process else None
        _authors(actor, row, cluster, college, enterprise)
        _words(row, title, {"problem": problem, "steps": steps, "resources": resources, "results": results})
        if practice_id is None:
            hold("associations-practices")
            again = Practice.objects.filter(**{name: getattr(row, name) for name in SAID}).first()
            if again:
                return again
        row.save()
        _attach(actor, row, files)
        return row


def _practice(actor: Scope, pk: int | None, version: int | None) -> Practice:
    """The row to change under its lock, or a new one."""
    if pk is None:
        return Practice(created_by_id=actor.user_id)
    row: Practice = Practice.objects.select_for_update().fetch(actor, pk=pk)
    require_writer(actor, row)
    require_version(row, version)
    row.version += 1
    return row


def require_writer(actor: Scope, row: Practice) -> None:
    """Raises NotAllowed for whoever does not write it, ImpossibleStep while the association has it."""
    if not can_write_practice(actor, row.region_id):
        raise NotAllowed(_("Practices of a region are written by its coordinators."))
    if not row.is_editable:
        raise ImpossibleStep(_("The practice is handed in: take it back to change it."))


def _authors(
    actor: Scope, row: Practice, cluster: int | None, college: int | None, enterprise: int | None
) -> None:
    """Cluster, college and enterprise that belong to each other and to the region, and an association of the
    industry."""
    places = Cluster.objects.visible_to(actor).filter(region=row.region)
    row.cluster = places.filter(pk=cluster).first() if cluster else None
    if cluster and row.cluster is None:
        raise InvalidInput({"cluster": _("This cluster is not of the region.")})
    if row.cluster and row.cluster.industry_id:
        industries = row.association.industries.values_list("pk", flat=True)
        if row.cluster.industry_id not in industries:
            raise InvalidInput({"association": _("The cluster is not of the industry of this association.")})
        places = places.filter(pk=row.cluster.pk)
    row.college = _organisation(actor, college, "college", "led_clusters", "network_clusters", places)
    row.enterprise = _organisation(
        actor, enterprise, "enterprise", "anchored_clusters", "employer_clusters", places
    )


def _organisation(
    actor: Scope, pk: int | None, field: str, first: str, second: str, places: Any
) -> Organisation | None:
    """An organisation that takes part in one of the clusters, by one of the two ways."""
    if pk is None:
        return None
    rows = Organisation.objects.visible_to(actor)
    found = rows.filter(**{f"{first}__in": places}) | rows.filter(**{f"{second}__in": places})
    row = found.filter(pk=pk).distinct().first()
    if row is None:
        raise InvalidInput({field: _("It takes no part in the cluster that is the author.")})
    return row


def _words(row: Practice, title: str, parts: dict[str, str]) -> None:
    row.title = clean_line(title, field="title", limit=TITLE, required=_("Give the practice a title."))
    for name in PARTS:
        required = _("Fill in this part: without it nobody can repeat the practice.")
        setattr(row, name, clean_text(parts[name], field=name, limit=LONG, required=required))
    if not re.search(r"\d", row.results):
        raise InvalidInput({"results": _("Give the results in numbers: what was, and what became.")})


def _attach(actor: Scope, row: Practice, files: Sequence[UploadedFile]) -> None:
    for stored in files_store(actor=actor, uploads=files_counted(files, row.files.count())):
        PracticeFile.objects.create(practice=row, file=stored)


@audited
@transaction.atomic
def practice_file_remove(*, actor: Scope, practice_id: int, file_id: int) -> Practice:
    """Take a file off a card that its author may change. Raises Missing, NotAllowed, ImpossibleStep."""
    row: Practice = Practice.objects.select_for_update().fetch(actor, pk=practice_id)
    require_writer(actor, row)
    found: PracticeFile = PracticeFile.objects.fetch(actor, pk=file_id, practice=row)
    found.delete()
    return row


@audited
@transaction.atomic
def comment_add(*, actor: Scope, practice_id: int, text: str) -> PracticeComment:
    """Say something about a published practice; the same again by the same person is said once.

    Raises Missing, ImpossibleStep, InvalidInput.
    """
    row: Practice = Practice.objects.select_for_update().fetch(actor, pk=practice_id)
    if row.state != PracticeState.PUBLISHED:
        raise ImpossibleStep(_("Only a published practice is discussed."))
    said = clean_text(text, field="text", limit=COMMENT, required=_("Write the comment."))
    last = row.comments.order_by("-pk").first()
    if last and (last.author_id, last.text) == (actor.user_id, said):
        return last
    return PracticeComment.objects.create(practice=row, author_id=actor.user_id, at=clock.now(), text=said)
