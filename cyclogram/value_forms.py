"""Forms of the lanes: which table is filled in, which values are listed and decided, the days of a lane."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.forms import VersionForm
from assignments.rules import MAX_REMARK_LENGTH
from common import clock
from common.errors import InvalidInput, TooLarge
from common.forms import DateField
from common.scope import Scope
from common.tabular import Row, parse_table
from cyclogram.enums import ValueState
from cyclogram.models import Checkpoint, Indicator
from cyclogram.policies import can_plan_for
from cyclogram.selectors.lanes import years_of_lanes
from cyclogram.selectors.stages import lane_choices
from cyclogram.selectors.values import ValueFilter, indicators_kept
from cyclogram.services.lanes import NAME_LENGTH, NOTE_LENGTH
from cyclogram.stage_forms import regions_of, words
from files.names import clean_file_name
from regions.models import Region

PLANS = "plans"


def _offer(form: forms.Form, name: str, choices: Any) -> None:
    field: Any = form.fields[name]
    field.choices = choices


class LanesForm(forms.Form):
    """Which year is shown, of the country or of one region."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "year", [(year, str(year)) for year in years_of_lanes(scope)])
        self.names = {row.code: row.name for row in regions_of(scope)}
        _offer(self, "region", [("", gettext("all")), *self.names.items()])

    @property
    def year_shown(self) -> int:
        """The chosen year, else the running one; of a form that is valid."""
        return int(self.cleaned_data["year"] or clock.today().year)


class EntryForm(forms.Form):
    """Which table is filled in: the day, whose places, which indicators, facts or plans."""

    day = DateField(label=_("As of"))
    process = forms.ChoiceField(label=_("Process"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    what = forms.ChoiceField(label=_("What is entered"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Region.objects.visible_to(scope).by_name()
        if not can_plan_for(scope):
            own = own.filter(code__in=scope.coordinated)
        self.names = {row.code: row.name for row in own}
        _offer(self, "process", [("", gettext("all")), *lane_choices()])
        _offer(self, "region", [("", gettext("all")), *self.names.items()])
        what = [("", gettext("actual values"))] if scope.coordinated else []
        _offer(self, "what", [*what, (PLANS, gettext("planned values"))] if can_plan_for(scope) else what)
        if len(self.names) == 1:
            del self.fields["region"]
        if len(self.fields["what"].choices) == 1:  # type: ignore[attr-defined]
            del self.fields["what"]
        self._plans_alone = can_plan_for(scope) and not scope.coordinated

    @property
    def plans(self) -> bool:
        return self._plans_alone or self.cleaned_data.get("what") == PLANS

    @property
    def regions(self) -> list[str]:
        """The regions of the table; of a form that is valid."""
        chosen = self.cleaned_data.get("region")
        return [chosen] if chosen else list(self.names)

    def indicators(self) -> list[Indicator]:
        return indicators_kept(self.cleaned_data["process"])


class UploadForm(forms.Form):
    """A filled in table."""

    file = forms.FileField(
        label=_("Filled in table"),
        help_text=_("XLSX or CSV. First you see the values in the table; nothing is saved yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose the table that you have filled in.")},
    )

    rows: list[Row]

    def clean_file(self) -> Any:
        """Reads the rows."""
        file = self.cleaned_data["file"]
        if file.size > settings.MAX_FILE_BYTES:
            limit = settings.MAX_FILE_BYTES // 1024 // 1024
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        try:
            name = clean_file_name(file.name)
            self.rows = parse_table(name, file.read(), max_rows=settings.MAX_IMPORT_ROWS)
        except (InvalidInput, TooLarge) as error:
            raise forms.ValidationError(str(error)) from error
        return file


class ValueFilterForm(forms.Form):
    """What the list of values is narrowed to."""

    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", gettext("all"))
        named = [(row.key, row.name) for row in Indicator.objects.visible_to(scope)]
        _offer(self, "indicator", [everything, *named])
        _offer(self, "region", [everything, *((row.code, row.name) for row in regions_of(scope))])
        _offer(self, "state", [everything, *ValueState.choices])
        _offer(self, "year", [everything, *((year, str(year)) for year in years_of_lanes(scope))])

    def narrowed(self) -> ValueFilter:
        """What was asked for; of a form that is valid."""
        return ValueFilter(**self.cleaned_data)


class DecisionForm(forms.Form):
    """Values that were chosen in the list, or all that it shows, each as `id:version`; what is wrong with them."""

    chosen = forms.TypedMultipleChoiceField(required=False, coerce=str)
    remark = forms.CharField(
        label=_("What is wrong"), required=False, max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = "shown" if self.is_bound and self.data.get("accept") == "all" else "chosen"
        typed = self.data.getlist(name) if self.is_bound else []  # type: ignore[attr-defined]
        self.takes_all = name == "shown"
        _offer(self, "chosen", [(key, key) for key in typed if re.fullmatch(r"[0-9]{1,18}:[0-9]{1,9}", key)])

    def versions(self) -> dict[int, int]:
        """By id the version that was seen; of a form that is valid."""
        keys = [key for key, _label in self.fields["chosen"].choices]  # type: ignore[attr-defined]
        pairs = (key.split(":") for key in (keys if self.takes_all else self.cleaned_data["chosen"]))
        return {int(pk): int(version) for pk, version in pairs}


class CheckpointForm(VersionForm):
    """A day of a lane."""

    process = forms.ChoiceField(label=_("Process"))
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=NAME_LENGTH)
    name_en = forms.CharField(label=_("Name in English"), max_length=NAME_LENGTH)
    held_on = DateField(label=_("Day"))
    note = forms.CharField(label=_("Note"), required=False, max_length=NOTE_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "process", lane_choices())

    @classmethod
    def of(cls, row: Checkpoint) -> "CheckpointForm":
        """The form of a day that there is; its process stays."""
        names = ("name_ru", "name_en", "held_on", "note", "version")
        form = cls(initial={name: getattr(row, name) for name in names})
        del form.fields["process"]
        return form

    def typed(self, data: Any) -> "CheckpointForm":
        """The same form with what was typed."""
        self.data, self.is_bound = data, True
        return self


class CancelForm(VersionForm):
    """Why a day is not held."""

    note = words(_("Why it is not held"))
