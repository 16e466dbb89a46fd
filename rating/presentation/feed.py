"""The Atom feed of the publications (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.formatting import month_name, score
from rating.models import Slice

ATOM = "application/atom+xml; charset=utf-8"
FOUNDED = "2023-10"
"""The month from which the host of the portal names its entries (RFC 4151); it never changes."""


class _Feed(Atom1Feed):
    """Says when it last changed by its newest entry, an empty one by the beginning of the rating."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=datetime(2023, 10, 1, tzinfo=UTC))


def entry_id(slice_: Slice) -> str:
    """The name of a publication: the same for ever, in every language (RFC 4151)."""
    host = urlsplit(settings.PORTAL_BASE_URL).hostname
    return f"tag:{host},{FOUNDED}:rating/{slice_.period}/r{slice_.revision}"


def feed_xml(slices: Sequence[Slice]) -> str:
    """The feed of these published revisions, in their order and the active language."""
    base = settings.PORTAL_BASE_URL
    address = base + reverse("rating:feed")
    feed = _Feed(
        title=_("Efficiency rating of the regions"),
        link=base + reverse("rating:latest"),
        description=_("Published months and their corrections."),
        language=get_language(),
        author_name=_("Profportal"),
        feed_url=address,
        feed_guid=address,
    )
    for slice_ in slices:
        feed.add_item(
            title=_title(slice_),
            link=base + slice_.get_absolute_url(),
            description=_summary(slice_),
            unique_id=entry_id(slice_),
            pubdate=slice_.published_at,
            updateddate=slice_.published_at,
        )
    return feed.writeString("utf-8")


def _title(slice_: Slice) -> str:
    words = {"month": month_name(slice_.period), "number": slice_.revision}
    if slice_.revision > 1:
        return _("Correction of the rating for %(month)s, revision %(number)s") % words
    return _("Rating of the regions for %(month)s") % words


def _summary(slice_: Slice) -> str:
    lines = [_("Score of the country: %(score)s.") % {"score": score(slice_.score)}]
    lines.append(
        _(
            "The place of one month is mostly chance: each stands in the table with the range of places beside it."
        )
    )
    if slice_.reason:
        lines.append(_("Reason: %(reason)s") % {"reason": " ".join(slice_.reason.split())})
    return " ".join(lines)
