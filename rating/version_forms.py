"""What the pages of versions ask: the parameters of a draft, and the months of a trial."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import InvalidInput
from common.formatting import month_title
from common.forms import DateField, add_refusal
from rating.models import Methodology, Slice
from rating.presentation.method import label_of

STEPS = 5
"""Steps with a limit that the form offers; the last one has none."""
NUMBERS = ("review_days", "grace_days", "return_penalty", "min_executed_points", "n_min")
CONTROL = ("min_lead_days", "max_request_extensions")
"""Rules of control that a version may change; the clock is that of Moscow for good (§2)."""
TEXTS = ("zone_green", "zone_yellow", "z_interval", "z_signal", "icc")
MAX_NUMBER = 10_000


class DraftForm(forms.Form):
    """The parameters of a version, as the audit file writes them but for the steps, which are rows."""

    version = forms.CharField(label=gettext_lazy("Version"), max_length=20)
    effective_from = forms.ChoiceField(label=gettext_lazy("Counts from the month"))
    reason = forms.CharField(
        label=gettext_lazy("What changes and why"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    saves = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, months: Iterable[str], **options: Any) -> None:
        super().__init__(data, **options)
        month: Any = self.fields["effective_from"]
        month.choices = [(period, month_title(period)) for period in months]
        for number in range(STEPS):
            self.fields[f"days_{number}"] = forms.IntegerField(
                label=_("Step %(number)s: up to so many days late") % {"number": number + 1},
                required=False, min_value=1, max_value=MAX_NUMBER,
            )  # fmt: skip
            self.fields[f"points_{number}"] = forms.IntegerField(
                label=_("Step %(number)s: points") % {"number": number + 1},
                required=False, min_value=0, max_value=100,
            )  # fmt: skip
        self.fields["count_due_from"] = DateField(label=_("Obligations counted from"))
        self.fields["late_steps"] = forms.IntegerField(
            label=_("Later than that: points"), min_value=0, max_value=100
        )
        for name in (*NUMBERS, *CONTROL):
            self.fields[name] = forms.IntegerField(label=label_of(name), min_value=0, max_value=MAX_NUMBER)
        for name in TEXTS:
            self.fields[name] = forms.CharField(label=label_of(name), max_length=20)

    @property
    def steps(self) -> Sequence[tuple[BoundField, BoundField]]:
        """The rows of the steps, days and points."""
        return [(self[f"days_{number}"], self[f"points_{number}"]) for number in range(STEPS)]

    @property
    def values(self) -> Sequence[BoundField]:
        """The fields of the other parameters."""
        return [self[name] for name in ("count_due_from", *NUMBERS, *TEXTS)]

    @property
    def control(self) -> Sequence[BoundField]:
        """The fields of the rules of control."""
        return [self[name] for name in CONTROL]

    def clean(self) -> dict[str, Any]:
        """The steps as the file has them; a row half filled or left out between others is a hole."""
        cleaned = super().clean() or {}
        steps: list[list[int | None]] = []
        is_over = False
        for number in range(STEPS):
            days, points = (cleaned.get(f"{name}_{number}") for name in ("days", "points"))
            if days is None and points is None:
                is_over = True
            elif days is None or points is None:
                missing = "days" if days is None else "points"
                self.add_error(f"{missing}_{number}", _("A step has both: days late and points."))
            elif is_over:
                self.add_error(
                    f"days_{number}", _("There is a hole before this step: fill the rows without gaps.")
                )
            else:
                steps.append([days, points])
        cleaned["steps"] = [*steps, [None, cleaned.get("late_steps")]]
        return cleaned

    def params(self, newest: Methodology) -> dict[str, Any]:
        """The parameters asked for; what the form does not offer is that of the newest version."""
        chosen = self.cleaned_data
        return {
            **newest.to_params(),
            **{name: chosen[name] for name in ("version", "effective_from", *NUMBERS, *CONTROL)},
            **{name: chosen[name].strip().replace(",", ".") for name in TEXTS},
            "count_due_from": chosen["count_due_from"].isoformat(),
            "late_steps": chosen["steps"],
        }

    def refuse(self, error: InvalidInput) -> None:
        add_refusal(self, error)


def initial_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the form for these parameters."""
    *limited, last = params["late_steps"]
    steps: dict[str, Any] = {}
    for number, (days, points) in enumerate(limited[:STEPS]):
        steps |= {f"days_{number}": days, f"points_{number}": points}
    first_day = date.fromisoformat(params["count_due_from"])
    return {**params, **steps, "late_steps": last[1], "count_due_from": first_day}


class TrialForm(forms.Form):
    """On which published months a draft is tried."""

    months = forms.MultipleChoiceField(
        label=gettext_lazy("Published months"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, slices: Iterable[Slice]) -> None:
        super().__init__(data)
        months: Any = self.fields["months"]
        months.choices = [(slice_.period, month_title(slice_.period)) for slice_ in slices]
