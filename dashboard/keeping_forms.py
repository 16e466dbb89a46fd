"""Forms of what the centre keeps for its own work: canned remarks, the ladder of reminders,
systems that are told of publications."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.services.remarks import MAX_CANNED_LENGTH, MAX_POSITION
from notifications.enums import Rung
from notifications.services.ladder import MAX_DAYS
from notifications.services.webhooks import NOTE_LENGTH


class RemarkForm(forms.Form):
    """A canned remark."""

    text = forms.CharField(
        label=_("Remark"),
        max_length=MAX_CANNED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the remark.")},
    )


class RemarkChangeForm(RemarkForm):
    """Other words, another place, to the archive or back."""

    position = forms.IntegerField(label=_("Order"), min_value=1, max_value=MAX_POSITION)
    archived = forms.BooleanField(label=_("In the archive"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(forms.Form):
    """A step of the ladder of reminders."""

    days = forms.IntegerField(label=_("Days overdue"), min_value=1, max_value=MAX_DAYS)
    rung = forms.ChoiceField(label=_("Whom it reaches"), choices=[("", "–"), *Rung.choices])


class WebhookForm(forms.Form):
    """An address that is told of publications."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Whose it is"), max_length=NOTE_LENGTH)
