"""Forms of the associations; the rules themselves are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.forms import VersionForm
from associations.enums import DateKind, MilestoneState
from associations.models import Milestone
from associations.selectors.roadmap import milestones_to_follow
from associations.services.roadmap import LINE
from common.forms import DateField, offer
from cyclogram.stage_forms import words


class MilestoneForm(VersionForm):
    """A milestone of the roadmap."""

    name_ru = forms.CharField(label=_("Name in Russian"), max_length=LINE)
    name_en = forms.CharField(label=_("Name in English"), max_length=LINE)
    date_kind = forms.ChoiceField(label=_("What the days mean"), choices=DateKind.choices)
    starts_on = DateField(label=_("First day"), required=False)
    due_on = DateField(label=_("Last day"), required=False)
    after = forms.TypedChoiceField(
        label=_("Comes after"), required=False, coerce=int, empty_value=None,
        help_text=_("This milestone is done only when that one is."),
    )  # fmt: skip
    responsible = forms.CharField(label=_("Who answers for it"), required=False, max_length=LINE)
    state = forms.ChoiceField(label=_("State"), choices=MilestoneState.choices)
    done_on = DateField(label=_("Done on"), required=False)
    evidence = words(_("What proves it"), required=False)
    note = words(_("Note"), required=False)

    def __init__(self, *args: Any, association: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "after", [("", gettext("nothing")), *milestones_to_follow(association)])

    @classmethod
    def of(cls, row: Milestone, association: int | None) -> "MilestoneForm":
        """The form of what there is."""
        initial = {name: getattr(row, name) for name in cls.base_fields}
        return cls(association=association, initial={**initial, "after": row.after_id})
