"""Forms of what an association keeps, of help, joining, events and reports; the rules are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from assignments.forms import ActForm, VersionForm
from assignments.rules import MAX_REMARK_LENGTH
from associations.enums import (
    FACTS_OF_FOUNDING,
    Channel,
    EventKind,
    EventState,
    FoundingStep,
    HelpKind,
    Outcome,
)
from associations.models import AnnualReport, AssociationEvent, Direction, SupportRequest, WorkingGroup
from associations.presentation.report import PARTS
from associations.selectors.experts import experts_to_ask
from associations.selectors.support import clusters_spoken_for, peers_offered
from associations.services.events import PLACE
from associations.services.keeping import LINE
from associations.services.support import MOST_HOURS
from clusters.models import AssociationMember
from common import clock
from common.forms import DateField, MomentField, offer
from common.scope import Scope
from cyclogram.stage_forms import words
from files.forms import MultipleFileField, WithFiles

MOST_PEOPLE = 100_000_000
"""People that a publication can reach."""


def _whole(label: Any, *, required: bool = True) -> forms.TypedChoiceField:
    """A choice among rows by their ids."""
    return forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None)


def _line(label: Any, *, required: bool = True, limit: int = LINE) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=limit)


def _people(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_PEOPLE)


def members_offered(association: int) -> list[tuple[int, str]]:
    """Members of an association today, by name."""
    rows = AssociationMember.objects.in_force(clock.today()).filter(association=association)
    rows = rows.select_related("cluster__region").order_by("cluster__name_key")
    return [(row.cluster_id, f"{row.cluster.display_name}, {row.cluster.region.name}") for row in rows]


class KeptForm(VersionForm):
    """A thing of an association; what can be chosen is that of the association."""

    def __init__(self, *args: Any, association: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_of(association)

    def offer_of(self, association: int) -> None:
        """Fill in the choices."""

    @classmethod
    def of(cls, row: Any, association: int) -> "KeptForm":
        """The form of what there is; what never changes is left out."""
        names = {field.name: field.attname for field in row._meta.concrete_fields}
        initial = {name: getattr(row, names[name]) for name in cls.base_fields if name in names}
        return cls(association=association, initial=initial)


class DirectionForm(KeptForm):
    """A direction of work."""

    name_ru = _line(_("Name in Russian"))
    name_en = _line(_("Name in English"))
    note = words(_("Note"), required=False)


class GroupForm(KeptForm):
    """A working group."""

    name = _line(_("Name"))
    direction = _whole(_("Direction of work"), required=False)
    aim = words(_("What it is for"), required=False)
    starts_on = DateField(label=_("Works from"))
    ends_on = DateField(label=_("Works until"), required=False)

    def offer_of(self, association: int) -> None:
        rows = Direction.objects.filter(association=association)
        offer(self, "direction", [("", gettext("none")), *((row.pk, row.name) for row in rows)])


class OfGroupForm(KeptForm):
    """Something of a working group."""

    group = _whole(_("Group"))

    def offer_of(self, association: int) -> None:
        rows = WorkingGroup.objects.filter(association=association)
        offer(self, "group", [(row.pk, row.name) for row in rows])


class GroupMemberForm(OfGroupForm):
    """A member of a working group."""

    name = _line(_("Name"))
    post = _line(_("Post"), required=False)
    is_lead = forms.BooleanField(label=_("Leads the group"), required=False)
    starts_on = DateField(label=_("Member from"))
    ends_on = DateField(label=_("Member until"), required=False)


class GroupTaskForm(OfGroupForm):
    """A task of a working group."""

    text = words(_("What is to be done"))
    responsible = _line(_("Who answers for it"), required=False)
    due_on = DateField(label=_("Due date"))
    done_on = DateField(label=_("Completed on"), required=False)
    result = words(_("Result"), required=False)


class CuratorForm(KeptForm):
    """Who supports a cluster."""

    cluster = _whole(_("Cluster"))
    curator = _whole(_("Curator"))
    starts_on = DateField(label=_("Supports from"))
    ends_on = DateField(label=_("Supports until"), required=False)

    def offer_of(self, association: int) -> None:
        offer(self, "cluster", members_offered(association))
        rows = Membership.objects.in_force(clock.today()).filter(association=association)
        people = rows.select_related("user").order_by("user__name_key")
        offer(self, "curator", [(row.user_id, row.user.get_full_name()) for row in people])


class PublicityForm(KeptForm):
    """How the project is made known."""

    subject = _line(_("Subject"))
    channel = forms.ChoiceField(label=_("Where"), choices=Channel.choices)
    planned_on = DateField(label=_("Planned for"))
    done_on = DateField(label=_("Completed on"), required=False)
    material = forms.URLField(
        label=_("Address of the material"), required=False, max_length=600, assume_scheme="https"
    )
    reach = _people(_("People reached"))


KEPT_FORMS: dict[str, type[KeptForm]] = {
    "direction": DirectionForm,
    "group": GroupForm,
    "member": GroupMemberForm,
    "task": GroupTaskForm,
    "curator": CuratorForm,
    "publicity": PublicityForm,
}


class HelpForm(forms.Form):
    """What was done for a member."""

    cluster = _whole(_("Cluster"))
    kind = forms.ChoiceField(label=_("Kind"), choices=HelpKind.choices)
    helped_on = DateField(label=_("Day"))
    text = words(_("What was done"))

    def __init__(self, *args: Any, association: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cluster", members_offered(association))


class SupportForm(forms.Form):
    """A request for expert support."""

    cluster = _whole(_("Cluster"))
    text = words(_("What help is needed"))

    def __init__(self, *args: Any, association: int, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {one.pk for one in clusters_spoken_for(scope)}
        offer(self, "cluster", [row for row in members_offered(association) if row[0] in own])


class SupportActForm(ActForm):
    """What an act on a request carries."""

    @classmethod
    def of(cls, row: SupportRequest) -> "SupportActForm":
        """The form as it opens."""
        return cls(initial={"version": row.version})


class AssignForm(SupportActForm):
    act = "assign"
    expert = _whole(_("Expert"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "expert", [("", gettext("choose a person")), *experts_to_ask()])


class AnswerForm(SupportActForm):
    act = "answer"
    answer = words(_("Answer"))
    hours = forms.DecimalField(
        label=_("Hours that it took"), min_value=0, max_value=MOST_HOURS, max_digits=5, decimal_places=1
    )


class CloseForm(SupportActForm):
    act = "close"
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    outcome_text = words(_("What came of it"), required=False)


class CancelForm(SupportActForm):
    act = "cancel"


class PeerForm(forms.Form):
    """A question to a cluster of the same industry."""

    cluster = _whole(_("Your cluster"))
    peer = _whole(_("Whom you ask"))
    text = words(_("Question"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cluster", [(one.pk, one.display_name) for one in clusters_spoken_for(scope)])
        peers = [
            (one.pk, f"{one.display_name}, {one.region.name} ({one.industry.name})")
            for one in peers_offered(scope)
            if one.industry
        ]
        offer(self, "peer", [("", gettext("choose a cluster")), *peers])


class PeerAnswerForm(VersionForm):
    """The answer to a question of a peer."""

    answer = words(_("Answer"))


class JoiningForm(forms.Form):
    """An invitation or an application."""

    cluster = _whole(_("Cluster"))
    text = words(_("Note"), required=False)

    def __init__(self, *args: Any, offered: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cluster", offered)


class InviteAllForm(forms.Form):
    """Invitations to all free clusters of the industry."""

    text = words(_("Note for all of them"), required=False)


class JoiningAnswerForm(VersionForm):
    """The answer of the other side."""

    accept = forms.TypedChoiceField(
        label=_("Answer"), choices=[("yes", _("accept")), ("no", _("decline"))],
        coerce=lambda said: said == "yes", empty_value=None,
    )  # fmt: skip
    starts_on = DateField(label=_("Member from"), required=False)
    reason = words(_("Reason"), required=False, hint=_("Needed when you decline."))


class MembershipEndForm(forms.Form):
    """A member that leaves."""

    cluster = _whole(_("Cluster"))
    ends_on = DateField(label=_("Last day"))

    def __init__(self, *args: Any, association: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cluster", members_offered(association))


class FoundingForm(forms.Form):
    """A step of the founding that people mark."""

    step = forms.ChoiceField(
        label=_("Step"), choices=[row for row in FoundingStep.choices if row[0] not in FACTS_OF_FOUNDING]
    )
    done_on = DateField(label=_("Completed on"))
    evidence = words(_("What proves it"))


class EventForm(VersionForm, WithFiles):
    """An event or a project."""

    name = _line(_("Name"))
    kind = forms.ChoiceField(label=_("Kind"), choices=EventKind.choices)
    about = words(_("What it is about"), required=False)
    place = _line(_("Place or address"), required=False, limit=PLACE)
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=100_000,
        help_text=_("Left empty, everybody may register."),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("State"), choices=EventState.choices)
    outcome = words(_("Outcome"), required=False)
    reach = _people(_("People reached"))
    files = MultipleFileField(label=_("Materials"), required=False)  # type: ignore[assignment]

    @classmethod
    def of(cls, row: AssociationEvent) -> "EventForm":
        """The form of what there is."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields if name != "files"})


class ReportBeginForm(forms.Form):
    """The year of a report."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class ReportForm(VersionForm):
    """The paragraphs of a report by part."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, title in PARTS.items():
            self.fields[part] = forms.CharField(
                label=str(title), required=False, max_length=MAX_REMARK_LENGTH,
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip

    @classmethod
    def of(cls, report: AnnualReport) -> "ReportForm":
        """The form of what is written."""
        return cls(initial={"version": report.version, **report.words})

    def clean(self) -> dict[str, Any]:
        """The paragraphs together, as the service takes them."""
        said = super().clean() or self.cleaned_data
        said["words"] = {part: said.pop(part) for part in PARTS if part in said}
        return said


class CopyYearForm(forms.Form):
    """The year whose milestones are copied to the next."""

    year = forms.IntegerField(label=_("Year to copy"), min_value=2000, max_value=2100)
