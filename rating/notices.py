"""What the bell says about months of the rating, in the language of the reader."""

from django.utils.translation import gettext as _

from common.formatting import month_genitive, month_name
from notifications.notices import Data, NoticeKind, register_kinds

MONTH_PUBLISHED = "month_published"
VERSION_ANNOUNCED = "version_announced"


def _published(data: Data) -> str:
    month = {"month": month_name(data["period"])}
    if data["revision"] > 1:
        return _("A correction of the rating for %(month)s is published.") % month
    return _("The rating for %(month)s is published.") % month


def _announced(data: Data) -> str:
    words = _("Version %(version)s of the methodology will count from %(month)s.")
    return words % {"version": data["version"], "month": month_genitive(data["period"])}


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(NoticeKind(MONTH_PUBLISHED, _published), NoticeKind(VERSION_ANNOUNCED, _announced))
