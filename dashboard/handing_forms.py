"""Forms over several executions: one report, who works on them, and views of their lists."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments.enums import ListPage
from assignments.models import SavedView
from assignments.services.handing import MAX_TOGETHER
from assignments.services.saved_views import MAX_NAME, MAX_QUERY
from common.forms import MAX_ID
from dashboard.forms import read_versions, report_text
from files.forms import MultipleFileField, WithFiles

DAMAGED = _("The list of executions is damaged. Open the list again.")


def together_form(data: Any, files: Any = None) -> "TogetherForm":
    """The form with what was ticked: of a page its boxes, of the first step the list as it was made."""
    if isinstance(data, QueryDict):
        data = data.copy()
        data["ids"] = ",".join(data.getlist("pick"))
    return TogetherForm(data, files)


class TogetherForm(WithFiles):
    """One report; `offered` are the executions of the page, `ids` those that are ticked: «12:3,15:2»."""

    ids = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    offered = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)
    text = report_text()
    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]

    def clean_ids(self) -> dict[int, int]:
        return read_versions(self.cleaned_data["ids"], DAMAGED)

    def clean_offered(self) -> dict[int, int]:
        return read_versions(self.cleaned_data["offered"], DAMAGED)

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("ids", {})
        if not chosen:
            self.add_error(None, _("Choose at least one execution."))
        elif len(chosen) > MAX_TOGETHER:
            message = _("One report is handed in for at most %(limit)s executions at once.")
            self.add_error(None, str(message) % {"limit": MAX_TOGETHER})
        return self.cleaned_data


# Sharing out


class AssignForm(forms.Form):
    """The ticked executions and who gets them; nobody when the choice is empty."""

    assignee = forms.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    ids = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict) -> None:
        sent: Any = data.copy()
        sent["ids"] = ",".join(data.getlist("pick"))
        super().__init__(sent)

    def clean_ids(self) -> list[int]:
        return list(read_versions(self.cleaned_data["ids"], DAMAGED))


# Saved views


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name of the view"), max_length=MAX_NAME, error_messages={"required": _("Name the view.")}
    )


class SavedViewForm(forms.Form):
    """The filters of a list and their name."""

    page = forms.ChoiceField(choices=ListPage.choices, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=MAX_QUERY, widget=forms.HiddenInput)
    name = _name()


class RenameForm(forms.Form):
    """Another name of a view; several such forms stand on one page."""

    name = _name()

    @classmethod
    def of(cls, view: SavedView, data: Any = None) -> "RenameForm":
        """The form of one view, with ids of its own."""
        return cls(data, initial={"name": view.name}, auto_id=f"view{view.pk}_%s")
