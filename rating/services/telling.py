"""Telling of a publication: one notice per person of the regions, one signed notice per system that asked for it."""

from django.conf import settings
from django.urls import reverse

from accounts.selectors import people_of_regions, staff_ids
from common.scope import REGION_ROLES, Scope
from notifications.services import Word, notices_write, webhooks_queue
from rating.models import Methodology, Slice
from rating.notices import METHODOLOGY_ANNOUNCED, MONTH_PUBLISHED


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


def methodology_tell(*, actor: Scope, methodology: Methodology) -> None:
    """Announce an approved version to the coordinators, the heads and the centre, a month ahead (§8)."""
    data = {"version": methodology.version, "month": methodology.effective_from}
    people = sorted({*people_of_regions(sorted(REGION_ROLES)), *staff_ids()})
    link = reverse("rating:method")
    words = [Word(person, link, data) for person in people]
    notices_write(actor=actor, kind=METHODOLOGY_ANNOUNCED, words=words)


PUBLISHED_EVENT = "rating.published"


def publication_announce(slice_: Slice) -> None:
    """Queue `rating.published` for other systems; its id names the revision, so it exists once however often queued."""
    if slice_.published_at is None:
        raise ValueError("only a published revision is announced")
    revision = [slice_.period, slice_.revision]
    base = settings.PORTAL_BASE_URL.rstrip("/")
    addresses = {
        "page": reverse("rating:revision", args=revision),
        "result": f"{reverse('api:slice', args=[slice_.period])}?revision={slice_.revision}",
        "table": reverse("rating:export-revision", args=[*revision, "csv"]),
    }
    webhooks_queue(
        kind=PUBLISHED_EVENT,
        event_id=f"{PUBLISHED_EVENT}.{slice_.period}.r{slice_.revision}",
        at=slice_.published_at,
        data={
            "period": slice_.period,
            "revision": slice_.revision,
            "input_sha256": slice_.input_sha256,
            **{name: f"{base}{path}" for name, path in addresses.items()},
        },
    )
