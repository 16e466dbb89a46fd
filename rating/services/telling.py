"""Telling of a publication: one notice per person of the regions, one signed notice per system that asked for it."""

from django.conf import settings
from django.urls import reverse

from accounts.selectors import people_of_regions
from common.scope import REGION_ROLES, Scope
from notifications.notices import staff_of_centre
from notifications.services import Word, notices_write, webhooks_queue
from rating.models import Methodology, Slice
from rating.notices import MONTH_PUBLISHED, VERSION_ANNOUNCED


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


def version_announce(*, actor: Scope, methodology: Methodology) -> None:
    """Tell the coordinators and heads of all regions, and the centre, of a version that will count."""
    data = {"version": methodology.version, "period": methodology.effective_from}
    people = {*people_of_regions(sorted(REGION_ROLES)), *staff_of_centre()}
    link = reverse("rating:method")
    notices_write(
        actor=actor, kind=VERSION_ANNOUNCED, words=[Word(person, link, data) for person in sorted(people)]
    )
