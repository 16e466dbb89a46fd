"""Forms of the protocol of a meeting and of its template; the rules themselves are in the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.forms import VersionForm
from common import clock
from common.forms import DateField
from meetings.models import Meeting, MeetingProtocol, ProtocolTemplate
from meetings.papers.content import PaperItem
from meetings.selectors.minutes import approver_choices
from meetings.services.approvals import LONGEST_REMARK
from meetings.services.issuing import SCAN_ENDINGS
from meetings.services.minutes import GREATEST_NUMBER, LONGEST_CLAUSE
from meetings.services.templates import LONGEST_NOTE

OF_ITEM = "item_"


class MinutesForm(VersionForm):
    """What a person writes himself in a draft."""

    number = forms.IntegerField(
        label=_("Number within the year"),
        min_value=1,
        max_value=GREATEST_NUMBER,
        help_text=_("The paper shows it as the portal is set up: 14-пр."),
    )
    control_clause = forms.CharField(
        label=_("Who controls the execution"),
        required=False,
        max_length=LONGEST_CLAUSE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The last sentence before the signatures; empty: none."),
    )
    with_notes = forms.BooleanField(
        label=_("The notes of the meeting stand under what was heard"), required=False
    )

    @classmethod
    def of(cls, minutes: MeetingProtocol) -> "MinutesForm":
        return cls(initial={name: getattr(minutes, name) for name in cls.base_fields})


class SendForm(VersionForm):
    """Who is to approve."""

    approvers = forms.TypedMultipleChoiceField(
        label=_("Who is to approve"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The protocol is agreed when all of them have agreed."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(person.pk, person.get_full_name()) for person in approver_choices(meeting)]
        self.fields["approvers"].choices = people  # type: ignore[attr-defined]


class RemarkForm(VersionForm):
    """Remarks on the whole, and on each question of the agenda."""

    remark = forms.CharField(
        label=_("Remark on the whole protocol"),
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, items: Sequence[PaperItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"{OF_ITEM}{item.pk}"] = forms.CharField(
                label=gettext("Remark on question %(number)s") % {"number": item.number},
                required=False,
                max_length=LONGEST_REMARK,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def questions(self) -> list[tuple[PaperItem, forms.BoundField]]:
        """Each question with the field for its remark."""
        return [(item, self[f"{OF_ITEM}{item.pk}"]) for item in self.items]

    def at_items(self) -> dict[int, str]:
        """What was written, by question; of a form that is valid."""
        return {item.pk: self.cleaned_data[f"{OF_ITEM}{item.pk}"] for item in self.items}


class SignForm(VersionForm):
    """The day of the signature."""

    signed_on = DateField(label=_("Signed on"), help_text=_("As on the signed paper."))

    @classmethod
    def of(cls, minutes: MeetingProtocol) -> "SignForm":
        return cls(initial={"version": minutes.version, "signed_on": clock.today()})


class ReopenForm(VersionForm):
    """Why an agreed protocol returns to its draft."""

    reason = forms.CharField(
        label=_("Why it returns to its draft"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ScanForm(VersionForm):
    """The scan of the signed paper."""

    file = forms.FileField(
        label=_("Scan of the signed paper"),
        allow_empty_file=True,
        help_text=_("PDF, PNG or JPEG."),
        widget=forms.ClearableFileInput({"accept": ",".join(f".{ending}" for ending in SCAN_ENDINGS)}),
    )


class TemplateForm(forms.Form):
    """A new version of the template."""

    file = forms.FileField(
        label=_("Template, DOCX"),
        allow_empty_file=True,
        help_text=_("A short and a long document are made by it before it holds."),
        widget=forms.ClearableFileInput({"accept": ".docx"}),
    )
    note = forms.CharField(label=_("What has changed"), max_length=LONGEST_NOTE)
    based_on = forms.IntegerField(widget=forms.HiddenInput())

    @classmethod
    def after(cls, newest: ProtocolTemplate | None) -> "TemplateForm":
        return cls(initial={"based_on": newest.number if newest else 0})
