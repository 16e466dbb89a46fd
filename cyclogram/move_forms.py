"""The form of a move: which stage, of which clusters, to which days."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.forms import DateField, offer
from common.scope import Scope
from cyclogram.selectors.gantt import cohorts_in_force
from cyclogram.selectors.moves import MoveRule, stage_to_move
from cyclogram.selectors.stages import process_choices
from cyclogram.stage_forms import regions_of, words

MOST_CODES = 6_000


class MoveForm(forms.Form):
    """A move as it is typed; `seen` is the digest of the preview that the person has looked at."""

    process = forms.ChoiceField(label=_("Stage"))
    cohort = forms.TypedChoiceField(label=_("Cohort"), coerce=int)
    region = forms.ChoiceField(label=_("Region"), required=False)
    codes = forms.CharField(
        label=_("Only these clusters"), required=False, max_length=MOST_CODES,
        help_text=_("Codes parted by commas or spaces, as 74-001. Left empty, all clusters of the choice move."),
    )  # fmt: skip
    planned_from = DateField(label=_("New first day"))
    planned_to = DateField(label=_("New last day"))
    reason = words(_("Why it is moved"))
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "process", process_choices())
        offer(self, "cohort", [(year, str(year)) for year in reversed(cohorts_in_force(scope))])
        offer(self, "region", [("", gettext("all")), *((row.code, row.name) for row in regions_of(scope))])

    @classmethod
    def of(cls, asked: Any, scope: Scope) -> "MoveForm":
        """The form as it opens: what the address names, with the days of the plan."""
        form = cls(scope=scope, initial={name: asked[name] for name in asked if name in cls.base_fields})
        process, cohort = form.initial.get("process", ""), form.initial.get("cohort", "")
        if str(cohort).isdecimal():
            try:
                window = stage_to_move(process, int(cohort)).window
            except InvalidInput:
                return form
            form.initial["planned_from"], form.initial["planned_to"] = window
        return form

    @property
    def rule(self) -> MoveRule:
        """What is to be moved; of a form that is valid."""
        said = self.cleaned_data
        return MoveRule(
            process=said["process"], cohort=said["cohort"], region=said["region"],
            codes=tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", said["codes"])))),
            planned_from=said["planned_from"], planned_to=said["planned_to"],
        )  # fmt: skip

    def shown(self, digest: str) -> "MoveForm":
        """The form after a preview: the next press agrees with what was shown."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        typed["seen"] = digest
        self.data = typed
        return self
