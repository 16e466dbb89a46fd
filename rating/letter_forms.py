"""Forms of the letters: choosing what the ledger shows, and deciding about a mail."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.enums import MailState
from notifications.policies import settlements
from rating.enums import LetterKind
from rating.models import LetterTemplate, RatingLetter
from rating.models.letter_templates import TEXT_FIELDS

NOTE_LENGTH = 1000
ALL_KINDS = "all"
READINGS = (
    ("opened", _("opened by the link")),
    ("not_opened", _("not opened")),
    ("confirmed", _("receipt confirmed")),
    ("not_confirmed", _("receipt not confirmed")),
)


class LetterFilterForm(forms.Form):
    """What of a month's ledger to show; `regions` are pairs of code and name."""

    month = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    reading = forms.ChoiceField(
        label=_("Opened and confirmed"), required=False, choices=[("", _("opened or not")), *READINGS]
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("letters to the heads")), *LetterKind.choices[1:], (ALL_KINDS, _("all mails"))],
    )

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["state"]).choices = [("", _("any state")), *MailState.choices]
        cast(forms.ChoiceField, self.fields["region"]).choices = [("", _("all regions")), *regions]
        if len(regions) == 1:
            self.fields["region"].widget = forms.HiddenInput()


class SettleForm(forms.Form):
    """What became of the mail, as a person found out, and on what ground."""

    outcome = forms.ChoiceField(label=_("What became of the letter"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What the decision is based on"), max_length=NOTE_LENGTH, widget=forms.Textarea({"rows": 3})
    )

    WORDS = {
        MailState.ACCEPTED: _("The server took it: nothing more is to be sent"),
        MailState.QUEUED: _("Send it again: the same letter under the same identifier"),
        MailState.FAILED: _("It was not sent and shall not be"),
    }

    def __init__(self, *args: Any, letter: RatingLetter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        outcome.choices = [(state, self.WORDS[state]) for state in settlements(letter.mail)]


class ResendForm(forms.Form):
    """Why a letter that the server already took is sent once more."""

    note = forms.CharField(
        label=_("Why it is sent again"), max_length=NOTE_LENGTH, widget=forms.Textarea({"rows": 3})
    )


class RevokeForm(forms.Form):
    """Why the link of a letter is taken back."""

    reason = forms.CharField(
        label=_("Why the link is revoked"), max_length=NOTE_LENGTH, widget=forms.Textarea({"rows": 2})
    )


class ReceiptForm(forms.Form):
    """What the centre was told about the receipt of a letter."""

    note = forms.CharField(
        label=_("Who confirmed the receipt, when and how"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )


class LetterTemplateForm(forms.ModelForm):
    """The words of the letter; `based_on` is the version that the author saw."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = LetterTemplate
        fields = [*TEXT_FIELDS, "note"]
        widgets = {
            field: forms.Textarea({"rows": 2})
            for field in TEXT_FIELDS
            if field.startswith("opening") or field in ("letterhead", "own_name", "closing")
        }
