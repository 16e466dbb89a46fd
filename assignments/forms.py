"""Forms of the protocol pages: shape and wording; the rules themselves are in the services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assignments.audience import CONDITIONS, Audience
from assignments.enums import AddresseeKind, ProtocolStatus
from assignments.models import Assignment, Protocol, SavedAudience
from assignments.rules import no_day_problem
from assignments.selectors.addressees import clusters_by_code, clusters_found
from assignments.selectors.protocols import TEMPLATE, protocol_years
from assignments.selectors.saved_audiences import saved_choices
from assignments.services.protocols import LIMITS, WEIGHTS
from clusters.enums import ClusterKind
from clusters.models import Association, Cluster, Industry, Process
from common import clock
from common.formatting import days
from common.forms import DateField
from common.scope import Scope
from regions.models import FederalDistrict, Region

WEIGHT_NAMES = {1: _("1, ordinary"), 2: _("2, important"), 3: _("3, of special importance")}
EVERYONE, RULE = "everyone", "rule"


class ProtocolFilterForm(forms.Form):
    """Filters of the list of protocols."""

    q = forms.CharField(
        label=_("Number or words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, str(year)) for year in protocol_years(scope)]
        self.fields["year"].choices = [("", _("all years")), *years]  # type: ignore[attr-defined]
        templates = (TEMPLATE, _("templates"))
        statuses = [("", pgettext_lazy("protocols", "all")), *ProtocolStatus.choices, templates]
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]
        if not scope.is_centre:
            del self.fields["status"]


class ProtocolForm(forms.Form):
    """Number, date and meeting of a draft."""

    number = forms.CharField(label=_("Number"), max_length=40, help_text=_("As on the paper: 14, 05-пр/14."))
    held_on = DateField(label=_("Date"), help_text=_("The day of the meeting, not of the signature."))
    meeting_title = forms.CharField(
        label=_("Meeting"), max_length=300, help_text=_("The body and the subject, as in the heading.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    @classmethod
    def of(cls, protocol: Protocol) -> "ProtocolForm":
        names = ("number", "held_on", "meeting_title", "version")
        return cls(initial={name: getattr(protocol, name) for name in names})


class VersionForm(forms.Form):
    """The version that a person saw when pressing a button."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput())


class ActForm(VersionForm):
    """What an act carries; several stand on one page, so each has ids of its own."""

    act = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"{self.act}_%s"


class ManyKeysField(forms.MultipleChoiceField):
    """Checkboxes whose keys the service checks: a key that is not among the offered ones is no error here."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def valid_value(self, value: str) -> bool:
        return len(value) <= 64


class LooseChoiceField(forms.ChoiceField):
    """A choice that only helps to fill the form: one that is gone meanwhile is no error."""

    def valid_value(self, value: str) -> bool:
        return True


def _cluster_choices(clusters: Iterable[Cluster]) -> list[tuple[str, str]]:
    return [(row.code, f"{row.display_name}, {row.region.brief} ({row.code})") for row in clusters]


@dataclass(frozen=True, slots=True)
class Condition:
    """One folded list of checkboxes: open when something is ticked in it."""

    field: forms.BoundField
    chosen: int
    only_clusters: bool

    @property
    def summary(self) -> str:
        label = str(self.field.label)
        return f"{label} ({self.chosen})" if self.chosen else label


@dataclass(frozen=True, slots=True)
class Term:
    """A usual term: «срочно», «оперативно», with its day."""

    label: str
    day: date


def _search(target: str, label: Any) -> forms.CharField:
    """A field that brings clusters to tick: at once where htmx runs, by its button elsewhere."""
    attrs = {
        "type": "search",
        "autocomplete": "off",
        "hx-post": reverse_lazy("assignments:audience-preview"),
        "hx-trigger": "input changed delay:300ms, search",
        "hx-target": f"#{target}",
        "hx-swap": "outerHTML",
        "hx-include": "closest form",
        "hx-sync": "this:replace",
    }
    return forms.CharField(label=label, required=False, max_length=100, widget=forms.TextInput(attrs=attrs))


class ItemForm(forms.Form):
    """An item with the builder of its audience."""

    number = forms.CharField(
        label=_("Item"), max_length=LIMITS["number"], help_text=_("As on the paper: 3.2.")
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=LIMITS["text"],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Begin with a verb: to provide, to submit, to send."),
    )
    title = forms.CharField(
        label=_("Short title"),
        max_length=LIMITS["title"],
        required=False,
        help_text=_("For lists and letters; left empty, it is made of the first words."),
    )
    due_on = DateField(label=_("Due date"), help_text=_("The last day, inclusive, Moscow time."))
    weight = forms.TypedChoiceField(
        label=_("Weight in the rating"), coerce=int, choices=[(n, WEIGHT_NAMES[n]) for n in WEIGHTS]
    )
    expected_result = forms.CharField(
        label=_("Expected result"),
        max_length=LIMITS["expected_result"],
        required=False,
        help_text=_("What is handed in: a letter, a table, a link, a photograph."),
    )
    process = forms.ChoiceField(label=_("Process of the cyclogram"), required=False)
    addressee = forms.ChoiceField(
        label=_("Who executes"),
        widget=forms.RadioSelect,
        choices=[
            (AddresseeKind.CLUSTERS, _("clusters: each one by itself, counted in the rating")),
            (AddresseeKind.REGIONS, _("regional coordinators: on control, never in the rating")),
        ],
    )
    scope_of_rule = forms.ChoiceField(
        label=_("Which of them"),
        widget=forms.RadioSelect,
        choices=[(EVERYONE, _("all")), (RULE, _("by conditions or by hand"))],
    )
    saved = LooseChoiceField(label=_("Saved audience"), required=False)
    cohorts = forms.TypedMultipleChoiceField(
        label=_("Cohorts"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    kinds = ManyKeysField(label=_("Kinds"), choices=ClusterKind.choices)
    industries = ManyKeysField(label=_("Industries"))
    districts = ManyKeysField(label=_("Federal districts"))
    regions = ManyKeysField(label=_("Regions"))
    associations = ManyKeysField(label=_("Associations"))
    clusters = ManyKeysField(label=_("Clusters by hand"))
    find = _search("pick-clusters", _("Find a cluster"))
    except_regions = ManyKeysField(label=_("Regions left out"))
    except_clusters = ManyKeysField(label=_("Clusters left out"))
    find_except = _search("pick-except", _("Find a cluster to leave out"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    offers_series = False
    """Whether the form was refused because the work repeats: then a recurring item is offered."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = scope
        regions = [(row.code, row.name) for row in Region.objects.all()]
        processes = [("", _("not linked")), *((row.slug, row.name) for row in Process.objects.all())]
        self._offer("process", processes)
        self._offer("saved", [("", _("choose")), *saved_choices(scope)])
        self._offer("cohorts", self._cohorts())
        self._offer("industries", [(row.slug, row.name) for row in Industry.objects.all()])
        self._offer("districts", [(row.code, row.name) for row in FederalDistrict.objects.all()])
        self._offer("regions", regions)
        self._offer("except_regions", regions)
        self._offer("associations", [(row.slug, row.name) for row in Association.objects.all()])
        self._offer_clusters("clusters", "find")
        self._offer_clusters("except_clusters", "find_except")

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def _cohorts(self) -> list[tuple[int, str]]:
        known = Cluster.objects.active().exclude(cohort_year=None).order_by()
        years = {str(year) for year in known.values_list("cohort_year", flat=True).distinct()}
        chosen = {year for year in self._chosen("cohorts") if year.isdecimal() and len(year) == 4}
        return [(int(year), year) for year in sorted(years | chosen)]

    def _chosen(self, name: str) -> list[str]:
        """Keys ticked before, whatever else the form holds."""
        value = self[name].value() or []
        return [str(key) for key in value] if isinstance(value, list | tuple) else [str(value)]

    def _offer_clusters(self, name: str, search: str) -> None:
        chosen = clusters_by_code(self.reader, self._chosen(name))
        found = clusters_found(self.reader, str(self[search].value() or "")[:100])
        known = {row.code for row in chosen}
        self._offer(name, _cluster_choices([*chosen, *(row for row in found if row.code not in known)]))

    @property
    def has_saved(self) -> bool:
        """Whether there is a saved audience to take, besides the empty choice."""
        return len(self.fields["saved"].choices) > 1  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """«Постоянно» where the day should be is answered with the rule, not with the spelling of dates."""
        if "due_on" in self.errors:
            typed, text = (str(self[name].value() or "").strip() for name in ("due_on", "text"))
            problem = no_day_problem(typed, text)
            if problem:
                self.errors["due_on"] = self.error_class([problem], renderer=self.renderer)
                self.offers_series = True
        return self.cleaned_data

    def terms(self) -> list["Term"]:
        """The usual terms from today, as buttons beside the due date."""
        today = clock.today()
        named = (
            (gettext("Urgent"), settings.TERM_URGENT_DAYS),
            (gettext("Prompt"), settings.TERM_PROMPT_DAYS),
        )
        return [Term(f"{name}: {days(count)}", today + timedelta(days=count)) for name, count in named]

    def conditions(self) -> list["Condition"]:
        """The lists of the rule as the page folds them."""
        for_regions = ("districts", "regions")
        return [self._condition(name, only_clusters=name not in for_regions) for name in CONDITIONS]

    def exceptions(self) -> list["Condition"]:
        return [self._condition("except_regions", only_clusters=False)]

    def _condition(self, name: str, *, only_clusters: bool) -> "Condition":
        count = len(self._chosen(name))
        return Condition(self[name], count, only_clusters)

    @property
    def addressee_kind(self) -> str:
        value = self["addressee"].value()
        return value if value in AddresseeKind.values else AddresseeKind.CLUSTERS

    def audience(self) -> Audience:
        """The rule as ticked; InvalidInput for keys of a forged form. Needs no other field to be right."""
        of_regions = self.addressee_kind == AddresseeKind.REGIONS
        everyone = self["scope_of_rule"].value() == EVERYONE
        names = [] if everyone else [*CONDITIONS, "clusters"]
        names += ["except_regions", "except_clusters"]
        if of_regions:
            names = [name for name in names if name in ("regions", "districts", "except_regions")]
        data: dict[str, Any] = {name: self._chosen(name) for name in names}
        if "cohorts" in data:
            data["cohorts"] = [int(year) for year in data["cohorts"] if year.isdecimal() and len(year) == 4]
        return Audience.from_json(data | ({"everyone": True} if everyone else {}), self.addressee_kind)

    def values(self) -> dict[str, Any]:
        """What `item_save` takes, from a form that is valid."""
        plain = (
            "number",
            "text",
            "title",
            "due_on",
            "weight",
            "expected_result",
            "process",
            "addressee",
            "version",
        )
        return {name: self.cleaned_data[name] for name in plain} | {"audience": self.audience()}

    @classmethod
    def initial_of(cls, item: Assignment) -> dict[str, Any]:
        """The fields of an item as it stands."""
        names = ("number", "text", "title", "due_on", "weight", "expected_result", "addressee", "version")
        return {
            **{name: getattr(item, name) for name in names},
            "process": item.process_id or "",
            **cls.initial_of_rule(item.audience),
        }

    @staticmethod
    def initial_of_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the builder as a rule fills them."""
        parts = dict(rule)
        everyone = parts.pop("everyone", False)
        return {"scope_of_rule": EVERYONE if everyone else RULE, **parts}

    @classmethod
    def initial_of_saved(cls, saved: SavedAudience) -> dict[str, Any]:
        """The fields of the builder as a saved audience fills them; what it does not say is emptied."""
        lists = dict.fromkeys((*CONDITIONS, "clusters", "except_regions", "except_clusters"), ())
        return {**lists, **cls.initial_of_rule(saved.rule), "addressee": saved.addressee}

    @classmethod
    def initial_of_post(cls, data: QueryDict) -> dict[str, Any]:
        """What was typed so far, for a page that only shows the addressees and judges nothing."""
        many = {
            name for name, field in cls.base_fields.items() if isinstance(field, forms.MultipleChoiceField)
        }
        return {name: data.getlist(name) if name in many else data.get(name, "") for name in cls.base_fields}

    @staticmethod
    def initial_of_new(number: str) -> dict[str, Any]:
        """A new item: ordinary, for all clusters."""
        return {
            "number": number,
            "weight": 1,
            "addressee": AddresseeKind.CLUSTERS.value,
            "scope_of_rule": EVERYONE,
        }


class SearchForm(forms.Form):
    """Words to find a cluster by."""

    find = forms.CharField(
        label=_("Name, code or region of the cluster"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class OneKeyField(forms.TypedChoiceField):
    """Radio buttons whose key the service checks."""

    widget = forms.RadioSelect

    def valid_value(self, value: str) -> bool:
        return value.isdecimal() and len(value) < 19


class LateClusterForm(forms.Form):
    """A cluster that joins an issued item later."""

    cluster = OneKeyField(
        label=_("Cluster"), coerce=int, error_messages={"required": _("Choose one of the clusters found.")}
    )
    due = DateField(
        label=_("Due date of its own"),
        required=False,
        help_text=_("Left empty, it is the date of the item, but not before tomorrow."),
    )

    def __init__(self, *args: Any, candidates: Iterable[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, f"{row.display_name}, {row.region.brief} ({row.code})") for row in candidates]
        self.fields["cluster"].choices = choices  # type: ignore[attr-defined]
