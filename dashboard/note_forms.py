"""The note of a region on how its work goes, as a form on the page of an execution."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments.enums import OPEN_STATES
from assignments.policies import can_note
from assignments.rules import MAX_NOTE_LENGTH
from common.forms import MAX_ID
from common.scope import Scope
from dashboard.selectors.execution import ExecutionCard


class NoteForm(forms.Form):
    """How the work goes, in a few words; `version` is the number of the note that the person has read."""

    version = forms.IntegerField(min_value=0, max_value=MAX_ID, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What goes on now"),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        help_text=_("A few words for the centre and the colleagues. It is no report and moves no score."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def note_form(scope: Scope, card: ExecutionCard, typed: NoteForm | None) -> NoteForm | None:
    """The form for whoever may write; what was typed comes back with the number of the note in force now."""
    if typed is not None:
        sent: Any = QueryDict(mutable=True)
        sent.update(typed.data)
        sent["version"] = str(card.note_number)
        typed.data = sent
        return typed
    if not can_note(scope, card.execution) or card.execution.state not in OPEN_STATES:
        return None
    text = card.notes[0].text if card.notes else ""
    return NoteForm(auto_id="note_%s", initial={"version": card.note_number, "text": text})
