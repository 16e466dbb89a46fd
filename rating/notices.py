"""What the bell says about months of the rating, in the language of the reader."""

from django.utils.translation import gettext as _

from common.formatting import month_genitive, month_name
from notifications.notices import Data, NoticeKind, register_kinds

MONTH_PUBLISHED = "month_published"
METHODOLOGY_ANNOUNCED = "methodology_announced"


def _published(data: Data) -> str:
    month = {"month": month_name(data["period"])}
    if data["revision"] > 1:
        return _("A correction of the rating for %(month)s is published.") % month
    return _("The rating for %(month)s is published.") % month


def _announced(data: Data) -> str:
    return _("Version %(version)s of the methodology of the rating will be in force from %(month)s.") % {
        "version": data["version"],
        "month": month_genitive(data["month"]),
    }


def register() -> None:
    """Make the kinds of this room known to the room of notices."""
    register_kinds(NoticeKind(MONTH_PUBLISHED, _published), NoticeKind(METHODOLOGY_ANNOUNCED, _announced))
