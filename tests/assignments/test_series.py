"""Recurring items: drafted, issued, each period an item of its own, changed for the future, stopped."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.test import Client

from assignments.models import Assignment, Execution, ExecutionEvent, ItemSeries, SeriesOccurrence, SeriesStep
from assignments.selectors.protocols import issue_preview
from assignments.services.copies import protocol_copy
from assignments.services.occurrences import occurrences_make
from assignments.services.protocols import item_save, protocol_issue
from assignments.services.series import series_change, series_delete, series_save, series_stop
from assignments.tasks import make_occurrences
from audit.append_only import AppendOnlyError
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from notifications.models import DigestLine, Notice, StaffTask
from regions.models import CalendarDay
from tests.assignments import drafts
from tests.assignments.planned import WHY, add_series, content, running
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


def on(month: int, day: int, hour: int = 7) -> int:
    """What the clock makes on a day of 2026."""
    with clock.at(datetime(2026, month, day, hour, tzinfo=UTC)):
        return occurrences_make()


def made() -> list[tuple[str, date]]:
    rows = Assignment.objects.filter(occurrence__isnull=False).order_by("position")
    return list(rows.values_list("number", "due_on"))


# Drafting


def test_the_same_recurring_item_sent_twice_is_one(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    first = add_series(actor, protocol)
    assert add_series(actor, protocol) == first
    with pytest.raises(InvalidInput):
        add_series(actor, protocol, text="Иное.")
    assert ItemSeries.objects.count() == 1


def test_items_and_recurring_items_of_a_protocol_share_their_numbers(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="1")
    with pytest.raises(InvalidInput) as caught:
        add_series(actor, protocol, number="1")
    assert list(caught.value.errors) == ["number"]
    add_series(actor, protocol, number="2")
    with pytest.raises(InvalidInput) as caught:
        drafts.add_item(actor, protocol, number="2")
    assert list(caught.value.errors) == ["number"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"frequency": "daily"}, "frequency"),
        ({"month_day": None}, "month_day"),
        ({"month_day": 32}, "month_day"),
        ({"frequency": "weekly", "weekday": 8}, "weekday"),
        ({"starts_on": date(2026, 4, 1)}, "starts_on"),
        ({"until": date(2026, 4, 14)}, "until"),
        ({"until": date(2030, 4, 14)}, "until"),
        ({"until": date(2026, 5, 1)}, "until"),
        ({"visible_days": 0}, "visible_days"),
        ({"visible_days": 61}, "visible_days"),
        ({"audience": {}}, "audience"),
        ({"text": ""}, "text"),
        ({"number": "12345678901234567"}, "number"),
        ({"weight": 4}, "weight"),
        ({"process": "unknown"}, "process"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_name(actor: Scope, changes: dict[str, Any], field: str) -> None:
    protocol = drafts.draft(actor)
    with pytest.raises(InvalidInput) as caught:
        add_series(actor, protocol, **changes)
    assert list(caught.value.errors) == [field]
    assert not ItemSeries.objects.exists()


def test_a_draft_is_changed_and_emptied(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    series = add_series(actor, protocol)
    said = {"actor": actor, "protocol_id": protocol.pk, "series_id": series.pk}
    with pytest.raises(StaleVersion):
        series_save(**said, version=9, content=content(weight=2))
    changed = series_save(**said, version=1, content=content(weight=2))
    assert (changed.weight, changed.version) == (2, 2)
    series_delete(actor=actor, series_id=series.pk, version=2)
    assert not ItemSeries.objects.exists()


@pytest.mark.parametrize("person", ["methodologist"])
def test_readers_of_the_centre_draft_none(cast: Cast, actor: Scope, person: str) -> None:
    protocol = drafts.draft(actor)
    with pytest.raises(NotAllowed):
        add_series(cast.scope(person), protocol)


# Issue


def test_a_protocol_of_a_recurring_item_alone_is_issued_and_makes_nothing_at_once(actor: Scope) -> None:
    series = running(actor)
    assert (series.counts_from, series.is_running) == (date(2026, 4, 16), True)
    assert not Execution.objects.exists()


def test_a_recurring_item_for_nobody_or_without_a_day_left_stops_the_issue(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    add_series(actor, protocol, audience={"cohorts": [2019]})
    add_series(actor, protocol, number="3", until=date(2026, 5, 6))
    protocol.refresh_from_db()
    with clock.at(datetime(2026, 5, 7, 7, tzinfo=UTC)):
        problems = issue_preview(actor, protocol, clock.today()).problems
        assert len(problems) == 2
        with pytest.raises(InvalidInput) as caught:
            protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    assert caught.value.errors["__all__"] == problems


# Periods


def test_a_period_becomes_an_item_so_many_days_before_its_term(actor: Scope) -> None:
    series = running(actor)
    assert on(4, 24) == 0
    assert on(4, 25) == 1
    assert on(4, 25, 8) == 0
    assert made() == [("2/1", date(2026, 5, 5))]
    item = Assignment.objects.get()
    assert (item.title, item.weight, item.protocol_id) == (series.title, 1, series.protocol_id)
    assert item.code == f"{series.protocol_id}-s{series.pk}-001"
    executions = Execution.objects.filter(assignment=item)
    assert set(executions.values_list("due_on", "state")) == {(date(2026, 5, 5), "issued")}
    assert executions.count() == ExecutionEvent.objects.filter(kind="issued", actor=None).count() == 4
    assert item.occurrence.series == series


def test_after_an_outage_each_missed_period_is_made_once_and_none_is_overdue_at_birth(actor: Scope) -> None:
    running(actor)
    on(4, 25)
    assert on(7, 20) == 2
    assert on(7, 20, 9) == 0
    assert made() == [("2/1", date(2026, 5, 5)), ("2/2", date(2026, 6, 5)), ("2/3", date(2026, 7, 3))]
    late = Execution.objects.filter(assignment__number="2/2").values_list("due_on", flat=True)
    assert set(late) == {date(2026, 7, 21)}
    assert Execution.objects.open().count() == 12


def test_the_audience_is_read_on_the_day_of_making(cast: Cast, actor: Scope) -> None:
    running(actor)
    on(4, 25)
    Cluster.objects.create(code="87-001", region_id="87", name="Северный")
    on(5, 26)
    counts = [Execution.objects.filter(assignment__number=number).count() for number in ("2/1", "2/2")]
    assert counts == [4, 5]


def test_when_nobody_fits_the_period_is_marked_and_the_staff_is_asked(actor: Scope) -> None:
    series = running(actor)
    Cluster.objects.update(closed_on=date(2026, 4, 20))
    assert on(4, 25) == on(4, 26) == 0
    mark = SeriesOccurrence.objects.get()
    assert (mark.period, mark.item) == ("2026-05", None)
    task = StaffTask.objects.get()
    assert (task.kind, task.link) == ("nobody_fits", series.get_absolute_url())
    Cluster.objects.update(closed_on=None)
    assert on(5, 26) == 1
    assert made() == [("2/2", date(2026, 6, 5))]


def test_days_off_move_the_term_to_the_working_day_before(actor: Scope) -> None:
    CalendarDay.objects.create(day=date(2026, 5, 5), is_working=False, reason="Указ", recorded_at=drafts.NOW)
    running(actor)
    on(4, 25)
    assert made() == [("2/1", date(2026, 5, 4))]


def test_weekly_periods_follow_one_another(actor: Scope) -> None:
    running(actor, frequency="weekly", weekday=3, month_day=None, visible_days=3, until=date(2026, 5, 6))
    assert on(5, 10) == 3
    assert [due for _number, due in made()] == [date(2026, 4, 22), date(2026, 4, 29), date(2026, 5, 6)]
    series = ItemSeries.objects.get()
    assert (series.is_running, series.ended_at is not None) == (False, True)
    with pytest.raises(ImpossibleStep):
        series_change(actor=actor, series_id=series.pk, version=1, content=content())


def test_a_number_that_stands_in_the_paper_is_not_taken(cast: Cast, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="2/1")
    add_series(actor, protocol)
    protocol.refresh_from_db()
    protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    on(4, 25)
    assert [number for number, _due in made()] == ["2/2"]


def test_coordinators_are_told_once_and_by_the_next_digest(cast: Cast, actor: Scope) -> None:
    running(actor)
    on(4, 25)
    told = Notice.objects.get(person=cast.tomsk_coordinator)
    assert (told.kind, told.data["count"], told.data["item"]) == ("item_issued", 2, "2/1")
    line = DigestLine.objects.get(person=cast.tomsk_coordinator, kind="item_issued")
    assert not line.is_urgent
    row = LogEntry.objects.get(additional_data__action="period_issue")
    assert row.additional_data["count"] == 4


def test_one_recurring_item_that_fails_stops_no_other(actor: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = drafts.draft(actor)
    broken = add_series(actor, protocol, number="2")
    add_series(actor, protocol, number="3")
    protocol.refresh_from_db()
    protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)
    from assignments.services import occurrences

    real = occurrences.series_catch_up

    def faulty(**said: Any) -> int:
        if said["series_id"] == broken.pk:
            raise OSError("disk")
        return real(**said)

    monkeypatch.setattr(occurrences, "series_catch_up", faulty)
    assert on(4, 25) == 1
    assert [number for number, _due in made()] == ["3/1"]


def test_the_clock_rings_for_it(actor: Scope) -> None:
    running(actor)
    assert settings.CELERY_BEAT_SCHEDULE["make-occurrences"]["task"] == make_occurrences.name
    with clock.at(datetime(2026, 4, 25, 7, tzinfo=UTC)):
        make_occurrences()
    assert len(made()) == 1


# Changes


def change(actor: Scope, series: ItemSeries, month: int, day: int, **changes: Any) -> ItemSeries:
    series.refresh_from_db()
    with clock.at(datetime(2026, month, day, 7, tzinfo=UTC)):
        return series_change(
            actor=actor, series_id=series.pk, version=series.version, content=content(**changes)
        )


def test_a_change_concerns_only_the_periods_to_come(actor: Scope) -> None:
    series = running(actor)
    on(4, 25)
    change(actor, series, 4, 26, text="Представлять сведения о ремонте.", weight=3)
    on(5, 26)
    rows = Assignment.objects.order_by("position").values_list("weight", "text")
    assert list(rows) == [(1, content().text), (3, "Представлять сведения о ремонте.")]
    step = SeriesStep.objects.get()
    assert (step.kind, sorted(step.changes)) == ("changed", ["text", "title", "weight"])
    with pytest.raises(AppendOnlyError):
        step.delete()


def test_what_was_visible_before_the_change_is_made_as_it_stood(actor: Scope) -> None:
    series = running(actor)
    change(actor, series, 4, 26, weight=3)
    assert Assignment.objects.get().weight == 1


def test_a_new_rule_never_asks_twice_for_a_period(actor: Scope) -> None:
    series = running(actor)
    on(4, 25)
    change(actor, series, 4, 27, month_day=20)
    on(6, 15)
    assert made() == [("2/1", date(2026, 5, 5)), ("2/2", date(2026, 6, 19))]


def test_a_new_rule_brings_nothing_back_that_is_past(actor: Scope) -> None:
    series = running(actor, month_day=20)
    change(actor, series, 5, 7, month_day=5)
    assert made() == [("2/1", date(2026, 4, 20))]
    on(6, 1)
    assert made()[1:] == [("2/2", date(2026, 6, 5))]


def test_number_and_addressee_stay_those_of_the_paper(actor: Scope) -> None:
    series = running(actor)
    with pytest.raises(InvalidInput) as caught:
        change(actor, series, 4, 20, number="5", addressee="regions")
    assert sorted(caught.value.errors) == ["addressee", "number"]


def test_nothing_changed_is_no_change_and_a_stale_one_is_refused(actor: Scope) -> None:
    series = running(actor)
    assert change(actor, series, 4, 20).version == 1
    with pytest.raises(StaleVersion):
        series_change(actor=actor, series_id=series.pk, version=7, content=content(weight=2))
    assert not SeriesStep.objects.exists()


def test_a_draft_is_not_changed_as_something_that_runs(actor: Scope) -> None:
    series = add_series(actor, drafts.draft(actor))
    with pytest.raises(ImpossibleStep):
        series_change(actor=actor, series_id=series.pk, version=1, content=content(weight=2))
    with pytest.raises(ImpossibleStep):
        series_stop(actor=actor, series_id=series.pk, version=1, reason=WHY)


def test_a_stopped_one_makes_no_further_period_and_keeps_those_made(actor: Scope) -> None:
    series = running(actor)
    on(4, 25)
    series.refresh_from_db()
    with pytest.raises(InvalidInput):
        series_stop(actor=actor, series_id=series.pk, version=1, reason=" ")
    stopped = series_stop(actor=actor, series_id=series.pk, version=1, reason=WHY)
    assert series_stop(actor=actor, series_id=series.pk, version=1, reason=WHY) == stopped
    assert on(7, 1) == 0
    assert Execution.objects.open().count() == 4
    assert SeriesStep.objects.get().reason == WHY
    with pytest.raises(ImpossibleStep):
        series_stop(actor=actor, series_id=series.pk, version=2, reason="Иначе.")
    with pytest.raises(ImpossibleStep):
        series_change(actor=actor, series_id=series.pk, version=2, content=content(weight=2))


def test_a_copy_takes_the_rule_along_and_no_period(cast: Cast, actor: Scope) -> None:
    series = running(actor)
    on(4, 25)
    said = {"number": "15", "held_on": date(2026, 4, 22), "meeting_title": "Совещание"}
    with clock.at(datetime(2026, 4, 25, 8, tzinfo=UTC)):
        result = protocol_copy(actor=actor, source_id=series.protocol_id, **said)
        again = protocol_copy(actor=actor, source_id=series.protocol_id, **said)
    assert again.protocol == result.protocol
    assert not result.protocol.assignments.exists()
    copied = result.protocol.series.get()
    assert (copied.starts_on, copied.counts_from, copied.month_day) == (date(2026, 4, 22), None, 5)


def test_regions_read_what_was_addressed_to_them(cast: Cast, actor: Scope) -> None:
    series = running(actor, audience={"regions": ["70"]})
    with pytest.raises(Missing):
        ItemSeries.objects.fetch(cast.scope("tomsk_coordinator"), pk=series.pk)
    on(4, 25)
    assert ItemSeries.objects.fetch(cast.scope("tomsk_coordinator"), pk=series.pk) == series
    for person in ("omsk_coordinator", "chair"):
        with pytest.raises(Missing):
            ItemSeries.objects.fetch(cast.scope(person), pk=series.pk)


# Pages


def form(**changes: Any) -> dict[str, Any]:
    return {
        "number": "2", "text": "Представлять сведения.", "weight": "1", "addressee": "clusters",
        "scope_of_rule": "everyone", "frequency": "monthly", "month_day": "5", "weekday": "3",
        "starts_on": "15.04.2026", "until": "31.12.2026", "visible_days": "10", **changes,
    }  # fmt: skip


def test_the_refusal_of_repeating_work_leads_to_a_recurring_item_with_everything_typed(
    as_person: Callable[[str], Client], actor: Scope
) -> None:
    protocol = drafts.draft(actor)
    client = as_person("controller")
    typed = {
        "number": "4", "text": "Ежемесячно до 7 числа представлять сведения.", "due_on": "постоянно", "weight": "2",
        "addressee": "clusters", "scope_of_rule": "rule", "cohorts": ["2023"],
    }  # fmt: skip
    refused = client.post(f"/protocols/{protocol.pk}/items/new/", typed)
    assert refused.status_code == 400
    there = f"/protocols/{protocol.pk}/series/new/"
    assert f'formaction="{there}"' in refused.content.decode()
    shown = client.post(there, {**typed, "recur": "1"})
    assert shown.status_code == 200
    found = shown.context["form"]
    assert [found[name].value() for name in ("number", "weight", "month_day", "frequency", "cohorts")] == [
        "4", "2", 7, "monthly", ["2023"],
    ]  # fmt: skip
    assert not ItemSeries.objects.exists()


def test_a_pasted_row_whose_work_repeats_offers_a_recurring_item(
    as_person: Callable[[str], Client], actor: Scope
) -> None:
    protocol = drafts.draft(actor)
    rows = {"text": "Представлять сведения.\tпостоянно", "check": "1"}
    page = as_person("controller").post(f"/protocols/{protocol.pk}/items/table/", rows)
    assert f'action="/protocols/{protocol.pk}/series/new/"' in page.content.decode()


def test_a_recurring_item_goes_through_its_pages(as_person: Callable[[str], Client], actor: Scope) -> None:
    protocol = drafts.draft(actor)
    client = as_person("controller")
    page = f"/protocols/{protocol.pk}/"
    assert client.get(f"{page}series/new/").status_code == 200
    assert client.post(f"{page}series/new/", {**form(), "show": "days"}).context["coming"]
    assert client.post(f"{page}series/new/", form(until="")).status_code == 400
    assert client.post(f"{page}series/new/", form()).status_code == 302
    series = ItemSeries.objects.get()
    own = series.get_absolute_url()
    assert client.post(f"{own}edit/", form(weight="2", version=1)).status_code == 302
    assert client.post(f"{own}edit/", form(weight="3", version=1)).status_code == 409
    assert series.title in client.get(page).content.decode()
    assert series.title in client.get(f"{page}issue/").content.decode()
    assert client.get(f"{own}stop/").status_code == 409
    protocol.refresh_from_db()
    assert client.post(f"{page}issue/", {"version": protocol.version}).status_code == 302
    on(4, 25)
    item = Assignment.objects.get()
    assert f'id="item-{item.pk}"' in client.get(page).content.decode()
    assert item.get_absolute_url() in client.get(own).content.decode()
    execution = Execution.objects.earliest("pk")
    assert own in client.get(execution.get_absolute_url()).content.decode()
    assert client.post(f"{own}edit/", form(weight="1", version=2)).status_code == 302
    assert client.get(own).context["steps"]
    assert client.post(f"{own}stop/", {"version": 3, "reason": ""}).status_code == 400
    assert client.post(f"{own}stop/", {"version": 3, "reason": WHY}).status_code == 302
    assert WHY in client.get(own).content.decode()
    assert client.get(f"{own}edit/").status_code == 409


def test_a_region_sees_the_rule_and_no_names_of_the_centre(
    cast: Cast, as_person: Callable[[str], Client], actor: Scope
) -> None:
    series = running(actor)
    on(4, 25)
    series.refresh_from_db()
    series_stop(actor=actor, series_id=series.pk, version=1, reason=WHY)
    shown = as_person("tomsk_coordinator").get(series.get_absolute_url()).content.decode()
    assert WHY in shown
    assert cast.controller.get_short_name() not in shown
    assert as_person("tomsk_coordinator").get(f"{series.get_absolute_url()}edit/").status_code == 403


def test_a_recurring_item_of_a_draft_is_deleted_on_its_page(
    as_person: Callable[[str], Client], actor: Scope
) -> None:
    series = add_series(actor, drafts.draft(actor))
    client = as_person("controller")
    delete = f"{series.get_absolute_url()}delete/"
    assert client.get(delete).status_code == 200
    assert client.post(delete, {"version": 7}).status_code == 409
    assert client.post(delete, {"version": 1}).status_code == 302


def test_an_item_of_a_period_belongs_to_an_issued_protocol(actor: Scope) -> None:
    running(actor)
    on(4, 25)
    item = Assignment.objects.get()
    with pytest.raises(ImpossibleStep):
        item_save(
            actor=actor, protocol_id=item.protocol_id, item_id=item.pk, number="2/1", text="Иначе.",
            due_on=item.due_on, audience=drafts.EVERYONE,
        )  # fmt: skip
