"""Annual reports: begun for a year, their paragraphs written, approved once and for good."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Position
from accounts.models import Membership
from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import ReportState
from associations.models import AnnualReport
from associations.presentation.report import PARTS, report_sections
from associations.services.keeping import require_keeper
from audit.services import audited
from clusters.models import Association
from common import clock
from common.documents.sections import kept
from common.errors import ImpossibleStep, InvalidInput
from common.formatting import date_short
from common.locks import hold
from common.scope import Scope
from common.versions import require_version

LANGUAGES = ("ru", "en")
FIRST_YEAR = 2023
"""The associations work since then."""


def chairs_today(association_id: int) -> str:
    """Names of the chairs in office, as one line."""
    people = Membership.objects.in_force(clock.today()).filter(
        association=association_id, position=Position.CHAIR
    )
    return ", ".join(
        one.user.get_full_name() for one in people.select_related("user").order_by("user__name_key")
    )


@audited
@transaction.atomic
def report_begin(*, actor: Scope, association_id: int, year: int) -> AnnualReport:
    """Begin the report of a year; the one that is there is found again. Raises Missing, NotAllowed, InvalidInput."""
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    if not FIRST_YEAR <= year <= clock.today().year:
        message = _("Give a year from %(first)s to %(last)s.")
        raise InvalidInput({"year": message % {"first": FIRST_YEAR, "last": clock.today().year}})
    hold(f"associations-reports-{association.pk}")
    report, _created = AnnualReport.objects.get_or_create(
        association=association,
        year=year,
        defaults={
            "created_by_id": actor.user_id, "created_at": clock.now(), "chair": chairs_today(association.pk),
        },
    )  # fmt: skip
    return report


def _draft(actor: Scope, report_id: int) -> AnnualReport:
    """The report under its lock. Raises Missing, NotAllowed; ImpossibleStep for an approved one."""
    rows = AnnualReport.objects.select_for_update(of=("self",)).select_related("association", "approved_by")
    report: AnnualReport = rows.fetch(actor, pk=report_id)
    require_keeper(actor, report.association_id)
    if report.is_approved:
        by = report.approved_by.get_full_name() if report.approved_by else ""
        words = _("The report is approved already: %(day)s, %(name)s. What is approved stands still.")
        day = date_short(clock.day_of(report.approved_at)) if report.approved_at else ""
        raise ImpossibleStep(words % {"day": day, "name": by})
    return report


@audited
@transaction.atomic
def report_write(
    *, actor: Scope, report_id: int, version: int | None, words: Mapping[str, str]
) -> AnnualReport:
    """Write the paragraphs of a draft, by part.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput by part.
    """
    report = _draft(actor, report_id)
    require_version(report, version)
    report.words = {
        part: clean_text(words.get(part, ""), field=part, limit=MAX_REMARK_LENGTH) for part in PARTS
    }
    report.version += 1
    report.save()
    return report


@audited
@transaction.atomic
def report_approve(*, actor: Scope, report_id: int, version: int | None) -> AnnualReport:
    """Approve a report: its figures are written down in both languages and stand still. Raises as `report_write`."""
    report = _draft(actor, report_id)
    require_version(report, version)
    figures = {}
    for language in LANGUAGES:
        with translation.override(language):
            figures[language] = kept(report_sections(report))
    report.figures = figures
    report.state = ReportState.APPROVED
    report.approved_by_id, report.approved_at = actor.user_id, clock.now()
    report.version += 1
    report.save()
    return report
