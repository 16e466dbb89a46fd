"""Forms of a regional supervisory board; the rules themselves are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms import VersionForm
from common.forms import DateField
from cyclogram.enums import BoardRole, BoardSide
from cyclogram.services.boards import LINE, NUMBER, SHORT, SUBJECT
from cyclogram.stage_forms import words


class BoardForm(VersionForm):
    """The board and the act that created it."""

    name = forms.CharField(label=_("Name"), max_length=LINE)
    founded_on = DateField(label=_("Created on"), required=False)
    founded_by = forms.CharField(
        label=_("Act that created it"), required=False, max_length=LINE,
        help_text=_("Kind, day and number, as: order of the governor of 12.03.2023 No. 45."),
    )  # fmt: skip
    act = forms.FileField(label=_("Text of the act"), required=False)


class MemberForm(VersionForm):
    """A person in the board."""

    name = forms.CharField(label=_("Name"), max_length=SHORT)
    post = forms.CharField(label=_("Post"), required=False, max_length=LINE)
    role = forms.ChoiceField(
        label=_("Role in the board"), choices=BoardRole.choices, initial=BoardRole.MEMBER
    )
    side = forms.ChoiceField(label=_("Whom he represents"), choices=BoardSide.choices)
    starts_on = DateField(label=_("Member from"))
    ends_on = DateField(label=_("Member until"), required=False)


class SessionForm(VersionForm):
    """A session that was held."""

    held_on = DateField(label=_("Held on"))
    subject = forms.CharField(label=_("What it was about"), max_length=SUBJECT)
    protocol_number = forms.CharField(label=_("Number of the protocol"), required=False, max_length=NUMBER)
    protocol = forms.FileField(label=_("File of the protocol"), required=False)


class DecisionForm(VersionForm):
    """A decision of a session."""

    text = words(_("What was decided"))
    responsible = forms.CharField(label=_("Who answers for it"), required=False, max_length=LINE)
    due_on = DateField(label=_("Due date"), required=False)
    done_on = DateField(label=_("Carried out on"), required=False)


def form_of(kind: type[VersionForm], row: Any) -> VersionForm:
    """The form of what there is; files are sent anew only to replace them."""
    fields = [name for name, field in kind.base_fields.items() if not isinstance(field, forms.FileField)]
    return kind(initial={name: getattr(row, name) for name in fields})
