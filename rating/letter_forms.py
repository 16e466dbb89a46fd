"""Forms of the letters: choosing what the lists show, numbering, the template, deciding about a mail."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateField
from common.names import name_key
from notifications.enums import MailState
from notifications.policies import settlements
from rating.enums import LetterKind, Zone
from rating.models import LetterTemplate, RatingLetter
from rating.models.letter_templates import TEXT_FIELDS
from rating.presentation.rows import ABSENT
from rating.selectors.letters import ForeseenLetter, Readiness
from rating.services.letter_numbers import LONGEST_PATTERN

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


PLACE_ORDER = "place"
HELD = "held"
PROBLEMS = (Readiness.NO_HEAD, Readiness.NO_ADDRESS, Readiness.NO_FORMS)
"""Why a letter cannot go."""
FORESEEN_ORDERS: dict[str, Callable[[ForeseenLetter], Any]] = {
    PLACE_ORDER: lambda row: row.score.position,
    "region": lambda row: name_key(row.score.region.name),
    "addressee": lambda row: (name_key(str(row.head)) if row.head else "", row.score.position),
    "zone": lambda row: (
        Zone.values.index(row.score.zone) if row.score.zone else len(Zone),
        row.score.position,
    ),
    "state": lambda row: (Readiness.values.index(row.state), row.score.position),
}
"""By what the letters before sending are put in order."""


class ForeseenForm(forms.Form):
    """Which letters before sending to show, and in which order."""

    name = forms.CharField(
        label=_("Region or addressee"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    zone = forms.ChoiceField(
        label=_("Zone"),
        required=False,
        choices=[("", _("All zones")), *Zone.choices, (ABSENT, _("not rated"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("any state")),
            (Readiness.READY, Readiness.READY.label),
            (HELD, _("cannot go")),
            (Readiness.UNCHANGED, Readiness.UNCHANGED.label),
        ],
    )
    problem = forms.ChoiceField(
        label=_("Problem"),
        required=False,
        choices=[("", _("any or none")), *((one.value, one.label) for one in PROBLEMS)],
    )
    sort = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(f"{sign}{name}", "") for name in FORESEEN_ORDERS for sign in ("", "-")],
    )

    def narrowed(self, rows: Iterable[ForeseenLetter]) -> list[ForeseenLetter]:
        """What the valid form asks for, in its order."""
        order = self.cleaned_data["sort"] or PLACE_ORDER
        return sorted(
            filter(self._takes, rows),
            key=FORESEEN_ORDERS[order.removeprefix("-")],
            reverse=order.startswith("-"),
        )

    def _takes(self, row: ForeseenLetter) -> bool:
        wanted = self.cleaned_data
        state = HELD if row.state in PROBLEMS else row.state
        named = name_key(f"{row.score.region.name} {row.head or ''} {row.addresses}")
        return (
            name_key(wanted["name"]) in named
            and wanted["zone"] in ("", row.score.zone or ABSENT)
            and wanted["state"] in ("", state)
            and wanted["problem"] in ("", row.state)
        )


class OutgoingForm(forms.Form):
    """The outgoing numbers of the letters of a revision; all empty: they are written by hand."""

    pattern = forms.CharField(
        label=_("Pattern of the number"),
        required=False,
        max_length=LONGEST_PATTERN,
        help_text=_("For example 01-12/{n}: {n} is counted from the first number."),
    )
    first = forms.IntegerField(label=_("First number"), required=False)
    dated_on = DateField(label=_("Date of the letters"), required=False)


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
    """The words of the letter and the layout of its page; `based_on` is the version that the author saw."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = LetterTemplate
        fields = [*TEXT_FIELDS, "note"]
        widgets = {
            field: forms.Textarea({"rows": 2})
            for field in TEXT_FIELDS
            if field.startswith("opening") or field in ("letterhead", "own_name", "closing")
        } | {
            "layout": forms.Textarea(
                {"rows": 24, "wrap": "off", "spellcheck": "false", "autocapitalize": "off"}
            )
        }

    def words(self) -> list[forms.BoundField]:
        """The fields of the words, in their order."""
        return [bound for bound in self.visible_fields() if bound.name not in ("layout", "note")]
