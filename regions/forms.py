"""Shapes of the authority of a region and of its heads; the rules stand in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateField
from regions.models import AuthorityHead, CalendarDay, Region, RegionalAuthority


class AuthorityForm(forms.Form):
    """Name and telephone of the authority."""

    name = forms.CharField(label=_("Name"), max_length=300)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def values_of(authority: RegionalAuthority) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        return {"name": authority.name, "phone": authority.phone, "version": authority.version}


class HeadForm(forms.Form):
    """A head as official letters need him: the bent forms are typed by people."""

    post_title = forms.CharField(label=_("Post"), max_length=300)
    post_title_dative = forms.CharField(
        label=_("Post in the dative"), max_length=300, help_text=_("Stands above the letter: to whom.")
    )
    last_name = forms.CharField(label=_("Last name"), max_length=100)
    first_name = forms.CharField(label=_("First name"), max_length=100)
    patronymic = forms.CharField(label=_("Patronymic"), required=False, max_length=100)
    name_dative = forms.CharField(
        label=_("Name in the dative"), max_length=150, help_text=_("Last name and initials: to whom.")
    )
    salutation = forms.CharField(label=_("Salutation"), max_length=200)
    emails = forms.CharField(
        label=_("E-mails"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in a line. The letter of the month goes to all of them."),
    )
    starts_on = DateField(label=_("In office from"))

    def clean_emails(self) -> list[str]:
        return str(self.cleaned_data["emails"]).splitlines()


class HeadAddForm(HeadForm):
    """A new head, who may take over from the present one."""

    end_previous = forms.BooleanField(
        label=_("The present head ends the day before"), required=False, initial=True
    )


class HeadEditForm(HeadForm):
    """Corrections to a head."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def values_of(cls, head: AuthorityHead) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        values = {name: getattr(head, name) for name in cls.base_fields}
        return values | {"emails": "\n".join(head.emails)}


class HeadEndForm(forms.Form):
    """The last day in office."""

    ends_on = DateField(label=_("In office until"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class CalendarDayForm(forms.Form):
    """A day that differs from the tables of the calendar."""

    day = DateField(label=_("Day"))
    is_working = forms.TypedChoiceField(
        label=_("What the day becomes"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("day off")), ("yes", _("working day"))],
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(
        label=_("Where"), required=False, help_text=_("A day of one region changes its terms only.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The decree of the government or the law of the region."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [(row.code, row.name) for row in Region.objects.by_name()]
        self.fields["region"].choices = [("", _("the whole country")), *regions]  # type: ignore[attr-defined]


class CalendarDayEditForm(CalendarDayForm):
    """Corrections to such a day."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def values_of(row: CalendarDay) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        return {
            "day": row.day,
            "is_working": "yes" if row.is_working else "no",
            "region": row.region_id or "",
            "reason": row.reason,
            "version": row.version,
        }


class CalendarDayEndForm(forms.Form):
    """Which state of the row was seen when it was taken back."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SharingForm(forms.Form):
    """The consent of a region, agreed to by a tick and not by silence."""

    agreed = forms.BooleanField(
        label=_("The region agrees"),
        error_messages={"required": _("Tick it if the region agrees; without it nothing is shown.")},
    )


class SharingEndForm(forms.Form):
    """Which state of the consent was seen when it was withdrawn."""

    version = forms.IntegerField(widget=forms.HiddenInput)
