"""The terms that a series sets for its meetings and that a meeting out of turn has of its own: one check for both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from accounts.models import User
from assignments.audience import Audience
from assignments.enums import AddresseeKind
from assignments.services.protocols import checked_rule
from clusters.models import Association
from common.errors import InvalidInput
from common.names import one_line
from meetings.enums import MeetingForm
from meetings.models.series import LONGEST_MINUTES
from meetings.services.steps import whole_minutes

LIMITS = {
    "title": 300,
    "place": 300,
    "video_link": 600,
    "chair_name": 200,
    "chair_post": 300,
    "secretary_name": 200,
    "secretary_post": 300,
}
"""Characters in the texts of a meeting."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person says about a series or a meeting. `chair` and `secretary` are ids of people of the portal."""

    title: str
    audience: Mapping[str, Any] | Audience = field(default_factory=lambda: {"everyone": True})
    addressee: str = AddresseeKind.REGIONS
    duration_minutes: int = 90
    limit_minutes: int = 90
    form: str = MeetingForm.VIDEO
    place: str = ""
    video_link: str = ""
    association: int | None = None
    chair: int | None = None
    chair_name: str = ""
    chair_post: str = ""
    secretary: int | None = None
    secretary_name: str = ""
    secretary_post: str = ""


def terms_values(terms: Terms) -> tuple[dict[str, Any], dict[str, Any]]:
    """The terms as they are stored, and what is wrong with them by field.

    A link is needed where people meet by video, a place where they meet in person. Without a printed name that of the
    account is printed.
    """
    values: dict[str, Any] = {name: one_line(getattr(terms, name), field=name) for name in LIMITS}
    errors: dict[str, Any] = {
        name: _("At most %(limit)s characters fit here.") % {"limit": limit}
        for name, limit in LIMITS.items()
        if len(values[name]) > limit
    }
    if not values["title"]:
        errors["title"] = _("Name the meeting.")
    for name in ("duration_minutes", "limit_minutes"):
        values[name] = getattr(terms, name)
        errors |= whole_minutes(values[name], field=name, least=1, most=LONGEST_MINUTES)
    errors |= _form_errors(terms.form, values)
    errors |= _people(terms, values)
    try:
        values["audience"] = checked_rule(terms.audience, terms.addressee).to_json()
    except InvalidInput as error:
        errors |= error.errors
    if terms.association and not Association.objects.filter(pk=terms.association).exists():
        errors["association"] = _("There is no such association.")
    named = {"form": terms.form, "addressee": terms.addressee, "association_id": terms.association or None}
    return values | named, errors


def _form_errors(form: str, values: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    if form not in MeetingForm.values:
        errors["form"] = _("Choose how people meet.")
    if form in (MeetingForm.IN_PERSON, MeetingForm.MIXED) and not values["place"]:
        errors["place"] = _("Say where people meet.")
    if values["video_link"]:
        try:
            URLValidator(schemes=["http", "https"])(values["video_link"])
        except ValidationError:
            errors["video_link"] = _("Give the whole address of the videoconference: https://…")
    return errors


def _people(terms: Terms, values: dict[str, Any]) -> dict[str, str]:
    """Fill in the accounts and the names printed for them; what is wrong by field."""
    ids = {name: getattr(terms, name) for name in ("chair", "secretary")}
    found = {row.pk: row for row in User.objects.filter(pk__in=[pk for pk in ids.values() if pk])}
    errors = {}
    for name, pk in ids.items():
        if pk and pk not in found:
            errors[name] = _("There is no such person.")
            continue
        values[f"{name}_id"] = pk or None
        if pk and not values[f"{name}_name"]:
            values[f"{name}_name"] = found[pk].get_short_name()
    return errors
