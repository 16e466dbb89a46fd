"""Telling the regions that a month is published: one notice per person."""

from django.urls import reverse

from accounts.selectors import people_of_regions
from common.scope import REGION_ROLES, Scope
from notifications.services import Word, notices_write
from rating.models import Slice
from rating.notices import MONTH_PUBLISHED


def publication_tell(*, actor: Scope, slice: Slice) -> None:
    """Tell coordinators and heads of all regions; who has one region is led to its scorecard, others to the table."""
    data = {"period": slice.period, "revision": slice.revision}
    scored = set(slice.scores.values_list("region", flat=True))
    table = reverse("rating:month", args=[slice.period])
    words = []
    for person, codes in people_of_regions(sorted(REGION_ROLES)).items():
        has_card = len(codes) == 1 and codes[0] in scored
        link = reverse("rating:scorecard", args=[slice.period, codes[0]]) if has_card else table
        words.append(Word(person, link, data))
    notices_write(actor=actor, kind=MONTH_PUBLISHED, words=words)
