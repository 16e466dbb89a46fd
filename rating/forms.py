"""What the pages of the rating ask: filters of the table, a month to close, a correction."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.forms import MomentField
from common.names import name_key
from rating.enums import Zone
from rating.presentation.rows import ABSENT, SORTS, ReadyRow

MINIMA = (5, 10, 20, 50)


class TableFilterForm(forms.Form):
    """Filters and order of the rating table, taken from the address."""

    district = forms.ChoiceField(label=_("Federal district"), required=False)
    zone = forms.ChoiceField(label=_("Zone"), required=False)
    minimum = forms.TypedChoiceField(label=_("At least"), required=False, coerce=int)
    name = forms.CharField(
        label=_("Region"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    sort = forms.CharField(label=_("Order"), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, rows: Iterable[ReadyRow]) -> None:
        super().__init__(data)
        districts = {row.data.district: row.data.district_name for row in rows}
        self._choices(
            "district", [("", _("All districts")), *sorted(districts.items(), key=lambda pair: pair[1])]
        )
        self._choices("zone", [("", _("All zones")), *Zone.choices, (ABSENT, _("not rated"))])
        minima = [(str(count), _("%(count)s executions") % {"count": count}) for count in MINIMA]
        self._choices("minimum", [("", _("any number")), *minima])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_name(self) -> str:
        return name_key(self.cleaned_data["name"])

    def clean_sort(self) -> str:
        sort: str = self.cleaned_data["sort"]
        if sort and sort not in SORTS:
            raise forms.ValidationError(_("The table cannot be sorted by this."))
        return sort

    def wanted(self) -> dict[str, Any]:
        """The cleaned filters; raises InvalidInput with a sentence per field, for an address is no form."""
        if self.is_valid():
            return self.cleaned_data
        raise InvalidInput(
            {
                name: [f"{self.fields[name].label}: {message}" for message in messages]
                for name, messages in self.errors.items()
            }
        )

    @property
    def is_narrowing(self) -> bool:
        """True when some region may be left out."""
        return any(self.cleaned_data.get(name) for name in ("district", "zone", "minimum", "name"))

    def asked(self) -> dict[str, str]:
        """The values of the address that the form knows, as they were written."""
        return {name: self.data.get(name, "") for name in self.fields}


class CloseForm(forms.Form):
    """Which month to close now."""

    period = forms.CharField(label=_("Month"), max_length=7)


class RevisionForm(forms.Form):
    """A correction of a closed month."""

    corrections_as_of = MomentField(label=_("Corrections recorded before (Moscow time)"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


THEMES = (("auto", _("as on the device")), ("light", _("light")), ("dark", _("dark")))
LANGUAGES = (("ru", _("Russian")), ("en", _("English")))


class EmbedForm(forms.Form):
    """What the frame for other sites shows: a district, a zone, some regions, in a language and in colours."""

    district = forms.ChoiceField(required=False)
    zone = forms.ChoiceField(required=False, choices=[("", ""), *Zone.choices, (ABSENT, "")])
    region = forms.MultipleChoiceField(required=False)
    lang = forms.ChoiceField(required=False, choices=[("", ""), *LANGUAGES])
    theme = forms.ChoiceField(required=False, choices=[("", ""), *THEMES])

    def __init__(self, data: Any, districts: Iterable[str], regions: Iterable[str]) -> None:
        super().__init__(data)
        district: Any = self.fields["district"]
        region: Any = self.fields["region"]
        district.choices = [("", ""), *((code, "") for code in sorted(set(districts)))]
        region.choices = [(code, "") for code in regions]

    def wanted(self) -> dict[str, Any]:
        """The cleaned parameters; raises InvalidInput naming each parameter that is wrong."""
        if self.is_valid():
            return self.cleaned_data
        raise InvalidInput(
            {name: f"{name}: {' '.join(map(str, errors))}" for name, errors in self.errors.items()}
        )


class EmbeddingForm(forms.Form):
    """For which frame and badge of another site the code is made; what is left out has its usual value."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    lang = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    theme = forms.ChoiceField(label=_("Colours of the frame"), choices=THEMES)
    fixed = forms.BooleanField(
        label=_("This very revision for ever, without later corrections"), required=False
    )

    def __init__(
        self, asked: Mapping[str, str], months: Iterable[tuple[str, str]], regions: Iterable[tuple[str, str]]
    ) -> None:
        usual = {"lang": "en" if get_language() == "en" else "ru", "theme": "auto"}
        super().__init__(usual | {name: value for name, value in asked.items() if value})
        month: Any = self.fields["month"]
        region: Any = self.fields["region"]
        month.choices = [("", _("always the newest")), *months]
        region.choices = [("", _("all regions")), *regions]
