"""What a person changes about the mails to himself."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from notifications.models import MailSettings
from notifications.selectors import settings_of

MAX_QUIET_DAYS = 92


@audited
@transaction.atomic
def mail_settings_update(
    *,
    actor: Scope,
    version: int | None,
    digest: bool,
    before_7: bool,
    before_3: bool,
    before_1: bool,
    on_day: bool,
    overdue: bool,
    quiet_from: date | None = None,
    quiet_until: date | None = None,
) -> MailSettings:
    """Choose reminders and quiet days. Formal notices of overdue executions come whatever is chosen.

    Saving the same once more changes nothing. Raises NotAllowed, StaleVersion, InvalidInput.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Sign in first."))
    hold(f"mail-settings:{actor.user_id}")
    chosen: dict[str, Any] = {
        "digest": digest, "before_7": before_7, "before_3": before_3, "before_1": before_1, "on_day": on_day,
        "overdue": overdue, "quiet_from": quiet_from, "quiet_until": quiet_until,
    }  # fmt: skip
    row = settings_of(actor)
    if row.pk and all(getattr(row, name) == value for name, value in chosen.items()):
        return row
    require_version(row, version)
    _check_quiet_days(row, quiet_from, quiet_until)
    for name, value in chosen.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return row


def _check_quiet_days(row: MailSettings, first: date | None, last: date | None) -> None:
    if first is None and last is None:
        return
    if first is None:
        raise InvalidInput({"quiet_from": _("Say from which day, or leave both days empty.")})
    if last is None:
        raise InvalidInput({"quiet_until": _("Say until which day, or leave both days empty.")})
    if last < first:
        raise InvalidInput({"quiet_until": _("The last day is before the first one.")})
    if (first, last) != (row.quiet_from, row.quiet_until) and last < clock.today():
        raise InvalidInput({"quiet_until": _("These days are over: choose days to come.")})
    if last - first >= timedelta(days=MAX_QUIET_DAYS):
        raise InvalidInput(
            {"quiet_until": _("At most %(most)s quiet days in a row.") % {"most": MAX_QUIET_DAYS}}
        )
