"""Forms of the practice library; the rules themselves are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.forms import ActForm, VersionForm
from associations.enums import MOST_POINTS, Criterion, PracticeState, ReplicationState
from associations.models import Practice, Replication
from associations.selectors.experts import experts_offered
from associations.selectors.practices import (
    PracticeFilter,
    PracticePage,
    clusters_to_write_for,
    organisations_to_write_for,
)
from associations.services.practices import COMMENT, LONG, TITLE
from clusters.models import Association
from common import clock
from common.forms import MAX_ID, DateField, offer
from common.scope import Scope
from cyclogram.selectors.stages import process_choices
from cyclogram.stage_forms import words
from files.forms import MultipleFileField, WithFiles
from regions.models import Region


def _part(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONG, widget=forms.Textarea(attrs={"rows": 5})
    )


def _whole(label: Any, *, required: bool = False) -> forms.TypedChoiceField:
    """A choice among rows by their ids."""
    return forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None)


def _associations(scope: Scope) -> list[tuple[int, str]]:
    rows = Association.objects.visible_to(scope)
    return sorted(((row.pk, row.name) for row in rows), key=lambda row: row[1])


class PracticeForm(VersionForm, WithFiles):
    """The card of a practice."""

    title = forms.CharField(label=_("Title"), max_length=TITLE)
    association = _whole(_("Association"), required=True)
    region = forms.ChoiceField(label=_("Region"))
    cluster = _whole(_("Cluster"))
    college = _whole(_("College"))
    enterprise = _whole(_("Enterprise"))
    process = forms.ChoiceField(
        label=_("Process of the cyclogram"), required=False,
        help_text=_("The practice is offered to whoever is late with an item of this process."),
    )  # fmt: skip
    problem = _part(_("The problem"), _("What did not work, for whom, how it was seen."))
    steps = _part(_("How to repeat it, step by step"), _("What is done, by whom, in which order."))
    resources = _part(_("Resources"), _("People, money, equipment, time, agreements."))
    results = _part(_("Results in numbers"), _("What was, and what became."))
    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", gettext("not named"))]
        regions = Region.objects.visible_to(scope).by_name().filter(code__in=scope.coordinated)
        offer(self, "association", [("", gettext("choose an association")), *_associations(scope)])
        offer(self, "region", [(row.code, row.name) for row in regions])
        clusters = [(row.pk, row.display_name) for row in clusters_to_write_for(scope)]
        offer(self, "cluster", [*nothing, *clusters])
        colleges = organisations_to_write_for(scope, "led_clusters", "network_clusters")
        offer(self, "college", [*nothing, *((row.pk, row.name) for row in colleges)])
        enterprises = organisations_to_write_for(scope, "anchored_clusters", "employer_clusters")
        offer(self, "enterprise", [*nothing, *((row.pk, row.name) for row in enterprises)])
        offer(self, "process", [*nothing, *process_choices()])

    @classmethod
    def of(cls, row: Practice, scope: Scope) -> "PracticeForm":
        """The form of what there is."""
        keys = ("association", "region", "cluster", "college", "enterprise", "process")
        initial = {name: getattr(row, f"{name}_id") for name in keys}
        plain = ("version", "title", "problem", "steps", "resources", "results")
        return cls(scope=scope, initial={**initial, **{name: getattr(row, name) for name in plain}})


class PracticeFilterForm(forms.Form):
    """What the library is narrowed to."""

    q = forms.CharField(label=_("Words to find"), required=False, max_length=100)
    association = forms.TypedChoiceField(label=_("Association"), required=False, coerce=int, empty_value=None)
    process = forms.ChoiceField(label=_("Process of the cyclogram"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("all"))]
        regions = Region.objects.visible_to(scope).by_name()
        offer(self, "association", [*everything, *_associations(scope)])
        offer(self, "process", [*everything, *process_choices()])
        offer(self, "region", [*everything, *((row.code, row.name) for row in regions)])
        offer(self, "state", [*everything, *PracticeState.choices])

    def narrowed(self) -> PracticeFilter:
        """Of a form that is valid."""
        return PracticeFilter(**self.cleaned_data)


class PracticeActForm(ActForm):
    """What an act on a practice carries."""

    @classmethod
    def of(cls, page: PracticePage) -> "PracticeActForm":
        """The form as it opens."""
        return cls(initial={"version": page.practice.version, **cls.offers()}).shown(page)

    @classmethod
    def offers(cls) -> dict[str, Any]:
        """What it opens with."""
        return {}

    def shown(self, page: PracticePage) -> "PracticeActForm":
        """With what can be chosen on this page."""
        if "expert" in self.fields:
            widget: Any = self.fields["expert"].widget
            widget.choices = [("", gettext("choose a person")), *self.people(page)]
        return self

    def people(self, page: PracticePage) -> list[tuple[int, str]]:
        """Whom an act that names an expert may name."""
        raise NotImplementedError


class SubmitForm(PracticeActForm):
    act = "submit"


class RecallForm(PracticeActForm):
    act = "recall"


class SelectForm(PracticeActForm):
    act = "select"


class AppointForm(PracticeActForm):
    act = "appoint"
    expert = forms.IntegerField(label=_("Expert"), widget=forms.Select(), min_value=1, max_value=MAX_ID)

    def people(self, page: PracticePage) -> list[tuple[int, str]]:
        """People without a conflict of interest."""
        return experts_offered(page.practice)


class RelieveForm(PracticeActForm):
    act = "relieve"
    expert = forms.IntegerField(label=_("Expert"), widget=forms.Select(), min_value=1, max_value=MAX_ID)

    def people(self, page: PracticePage) -> list[tuple[int, str]]:
        """Those who have not scored."""
        return [(one.expert_id, one.expert.get_full_name()) for one in page.experts if one.scored_at is None]


class ScoreForm(PracticeActForm):
    """Points by criterion and the conclusion."""

    act = "score"
    comment = words(_("Conclusion"), hint=_("The author reads it without your name."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in Criterion.choices:
            self.fields[name] = forms.IntegerField(
                label=str(label).capitalize(), min_value=0, max_value=MOST_POINTS,
                help_text=gettext("from 0 to %(most)s points") % {"most": MOST_POINTS},
            )  # fmt: skip
        self.order_fields([*Criterion.values, "comment"])

    def clean(self) -> dict[str, Any]:
        """The points together, as the service takes them."""
        said = super().clean() or self.cleaned_data
        said["points"] = {name: said.pop(name) for name in Criterion.values if name in said}
        return said


class ReturnForm(PracticeActForm):
    act = "return"
    reason = words(_("What is missing"))


class RejectForm(PracticeActForm):
    act = "reject"
    reason = words(_("Why it is rejected"))


class PublishForm(PracticeActForm):
    act = "publish"
    valid_until = DateField(
        label=_("Up to date until"), help_text=_("On this day the practice is looked at again.")
    )

    @classmethod
    def offers(cls) -> dict[str, Any]:
        """About two years, to the first day of a month."""
        today = clock.today()
        return {"valid_until": today.replace(year=today.year + 2, day=1)}


class ProlongForm(PracticeActForm):
    act = "prolong"
    valid_until = DateField(label=_("Up to date until"))


class WithdrawForm(PracticeActForm):
    act = "withdraw"
    reason = words(_("Why it is withdrawn"))


class CommentForm(forms.Form):
    """A comment on a published practice."""

    text = forms.CharField(label=_("Comment"), max_length=COMMENT, widget=forms.Textarea(attrs={"rows": 3}))


class ReplicationForm(forms.Form):
    """«We carry it out»."""

    cluster = _whole(_("Cluster"), required=True)
    starts_on = DateField(label=_("Carried out from"))

    def __init__(self, *args: Any, page: PracticePage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cluster", [(one.pk, one.display_name) for one in page.replicators])


class ReplicationEndForm(VersionForm):
    """How a replication ended."""

    state = forms.ChoiceField(label=_("State"), choices=ReplicationState.choices)
    ended_on = DateField(label=_("Ended on"), required=False)
    result = words(_("Result"), required=False, hint=_("What came of it, in numbers where there are any."))

    @classmethod
    def of(cls, row: Replication) -> "ReplicationEndForm":
        """The form of what there is."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})
