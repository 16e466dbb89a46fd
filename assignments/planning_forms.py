"""Forms around what is planned: the hour of an issue, recurring items, late addressees, recalls."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assignments.enums import Frequency
from assignments.forms import ItemForm, VersionForm
from assignments.models import ItemSeries
from assignments.rules import MAX_REMARK_LENGTH
from assignments.selectors.series import WEEKDAYS, ComingDay, coming_days
from assignments.services.series import NUMBER_LIMIT, VISIBLE_DAYS, SeriesContent, rule_of
from clusters.models import Cluster
from common import clock
from common.forms import DateField, MomentField

USUAL_VISIBLE_DAYS = 10
_DAY_OF_MONTH = re.compile(r"(?:до|by(?: day)?(?: the)?)\s+(\d{1,2})\b", re.IGNORECASE)
_WEEKLY = re.compile(r"еженедельн|каждую неделю|каждый понедельник|weekly|every week", re.IGNORECASE)
_RULE_PLAIN = ("number", "text", "title", "weight", "expected_result", "process", "addressee")
_RULE_DAYS = ("frequency", "weekday", "month_day", "starts_on", "until", "visible_days")


def _remark(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=MAX_REMARK_LENGTH, widget=forms.Textarea(attrs={"rows": 4}), help_text=hint
    )


class ScheduleForm(VersionForm):
    """The instant at which a draft issues itself."""

    at = MomentField(label=_("Issue on"), help_text=_("Day and time, Moscow time: 28.05.2026 10:00."))


class SeriesForm(ItemForm):
    """A recurring item: an item whose days are said by a rule."""

    due_on = None  # type: ignore[assignment]
    number = forms.CharField(
        label=_("Item"),
        max_length=NUMBER_LIMIT,
        help_text=_("As on the paper: 3.2. Its periods become 3.2/1, 3.2/2."),
    )
    frequency = forms.ChoiceField(label=_("How often"), widget=forms.RadioSelect, choices=Frequency.choices)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=list(WEEKDAYS.items()),
    )
    month_day = forms.IntegerField(
        label=_("By day of the month"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("From 1 to 31; in a shorter month it is the last day."),
    )
    starts_on = DateField(
        label=_("From"), help_text=_("The first day that counts; nothing before the issue counts.")
    )
    until = DateField(label=_("Until"), help_text=_("The last day that counts, three years later at most."))
    visible_days = forms.IntegerField(
        label=_("Days ahead"),
        min_value=VISIBLE_DAYS[0],
        max_value=VISIBLE_DAYS[1],
        help_text=_("So many days before its due date a period becomes an item that the regions see."),
    )

    def content(self) -> SeriesContent:
        """What the services take, from a form that is valid."""
        data = self.cleaned_data
        plain = {name: data[name] for name in (*_RULE_PLAIN, *_RULE_DAYS)}
        return SeriesContent(audience=self.audience(), **plain)

    def coming(self, series: ItemSeries | None = None) -> list[ComingDay]:
        """The next days of the rule as typed so far, of one that runs those left to it; none while it is not whole."""
        values = {}
        for name in _RULE_DAYS:
            try:
                values[name] = self.fields[name].clean(self[name].value())
            except forms.ValidationError:
                return []
        content = SeriesContent(number="", text="", audience={}, **values)
        named = content.month_day if content.frequency == Frequency.MONTHLY else content.weekday
        if not named or content.until < content.starts_on:
            return []
        return coming_days(rule_of(content), content.visible_days, series)

    @classmethod
    def initial_of_series(cls, series: ItemSeries) -> dict[str, Any]:
        """The fields of a recurring item as it stands."""
        names = ("number", "text", "title", "weight", "expected_result", "addressee", "version", *_RULE_DAYS)
        return {
            **{name: getattr(series, name) for name in names},
            "process": series.process_id or "",
            **cls.initial_of_rule(series.audience),
        }

    @classmethod
    def initial_of_repeating(cls, typed: QueryDict, number: str) -> dict[str, Any]:
        """What was typed as an ordinary item whose work repeats, with the rule that its words suggest."""
        said = f"{typed.get('due_on', '')} {typed.get('text', '')}"
        found = _DAY_OF_MONTH.search(said)
        day = int(found[1]) if found and 1 <= int(found[1]) <= 31 else 5
        weekly = bool(_WEEKLY.search(said)) and not found
        new = cls.initial_of_new(typed.get("number") or number)
        kept = {name: value for name, value in cls.initial_of_post(typed).items() if value}
        kept.pop("version", None)
        rule = {"frequency": Frequency.WEEKLY.value if weekly else Frequency.MONTHLY.value, "month_day": day}
        return {**new, **cls.initial_of_days(), **kept, **rule}

    @staticmethod
    def initial_of_days() -> dict[str, Any]:
        """The rule of a new recurring item: every month by day 5 until the end of the year."""
        today = clock.today()
        return {
            "frequency": Frequency.MONTHLY.value,
            "month_day": 5,
            "weekday": 3,
            "starts_on": today,
            "until": today.replace(month=12, day=31),
            "visible_days": USUAL_VISIBLE_DAYS,
        }


class StopForm(VersionForm):
    """Why a recurring item is stopped."""

    reason = _remark(_("Reason"), _("It stays in the history of the recurring item."))


class LateClustersForm(forms.Form):
    """Clusters that the rule of an issued item names by now; all are ticked until somebody unticks them."""

    clusters = forms.TypedMultipleChoiceField(
        label=_("Clusters"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one cluster.")},
    )
    due = DateField(
        label=_("Due date of their own"),
        required=False,
        help_text=_("Left empty, it is the date of the item, but not before tomorrow."),
    )

    def __init__(self, *args: Any, candidates: Iterable[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, f"{row.display_name}, {row.region.brief} ({row.code})") for row in candidates]
        field: Any = self.fields["clusters"]
        field.choices = choices
        field.initial = [pk for pk, _name in choices]
        field.valid_value = _is_key


def _is_key(value: Any) -> bool:
    """The service says who fits; here only what is no key is refused."""
    return str(value).isdecimal() and len(str(value)) < 19


class RecallForm(forms.Form):
    """Why an item is recalled."""

    reason = _remark(_("Reason"), _("Every addressee reads it at the item and at the execution."))
    submission_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())


class RecallRefusalForm(VersionForm):
    """Why a recall is refused."""

    answer = _remark(_("Reason"), _("Whoever proposed reads it."))
