"""Lists of questions about items: what the centre answers, what the regions read."""

from collections.abc import Sequence

from django.db.models import Count, Q

from assignments.models import ItemQuestion
from assignments.querysets import ItemQuestionQuerySet
from assignments.selectors.questions import question_rows
from common.scope import Scope
from regions.models import Region


def questions_found(
    scope: Scope, *, is_open: bool | None = None, region: str = "", item: int | None = None
) -> ItemQuestionQuerySet:
    """Questions that fit the filter, unordered."""
    rows = question_rows(scope)
    if is_open is not None:
        rows = rows.filter(answer__isnull=is_open)
    if region:
        rows = rows.filter(execution__region=region)
    if item is not None:
        rows = rows.filter(execution__assignment=item)
    return rows


def question_regions(scope: Scope) -> list[tuple[str, str]]:
    """Regions that ever asked, with how many questions of each wait; for the centre alone, which knows who asked."""
    if not scope.is_centre:
        return []
    rows = ItemQuestion.objects.visible_to(scope).order_by()
    waiting = dict(rows.open().values_list("execution__region").annotate(n=Count("pk")))
    codes = rows.values_list("execution__region").distinct()
    regions = Region.objects.visible_to(scope).filter(code__in=codes).by_name()
    return [
        (region.code, f"{region.name} ({waiting[region.code]})" if region.code in waiting else region.name)
        for region in regions
    ]


def others_waiting(scope: Scope, question: ItemQuestion) -> Sequence[ItemQuestion]:
    """The other questions about the same item that wait, the oldest first; with those that its own answer answers."""
    fits = Q(answer=None)
    if question.answer_id is not None:
        fits |= Q(answer=question.answer_id)
    rows = questions_found(scope, item=question.execution.assignment_id).filter(fits)
    return list(rows.exclude(pk=question.pk).order_by("asked_at", "id"))
