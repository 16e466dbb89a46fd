"""The gallery of components: what there is, how it looks, how it is called. Data here are examples only."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common import cells, formatting
from common.charts import (
    Bar,
    ChartPoint,
    Funnel,
    FunnelPoint,
    Limit,
    Limits,
    Part,
    Series,
    Tile,
    funnel,
)
from common.forms import DateField
from common.scope import scope_of
from dashboard.display import display_of
from dashboard.policies import can_see_gallery


class ExampleForm(forms.Form):
    """A report form, bound with mistakes to show every state of a field."""

    text = forms.CharField(
        label=gettext_lazy("What has been done"),
        widget=forms.Textarea,
        help_text=gettext_lazy("Facts and figures"),
    )
    due_on = DateField(
        label=gettext_lazy("New date"),
        help_text=gettext_lazy("Working day"),
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), choices=[("", "–"), ("41", "Камчатский край")])
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of answer"),
        widget=forms.RadioSelect,
        choices=[("report", gettext_lazy("Report")), ("extension", gettext_lazy("Request to move the date"))],
    )
    evidence = forms.FileField(label=gettext_lazy("Files"))
    sure = forms.BooleanField(label=gettext_lazy("I have checked the figures"))
    note = forms.CharField(label=gettext_lazy("Note for the centre"), required=False, max_length=300)


class FilterForm(forms.Form):
    """Filters of the rating, as an example of the bar."""

    district = forms.ChoiceField(
        label=gettext_lazy("District"), choices=[("", gettext_lazy("All districts"))]
    )
    zone = forms.ChoiceField(label=gettext_lazy("Zone"), choices=[("", gettext_lazy("All"))])
    name = forms.CharField(label=gettext_lazy("Region"), widget=forms.TextInput(attrs={"type": "search"}))


@dataclass(frozen=True)
class ExampleRow:
    """One row of the example rating table, in hundredths of a point."""

    place: str
    places: str
    region: str
    score: int | None
    low: int | None
    high: int | None
    zone: str
    certain: bool
    change: int | None
    change_certain: bool
    months: tuple[int | None, ...]
    on_time: str
    executions: int
    own: bool = False


def _rows() -> list[ExampleRow]:
    steady = (9800, 10000, 9900, 10000, 9700, 10000, 10000, 9900, 10000, 10000, 10000, 10000)
    uneven = (7100, 7600, 7400, 8000, 8300, 7900, 8500, 8800, 8400, 8200, 8600, 7867)
    young = (None, None, None, None, None, 5200, 6100, None, 6400, 6600, 6300, 6512)
    return [
        ExampleRow(
            "1", "1–18", "Архангельская область", 10000, 8930, 10000, "green", False, 824, True, steady,
            "100", 8,
        ),
        ExampleRow(
            "52", "20–70", "Камчатский край", 7867, 6120, 8940, "yellow", False, -733, False, uneven,
            "67", 10, True,
        ),
        ExampleRow(
            "83", "74–83", "Ханты-Мансийский автономный округ — Югра", 6512, 5001, 6988, "red",
            True, 0, True, young, "41", 124,
        ),
        ExampleRow(
            "", "", "Чукотский автономный округ", None, None, None, "", True, None, True, (None,) * 12, "", 0
        ),
    ]  # fmt: skip


def _points() -> list[ChartPoint]:
    scores = (7100, 7600, 7400, 8000, 8300, 7900, None, 8800, 8400, 8200, 8600, 7867)
    points = []
    for index, value in enumerate(scores):
        month = f"{2025 + (index + 11) // 12}-{(index + 11) % 12 + 1:02d}"
        low = None if value is None else value - 1100 + 20 * index
        high = None if value is None else min(value + 900, 10000)
        points.append(
            ChartPoint(formatting.month_short(month), formatting.month_title(month), value, low, high)
        )
    return points


def _chart_states() -> list[dict[str, Any]]:
    """One line in the states that a young region or a quiet month brings about."""
    one = _points()
    return [
        {"title": _("One month only"), "id": "gallery-one", "points": [*_unrated(one[:-1]), one[-1]]},
        {"title": _("Every month the same"), "id": "gallery-same", "points": _even(one)},
        {"title": _("No month is rated"), "id": "gallery-none", "points": _unrated(one)},
    ]


def _unrated(points: list[ChartPoint]) -> list[ChartPoint]:
    return [ChartPoint(point.label, point.name, None) for point in points]


def _even(points: list[ChartPoint]) -> list[ChartPoint]:
    return [ChartPoint(point.label, point.name, 8000, 7200, 8700) for point in points]


def _series() -> list[Series]:
    lines = (
        ("Камчатский край", 0),
        ("Архангельская область", 900),
        ("Ханты-Мансийский автономный округ — Югра", -1500),
    )
    return [
        Series(
            name,
            [
                ChartPoint(point.label, point.name, None if point.value is None else point.value + shift)
                for point in _points()
            ],
        )
        for name, shift in lines
    ]


def _bars() -> list[Bar]:
    return [
        Bar(_("not executed"), 1866, "missed"),
        Bar(_("lateness"), 733, "late", "#late"),
        Bar(_("returns"), 67, "returned", note=_("one report")),
    ]


def _spread() -> list[int]:
    return [5250, 6512, 7344, 7523, 7867, 8450, 8844, 8902, 8960, 9120, 9410, 9600, 9745, 10000, 10000, 10000]


def _funnel(*, lonely: bool = False) -> Funnel:
    spread = _spread()[4:5] if lonely else _spread()
    points = [
        FunnelPoint(
            _MAP[place][2],
            "#region",
            5 + 7 * place % 41,
            value,
            "green" if value >= 9000 else "yellow" if value >= 7000 else "red",
            own=place == 4,
        )
        for place, value in enumerate(spread)
    ]
    limits = Limits(
        _("limits of chance, 90 percent"),
        "inner",
        [Limit(5, 4800, None), Limit(15, 6900, None), Limit(30, 7500, 9700), Limit(45, 7750, 9400)],
    )
    return funnel(points, [limits], 8650)


def _parts() -> list[Part]:
    return [
        Part(_("score"), 7867, "score"),
        Part(_("lateness"), Decimal("18.66"), "late"),
        Part(_("returns"), Decimal("2.67"), "returned"),
        Part(_("not executed"), 0, "missed"),
    ]


def _formula() -> list[list[dict[str, str]]]:
    return [
        [
            {"operator": "", "value": formatting.number(1180), "label": _("sum of points × weight")},
            {"operator": "÷", "value": "15", "label": _("sum of weights")},
            {"operator": "=", "value": formatting.score(7867), "label": _("score")},
        ],
        [
            {"operator": "", "value": formatting.score(10000), "label": _("everything on time")},
            {"operator": "−", "value": formatting.score(1866), "label": _("lateness"), "tone": "loss"},
            {"operator": "−", "value": formatting.score(267), "label": _("returns"), "tone": "loss"},
            {"operator": "−", "value": formatting.score(0), "label": _("not executed"), "tone": "loss"},
            {"operator": "=", "value": formatting.score(7867), "label": _("score")},
        ],
    ]


_MAP = (
    ("51", "Мурм", "Мурманская область", 4, 0, 6512, "red"),
    ("10", "Карел", "Республика Карелия", 4, 1, 7523, "yellow"),
    ("29", "Арх", "Архангельская область", 5, 1, 10000, "green"),
    ("83", "НАО", "Ненецкий автономный округ", 6, 1, None, ""),
    ("78", "СПб", "Санкт-Петербург", 2, 2, 8960, "yellow"),
    ("47", "ЛенО", "Ленинградская область", 3, 2, 10000, "green"),
    ("35", "Волог", "Вологодская область", 4, 2, 7110, "yellow"),
    ("39", "Клгд", "Калининградская область", 0, 5, 9120, "green"),
    ("66", "Сверд", "Свердловская область", 9, 3, 9745, "green"),
    ("54", "Новс", "Новосибирская область", 12, 4, 8902, "yellow"),
    ("14", "Якут", "Республика Саха (Якутия)", 16, 2, 7344, "yellow"),
    ("41", "Камч", "Камчатский край", 18, 2, 7867, "yellow"),
    ("87", "Чук", "Чукотский автономный округ", 18, 1, None, ""),
    ("25", "Прим", "Приморский край", 18, 4, 6933, "red"),
    ("05", "Даг", "Республика Дагестан", 8, 10, 9600, "green"),
    ("06", "Инг", "Республика Ингушетия", 7, 11, 8844, "yellow"),
)  # fmt: skip


def _tiles() -> list[Tile]:
    return [
        Tile(code, label, name, f"#{code}", column, row, score, zone, certain=code != "41")
        for code, label, name, column, row, score, zone in _MAP
    ]


def _history() -> list[dict[str, Any]]:
    return [
        {
            "at": datetime(2026, 11, 23, 9, 12, tzinfo=UTC),
            "title": _("Returned for revision"),
            "who": _("Centre, controller"),
            "text": _("The annex with the signatures is missing."),
            "tone": "warning",
        },
        {
            "at": datetime(2026, 11, 20, 6, 40, tzinfo=UTC),
            "title": _("Report handed in"),
            "who": _("Kamchatka Territory, coordinator"),
            "files": [{"name": "Реестр удостоверений.xlsx", "url": "#file", "size": 34_816}],
        },
        {
            "at": datetime(2026, 11, 2, 7, 0, tzinfo=UTC),
            "title": _("Issued"),
            "recorded_at": datetime(2026, 11, 3, 7, 0, tzinfo=UTC),
        },
        {"at": datetime(2026, 10, 30, 7, 0, tzinfo=UTC), "title": _("Accepted"), "tone": "success"},
        {"at": datetime(2026, 10, 29, 7, 0, tzinfo=UTC), "title": _("Cancelled"), "tone": "danger"},
    ]


def _formats() -> list[dict[str, Any]]:
    """Every filter of figures and dates with an example of what it makes; the names are those of the tag library."""
    day, instant = date(2026, 5, 28), datetime(2026, 5, 28, 6, 5, tzinfo=UTC)
    month = "2026-05"
    examples: tuple[tuple[str, Any], ...] = (
        ("number", 1_234_567), ("score", 7867), ("score_tile", 8960), ("signed", -733), ("percent", 67),
        ("date_long", day), ("not_later", day), ("date_day", day), ("date_short", day), ("date_time", instant),
        ("month_name", month),
        ("month_only", month), ("month_title", month), ("month_genitive", month), ("month_dative", month),
        ("month_full", month), ("month_full_genitive", month),
        ("month_prepositional", month), ("month_short", month), ("file_size", 1_482_752),
    )  # fmt: skip
    rows = [{"name": name, "value": getattr(formatting, name)(value)} for name, value in examples]
    rows += [{"name": "fours", "value": " ".join(formatting.fours("JBSWY3DPEHPK3PXP"))}]
    rows += [{"name": "days", "value": formatting.days(count)} for count in (1, 2, 5, 21)]
    zones = ("green", "yellow", "red", "")
    rows += [{"name": "zone_word", "value": ", ".join(map(str, map(cells.zone_word, zones)))}]
    rows += [{"name": "zone_name", "value": ", ".join(map(str, map(cells.zone_name, zones)))}]
    return rows


def _choices(looks: dict[str, str]) -> list[dict[str, Any]]:
    """Links to the same page in another language, theme or contrast, the present one marked."""
    options = (
        ("language", "ru", _("Russian")), ("language", "en", _("English")), ("theme", "light", _("light")),
        ("theme", "dark", _("dark")), ("contrast", "normal", _("normal contrast")),
        ("contrast", "high", _("high contrast")),
    )  # fmt: skip
    return [
        {
            "label": label,
            "url": "?" + urlencode({**looks, kind: value}),
            "current": looks[kind] == value,
        }
        for kind, value, label in options
    ]


def _toasts() -> list[tuple[str, str]]:
    return [
        ("success", _("Accepted: the execution is off control.")),
        ("warning", _("The page was open for an hour and the state has changed; your text is kept.")),
        ("error", _("The portal did not answer. Try again.")),
    ]


def _files(*labels: str) -> list[dict[str, str]]:
    return [{"label": label, "url": f"#{label.lower()}"} for label in labels]


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery shows; ``?theme=`` and ``?contrast=`` show other looks than the reader's own."""
    looks = {name: request.GET.get(name) or value for name, value in display_of(request).items()}
    form = ExampleForm({"text": "", "due_on": "2026-02-28", "kind": "report"}, MultiValueDict())
    form.full_clean()
    form.add_error("due_on", _("The due date cannot be before the issue: choose today or a later day."))
    form.add_error(None, _("The page was open for an hour and the state has changed; your text is kept."))
    return {
        "display": looks,
        "choices": _choices({"language": translation.get_language() or "ru", **looks}),
        "formats": _formats(),
        "silent_points": [
            ChartPoint(formatting.month_short(month), formatting.month_title(month), None)
            for month in ("2026-09", "2026-10")
        ],
        "all_parts": [*_parts(), Part(_("other"), 120, "other")],
        "files": [
            {"title": _("Registry of assignments"), "forms": _files("PDF", "DOCX", "XLSX", "CSV")},
            {"title": _("List of what is not executed"), "forms": _files("PDF", "DOCX")},
        ],
        "toasts": [{"level_tag": tag, "message": words} for tag, words in _toasts()],
        "numbered_page": Paginator(range(120), 50).page(2),
        "matrix_columns": range(1, 25),
        "rows": _rows(),
        "points": _points(),
        "breaks": [8],
        "chart_states": _chart_states(),
        "series": _series(),
        "bars": _bars(),
        "spread": _spread(),
        "no_scores": [],
        "funnel_chart": _funnel(),
        "lonely_funnel": _funnel(lonely=True),
        "parts": _parts(),
        "groups": _formula(),
        "tiles": _tiles(),
        "history": _history(),
        "form": form,
        "fresh": ExampleForm(prefix="fresh", initial={"text": _("The purchase plan is agreed and placed.")}),
        "filter_form": FilterForm(),
        "months": [
            {"label": formatting.month_title(month), "url": "#month", "current": month == "2026-10"}
            for month in ("2026-11", "2026-10", "2026-09", "2026-08")
        ],
        "steps": [_("File"), _("Checking"), _("Differences"), _("Done")],
        "terms": [
            {
                "term": _("Interval"),
                "meaning": _("Where chance alone could have put the score in nine cases of ten."),
            },
            {
                "term": _("On the border"),
                "meaning": _("The interval crosses 70 or 90, so the zone is not certain."),
            },
        ],
        "swatches": ("paper", "panel", "header", "ochre", "action", "green", "amber", "red", "blue", "grey"),
    }


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery page; for those who may not see it there is no such page."""
    if not can_see_gallery(scope_of(request), is_demo=settings.IS_DEMO):
        raise Http404
    asked = request.GET.get("language")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        return render(request, "dashboard/gallery.html", gallery_context(request))
