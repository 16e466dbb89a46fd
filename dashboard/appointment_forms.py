"""Forms of the appointment of coordinators: campaigns, answers of regions, handovers, leaves, orders."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.appointment_letters import default_text
from accounts.enums import COORDINATOR_POSITIONS, Position
from accounts.models import Membership
from accounts.services.appointing import Appointee, Order
from accounts.services.appointments import TEXT_LENGTH
from assignments.models import Protocol
from assignments.selectors.appointments import STATE_CHOICES
from common import clock
from common.formatting import date_short
from common.forms import DateField
from dashboard.forms import Choices, FilterForm, choice, offer, search
from files.enums import ACCEPTED_EXTENSIONS


class CampaignForm(forms.Form):
    """The letter of a campaign and until when the regions answer."""

    title = forms.CharField(
        label=_("Title of the campaign"), max_length=200, help_text=_("For the list of the centre; not in the letter.")
    )  # fmt: skip
    outgoing_number = forms.CharField(label=_("Outgoing number"), max_length=40, required=False)
    outgoing_on = DateField(label=_("Date of the letter"))
    answer_by = DateField(label=_("Answer by"))
    text = forms.CharField(
        label=_("Text of the letter"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 12, "lang": "ru"}),
        help_text=_(
            "The addressee, the salutation, who is the coordinator today, the term and the signature are added by the"
            " portal. An empty line parts the paragraphs."
        ),
    )
    signatory_post = forms.CharField(label=_("Post of the signatory"), max_length=200)
    signatory_name = forms.CharField(label=_("Name of the signatory"), max_length=100)
    reply_to = forms.EmailField(label=_("Address for answers"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outgoing_on"].initial = clock.today
        self.fields["text"].initial = default_text


class CampaignEditForm(CampaignForm):
    """The same, of a draft that was seen in a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CampaignVersionForm(forms.Form):
    """The version of the campaign whose letter was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CampaignCloseForm(CampaignVersionForm):
    """How a campaign ended."""

    outcome = forms.CharField(label=_("How it ended"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class TrackerFilterForm(FilterForm):
    """What of the regions of a campaign to show."""

    state = choice(_("State"), STATE_CHOICES)
    district = choice(_("Federal district"))
    q = search(_("Name of the region"))

    def __init__(self, data: Any, districts: Choices) -> None:
        super().__init__(data)
        offer(self, district=districts)


class LetterPreviewForm(FilterForm):
    """Which letter to show: of which region, and whether the first one or a reminder."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(
        required=False, choices=[("", ""), ("reminder", "reminder")], widget=forms.HiddenInput
    )

    def __init__(self, data: Any, regions: Choices) -> None:
        super().__init__(data)
        field: Any = self.fields["region"]
        field.choices = [("", _("the first one")), *regions]


class CampaignItemForm(forms.Form):
    """The draft protocol that the item goes into, or a new one."""

    protocol = forms.TypedChoiceField(
        label=_("Draft protocol"), required=False, coerce=int, empty_value=None,
        help_text=_("Without one, a new draft is opened with the number and day below."),
    )  # fmt: skip
    number = forms.CharField(label=_("Number of the new protocol"), required=False, max_length=40)
    held_on = DateField(label=_("Date of the new protocol"), required=False)
    meeting_title = forms.CharField(label=_("Meeting"), required=False, max_length=300)

    def __init__(self, *args: Any, drafts: Iterable[Protocol], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["protocol"]
        field.choices = [("", _("a new one")), *((str(draft.pk), str(draft)) for draft in drafts)]

    def typed(self) -> dict[str, Any]:
        """The values under the names of the service."""
        values = dict(self.cleaned_data)
        values["protocol_id"] = values.pop("protocol")
        return values


def order_file(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ",".join(f".{ending}" for ending in ACCEPTED_EXTENSIONS)}),
    )


class OrderForm(forms.Form):
    """The document of an appointment."""

    order_number = forms.CharField(
        label=_("Order or letter of appointment"), required=False, max_length=300,
        help_text=_("For example: order No. 114-o."),
    )  # fmt: skip
    order_on = DateField(label=_("Date of the order"), required=False)
    order_file = order_file(_("File of the order"))

    def order(self) -> Order:
        """The document as typed."""
        data = self.cleaned_data
        return Order(data["order_number"], data["order_on"], data["order_file"])


class PersonFields(OrderForm):
    """Somebody by his address, and by his names if he is new."""

    email = forms.EmailField(
        label=_("E-mail of the coordinator"),
        max_length=254,
        help_text=_("Somebody new gets an invitation to this address; who is in the portal is found by it."),
    )
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=60, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )

    def appointee(self) -> Appointee:
        """The person as typed."""
        names = ("email", "last_name", "first_name", "patronymic", "phone")
        return Appointee(**{name: self.cleaned_data[name] for name in names})


class AppointForm(PersonFields):
    """Whom a region has appointed; `held` are the coordinators whom he may relieve."""

    position = forms.ChoiceField(
        label=_("Position"),
        choices=[(value, Position(value).label) for value in COORDINATOR_POSITIONS],
        initial=Position.MAIN,
        widget=forms.RadioSelect,
    )
    replaces = forms.ChoiceField(
        label=_("In whose place"),
        required=False,
        help_text=_(
            "The region is handed over in the same act: rights, assigned work, drafts and mail follow."
        ),
    )
    seen = forms.RegexField(r"^([0-9]+:[0-9]+ ?)*$", required=False, max_length=200, widget=forms.HiddenInput)
    starts_on = DateField(label=_("From"))
    ends_on = DateField(
        label=_("Until"), required=False, help_text=_("Only for an appointment that ends by itself.")
    )

    def __init__(self, *args: Any, held: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = clock.today
        if held:
            field: Any = self.fields["replaces"]
            field.choices = [
                ("", _("nobody: the post is vacant, or the same person is confirmed")),
                *((str(row.pk), _held_words(row)) for row in held),
            ]
            self.fields["seen"].initial = " ".join(f"{row.pk}:{row.version}" for row in held)
        else:
            del self.fields["replaces"]

    def typed(self) -> dict[str, Any]:
        """The values under the names of the service."""
        data = self.cleaned_data
        replaces = data.get("replaces") or ""
        versions = dict(pair.split(":", 1) for pair in data["seen"].split())
        version = versions.get(replaces, "")
        return {
            "appointee": self.appointee(),
            "order": self.order(),
            "position": data["position"],
            "starts_on": data["starts_on"],
            "ends_on": data["ends_on"],
            "replaces": int(replaces) if replaces else None,
            "version": int(version) if version.isdecimal() else None,
        }


def _held_words(row: Membership) -> str:
    since = _("from %(day)s") % {"day": date_short(row.starts_on)}
    return f"{row.user.get_short_name()}, {row.get_position_display()}, {since}"


class HandOverForm(PersonFields):
    """Who takes over, and from which day."""

    on = DateField(label=_("From"), help_text=_("The day before is the last one of the present coordinator."))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def typed(self) -> dict[str, Any]:
        """The values under the names of the service."""
        data = self.cleaned_data
        return {
            "appointee": self.appointee(),
            "order": self.order(),
            "on": data["on"],
            "version": data["version"],
        }


class LeaveForm(forms.Form):
    """From when until when, and who stands in."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    stand_in = forms.TypedChoiceField(label=_("Who stands in"), coerce=int)
    document = forms.CharField(
        label=_("Order on the leave"),
        required=False,
        max_length=300,
        help_text=_("For example: order No. 114-o."),
    )

    def __init__(self, *args: Any, others: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stand_in"]
        field.choices = [
            (row.pk, f"{row.user.get_full_name()}, {row.get_position_display()}") for row in others
        ]

    def typed(self) -> dict[str, Any]:
        """The values under the names of the service."""
        values = dict(self.cleaned_data)
        values["stand_in_id"] = values.pop("stand_in")
        return values


class OnDayForm(FilterForm):
    """A day of the history."""

    day = DateField(label=_("Who was in charge on"), required=False)


class LeaveEndForm(forms.Form):
    """The leave that was seen, in its version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RemindForm(forms.Form):
    """The one region to remind; without it, all that are silent."""

    region = forms.CharField(required=False, max_length=16)
