"""What the lists of executions in the rating ask: of a slice, counted or not and why; of the running month, where."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from rating.enums import LossReason
from rating.presentation.executions import EXCLUSIONS, cluster_of
from rating.selectors.executions import CountedExecution
from regions.models import FederalDistrict

COUNTED, LOST, EXCLUDED = "counted", "lost", "excluded"


class DistrictForm(forms.Form):
    """The federal district whose open executions are looked at."""

    district = forms.ChoiceField(label=_("Federal district"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        districts = [(row.code, row.name) for row in FederalDistrict.objects.all()]
        cast(forms.ChoiceField, self.fields["district"]).choices = [("", _("All districts")), *districts]


class ExecutionFilterForm(forms.Form):
    """Which executions of a slice to show."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("all executions")),
            (COUNTED, _("counted in the month")),
            (LOST, _("lost points")),
            (EXCLUDED, _("not counted")),
        ],
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("any reason")), *LossReason.choices, *EXCLUSIONS.items()],
    )
    cluster = forms.ChoiceField(label=_("Cluster"), required=False)

    def __init__(self, data: Any, rows: Sequence[CountedExecution]) -> None:
        super().__init__(data)
        clusters = {one.row.cluster: cluster_of(one) for one in rows}
        named = sorted(clusters.items(), key=lambda pair: pair[1])
        cast(forms.ChoiceField, self.fields["cluster"]).choices = [("", _("all clusters")), *named]

    def takes(self, one: CountedExecution) -> bool:
        """Whether the valid form asks for this execution."""
        wanted = self.cleaned_data
        shown = {
            COUNTED: one.cell is not None,
            LOST: one.lost > 0 or bool(one.cell and one.cell.lost),
            EXCLUDED: one.cell is None,
        }
        reason, cluster = wanted["reason"], wanted["cluster"]
        return (
            shown.get(wanted["show"], True)
            and (not reason or reason in one.lost_by_reason or reason == one.excluded)
            and (not cluster or cluster == one.row.cluster)
        )
