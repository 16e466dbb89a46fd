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
from common.forms import DateField, offer
from common.scope import Scope
from common.tabular import Row
from cyclogram.enums import ValueState
from cyclogram.models import Checkpoint, Indicator
from cyclogram.policies import can_plan_for
from cyclogram.selectors.lanes import years_of_lanes
from cyclogram.selectors.stages import lane_choices
from cyclogram.selectors.values import ValueFilter, indicators_kept
from cyclogram.services.lanes import NAME_LENGTH, NOTE_LENGTH
from cyclogram.stage_forms import regions_of
from files.tables import uploaded_table
from regions.models import Region

PLANS = "plans"


class LanesForm(forms.Form):
    """Which year is shown, of the country or of one region."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", [(year, str(year)) for year in years_of_lanes(scope)])
        self.names = {row.code: row.name for row in regions_of(scope)}
        offer(self, "region", [("", gettext("all")), *self.names.items()])

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
        offer(self, "process", [("", gettext("all")), *lane_choices()])
        offer(self, "region", [("", gettext("all")), *self.names.items()])
        what = [("", gettext("actual values"))] if scope.coordinated else []
        if can_plan_for(scope):
            what.append((PLANS, gettext("planned values")))
        offer(self, "what", what)
        if len(self.names) == 1:
            del self.fields["region"]
        if len(what) == 1:
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
        try:
            self.rows = uploaded_table(file, max_rows=settings.MAX_IMPORT_ROWS)
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
        offer(self, "indicator", [everything, *named])
        offer(self, "region", [everything, *((row.code, row.name) for row in regions_of(scope))])
        offer(self, "state", [everything, *ValueState.choices])
        offer(self, "year", [everything, *((year, str(year)) for year in years_of_lanes(scope))])

    def narrowed(self) -> ValueFilter:
        """What was asked for; of a form that is valid."""
        return ValueFilter(**self.cleaned_data)


class DecisionForm(forms.Form):
    """Values that were chosen in the list, or all that it shows, each as `id:version`; what is wrong with them."""

    remark = forms.CharField(
        label=_("What is wrong"), required=False, max_length=MAX_REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent: Any = self.data
        typed = sent.getlist("shown" if sent.get("accept") == "all" else "chosen") if self.is_bound else []
        self.keys = [key for key in typed if re.fullmatch(r"[0-9]{1,18}:[0-9]{1,9}", key)]

    def versions(self) -> dict[int, int]:
        """By id the version that was seen."""
        pairs = (key.split(":") for key in self.keys)
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
        offer(self, "process", lane_choices())

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
    """Why a day is not held; it stands beside the form of the day, so its fields have ids of their own."""

    note = forms.CharField(label=_("Why it is not held"), max_length=NOTE_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "cancel_%s"
