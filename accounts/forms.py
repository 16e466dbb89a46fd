"""Shapes of what administrators and people themselves type; the rules stand in the services."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.enums import Position
from accounts.models import Membership
from accounts.services import API_TOKEN_MAX_DAYS, AUDIT_TOKEN_MAX_DAYS
from clusters.models import Association
from common import clock
from common.forms import DateField
from common.scope import Scope
from notifications.enums import Topic
from regions.models import Region

ROLE_CHOICES = Membership._meta.get_field("role").choices or []
STATES = [
    ("", _("all")),
    ("active", _("may sign in")),
    ("invited", _("invited, no password yet")),
    ("blocked", _("blocked")),
]


class PeopleFilter(forms.Form):
    """What the list of people is narrowed to."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("all")), *ROLE_CHOICES])
    region = forms.ModelChoiceField(
        label=_("Region"), required=False, queryset=Region.objects.none(), empty_label=_("all")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        _offer(self, "region", Region.objects.visible_to(scope).for_list())


class MembershipForm(forms.Form):
    """A role with its place and dates."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "–"), *ROLE_CHOICES])
    region = forms.ModelChoiceField(
        label=_("Region"),
        required=False,
        queryset=Region.objects.none(),
        empty_label="–",
        help_text=_("For a coordinator and for the head of an authority."),
    )
    association = forms.ModelChoiceField(
        label=_("Association"),
        required=False,
        queryset=Association.objects.none(),
        empty_label="–",
        help_text=_("For the chair or a curator of an association."),
    )
    position = forms.ChoiceField(
        label=_("Position"),
        required=False,
        choices=[("", "–"), *Position.choices],
        help_text=_("Coordinator: main or deputy. Association: chair or curator."),
    )
    starts_on = DateField(label=_("From"))
    document = forms.CharField(label=_("Order or letter of appointment"), required=False, max_length=300)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "region", Region.objects.visible_to(scope).for_list())
        _offer(self, "association", Association.objects.visible_to(scope))
        self.fields["starts_on"].initial = clock.today

    def place(self) -> dict[str, Any]:
        """The typed values under the names of the services."""
        data = dict(self.cleaned_data)
        region, association = data.pop("region"), data.pop("association")
        data["region_code"] = region.pk if region else None
        data["association_id"] = association.pk if association else None
        return data


class PersonForm(forms.Form):
    """Names and address of a person."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    last_name = forms.CharField(label=_("Last name"), max_length=100)
    first_name = forms.CharField(label=_("First name"), max_length=100)
    patronymic = forms.CharField(label=_("Patronymic"), required=False, max_length=100)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput)


class InviteForm(MembershipForm):
    """A new person with the first membership."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    last_name = forms.CharField(label=_("Last name"), max_length=100)
    first_name = forms.CharField(label=_("First name"), max_length=100)
    patronymic = forms.CharField(label=_("Patronymic"), required=False, max_length=100)

    field_order = [
        "email", "last_name", "first_name", "patronymic", "role", "region", "association", "position",
        "starts_on", "document",
    ]  # fmt: skip


class MembershipEndForm(forms.Form):
    """The last day of a membership."""

    ends_on = DateField(
        label=_("Last day"),
        help_text=_("The rights hold until the end of this day; yesterday takes them away at once."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """An act without fields of its own, on the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ProfileForm(forms.Form):
    """What a person changes about himself."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MailSettingsForm(forms.Form):
    """Which reminders a person wants, and his quiet days."""

    digest = forms.BooleanField(label=_("Send me the digest at 9:00"), required=False)
    before_7 = forms.BooleanField(label=Topic.BEFORE_7.label, required=False)
    before_3 = forms.BooleanField(label=Topic.BEFORE_3.label, required=False)
    before_1 = forms.BooleanField(label=Topic.BEFORE_1.label, required=False)
    on_day = forms.BooleanField(label=Topic.ON_DAY.label, required=False)
    overdue = forms.BooleanField(label=Topic.OVERDUE.label, required=False)
    quiet_from = DateField(label=_("First quiet day"), required=False)
    quiet_until = DateField(label=_("Last quiet day"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def topics(self) -> list[forms.BoundField]:
        """The reminders that can be chosen one by one."""
        return [self[name] for name in ("before_7", "before_3", "before_1", "on_day", "overdue")]


class ApiTokenForm(forms.Form):
    """How long a new token lives."""

    days = forms.IntegerField(
        label=_("Valid for, days"), min_value=1, max_value=API_TOKEN_MAX_DAYS, initial=90
    )


class AuditTokenForm(forms.Form):
    """Whose key it is and how long it lives."""

    holder = forms.CharField(
        label=_("Holder"), max_length=200, help_text=_("The person or body that receives the key.")
    )
    days = forms.IntegerField(
        label=_("Valid for, days"), min_value=1, max_value=AUDIT_TOKEN_MAX_DAYS, initial=30
    )


def _offer(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
    field.queryset = rows
