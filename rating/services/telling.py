"""Telling the regions that a month is published, one notice per person, and other systems."""

from django.conf import settings
from django.urls import reverse

from accounts.selectors import people_of_regions
from common.scope import REGION_ROLES, Scope
from notifications.services import Word, notices_write, webhooks_queue
from rating.formula import hundredths_to_str
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


RATING_PUBLISHED = "rating.published"


def publication_announce(*, slice: Slice) -> None:
    """Queue `rating.published` for every system that is told: once per revision, in the transaction of publishing.

    It holds nothing but what is public: which revision, why, and where it is read.
    """
    base = settings.PORTAL_BASE_URL
    place = [slice.period, slice.revision]
    webhooks_queue(
        event_id=f"{RATING_PUBLISHED}.{slice.period}.r{slice.revision}",
        kind=RATING_PUBLISHED,
        data={
            "period": slice.period,
            "revision": slice.revision,
            "is_correction": slice.revision > 1,
            "reason": slice.reason,
            "published_at": slice.published_at.isoformat() if slice.published_at else None,
            "methodology": slice.methodology.version,
            "score": None if slice.score is None else hundredths_to_str(slice.score),
            "input_sha256": slice.input_sha256,
            "page": base + reverse("rating:revision", args=place),
            "table": base + reverse("rating:export-revision", args=[*place, "json"]),
        },
    )
