"""Pages of meetings: what people press, what they read, what is kept when something is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from common.scope import Scope
from meetings.enums import DecisionKind
from meetings.models import AgendaItem, AgendaNote, Decision, Meeting, MeetingSeries
from meetings.services import running
from tests.cast import Cast
from tests.dashboard.office import text_of, work
from tests.meetings.acts import NOW, begun, closed, decided, draft, opened, question, weekly

pytestmark = pytest.mark.usefixtures("thursday")
People = Callable[[str], Client]


@pytest.fixture
def centre(keeper: Scope, as_person: People) -> Client:
    return as_person("controller")


def page(name: str, *args: Any) -> str:
    return reverse(f"meetings:{name}", args=args)


def series_form(**changes: Any) -> dict[str, Any]:
    values = {
        "title": "Еженедельное совещание", "weekday": 3, "starts_at": "10:00", "day_off": "after",
        "starts_on": "26.02.2026", "opens_days_before": 6, "duration_minutes": 90, "limit_minutes": 90,
        "form": "video", "addressee": "regions", "scope_of_rule": "everyone", "rows-TOTAL_FORMS": 2,
        "rows-INITIAL_FORMS": 0, "rows-0-title": "Разное", "rows-0-source": "template", "rows-0-minutes": 5,
        "rows-0-place": 20, "rows-1-title": "Просрочка", "rows-1-source": "overdue", "rows-1-minutes": 2,
        "rows-1-place": 10,
    }  # fmt: skip
    return values | changes


def test_a_series_is_entered_with_its_agenda_in_the_order_of_the_places(centre: Client) -> None:
    answer = centre.post(page("series-create"), series_form())

    series = MeetingSeries.objects.get()
    assert answer["Location"] == series.get_absolute_url()
    assert list(series.rows.values_list("title", flat=True)) == ["Просрочка", "Разное"]


def test_a_rule_that_never_fires_comes_back_with_everything_typed(centre: Client) -> None:
    typed = series_form(weekday=7, day_off="skip", until="31.12.2026")
    text = centre.post(page("series-create"), typed).content.decode()

    assert "ни одного совещания никогда не было бы" in text
    assert 'value="Просрочка"' in text
    assert not MeetingSeries.objects.exists()


def test_a_mistake_in_a_row_stands_at_its_field(centre: Client) -> None:
    answer = centre.post(page("series-create"), series_form(**{"rows-1-minutes": 9999}))

    assert answer.status_code == 400
    assert 'id="id_rows-1-minutes_error"' in answer.content.decode()


def test_the_days_of_a_rule_are_shown_before_it_is_saved(centre: Client) -> None:
    text = centre.post(page("series-create"), series_form(show="days")).content.decode()

    assert "4 марта 2026" in text.replace("\xa0", " ")
    assert not MeetingSeries.objects.exists()


def test_whole_life_by_buttons(centre: Client, keeper: Scope) -> None:
    typed = {
        "title": "Внеочередное", "kind": "ad_hoc", "starts_at": "04.03.2026 10:00", "duration_minutes": 60,
        "limit_minutes": 60, "form": "video", "addressee": "regions", "scope_of_rule": "everyone",
    }  # fmt: skip
    centre.post(page("meeting-create"), typed)
    meeting = Meeting.objects.get()
    item = question(keeper, meeting)
    for name, extra in (("meeting-open", {}), ("meeting-start", {})):
        meeting.refresh_from_db()
        centre.post(page(name, meeting.pk), {"version": meeting.version, **extra})
    centre.post(page("item-show", meeting.pk), {"item": item.pk, "to": "item"})
    centre.post(page("decide", meeting.pk, item.pk), {"kind": "noted", "text": "Принять к сведению."})
    text = text_of(centre, page("meeting-close", meeting.pk))
    assert "Явка: никто не отмечен." in text
    meeting.refresh_from_db()
    centre.post(page("meeting-close", meeting.pk), {"version": meeting.version})

    meeting.refresh_from_db()
    assert meeting.is_over
    assert Decision.objects.get().text == "Принять к сведению."


def test_a_region_reads_the_agenda_and_builds_nothing(keeper: Scope, cast: Cast, as_person: People) -> None:
    meeting = opened(keeper)
    question(keeper, meeting)
    text = text_of(as_person("tomsk_coordinator"), meeting.get_absolute_url())

    assert "О ходе набора" in text
    assert "Снять" not in text
    assert (
        as_person("tomsk_coordinator").get(draft(keeper, title="Иное").get_absolute_url()).status_code == 404
    )


def test_the_agenda_over_its_limit_says_so(centre: Client, keeper: Scope) -> None:
    meeting = draft(keeper, limit_minutes=10)
    question(keeper, meeting, minutes=15)

    assert "на 5 минут больше предела" in text_of(centre, meeting.get_absolute_url())


def test_a_source_is_taken_off_and_put_back_by_one_button_each(centre: Client, keeper: Scope) -> None:
    meeting = draft(keeper)
    for title in ("А", "Б"):
        question(keeper, meeting, title)
    assert "Внесено вручную: 2" in text_of(centre, meeting.get_absolute_url())

    centre.post(page("source-remove", meeting.pk), {"source": "manual"})
    assert "Вернуть все, внесено вручную: 2" in text_of(centre, meeting.get_absolute_url())
    centre.post(page("source-restore", meeting.pk), {"source": "manual"})
    assert "Снято:" not in text_of(centre, meeting.get_absolute_url())

    refused = centre.post(page("source-remove", meeting.pk), {"source": "nonsense"})
    assert (refused.status_code, meeting.agenda.filter(state="on_agenda").count()) == (400, 2)


def test_a_stopped_series_offers_to_go_on(centre: Client, keeper: Scope) -> None:
    series = weekly(keeper)
    centre.post(page("series-stop", series.pk), {"version": 1})
    assert "Возобновить" in text_of(centre, series.get_absolute_url())

    centre.post(page("series-resume", series.pk), {"version": 2})
    assert "Возобновить" not in text_of(centre, series.get_absolute_url())


def test_an_act_on_the_agenda_gives_htmx_the_agenda_alone(centre: Client, keeper: Scope) -> None:
    meeting = draft(keeper)
    first, second = question(keeper, meeting, "А"), question(keeper, meeting, "Б")
    answer = centre.post(
        page("item-move", meeting.pk, second.pk), {"position": 1},
        headers={"HX-Request": "true", "HX-Target": "agenda"},
    )  # fmt: skip
    text = answer.content.decode()

    assert text.strip().startswith('<div id="agenda"')
    assert text.index(second.title) < text.index(first.title)
    assert centre.post(page("item-move", meeting.pk, second.pk), {"position": 2}).status_code == 302


def test_dragging_sends_the_whole_order(centre: Client, keeper: Scope) -> None:
    meeting = draft(keeper)
    first, second = question(keeper, meeting, "А"), question(keeper, meeting, "Б")
    centre.post(page("agenda-order", meeting.pk), {"order": f"{second.pk},{first.pk}"})

    assert list(AgendaItem.objects.order_by("position")) == [second, first]
    assert centre.post(page("agenda-order", meeting.pk), {"order": "а,б"}).status_code == 400


def test_a_closed_meeting_asks_why_it_is_mended(centre: Client, keeper: Scope) -> None:
    meeting = closed(keeper)
    item = question(keeper, meeting, reason="Пропущено.")
    answer = centre.post(page("item-remove", meeting.pk, item.pk), {})
    assert answer.status_code == 400
    centre.post(page("item-remove", meeting.pk, item.pk), {"reason": "Внесено по ошибке."})

    item.refresh_from_db()
    assert item.state == "removed"
    assert "Внесено по ошибке." in text_of(centre, meeting.get_absolute_url())


def test_the_screen_follows_and_can_be_stopped(centre: Client, keeper: Scope, as_person: People) -> None:
    meeting = begun(keeper)
    item = question(keeper, meeting, "О сроках")
    running.item_show(actor=keeper, meeting_id=meeting.pk, item_id=item.pk)
    with clock.at(NOW + timedelta(seconds=75)):
        text = text_of(as_person("tomsk_coordinator"), page("screen", meeting.pk))
    assert 'hx-trigger="every 3s"' in text
    assert 'data-clock="75"' in text
    assert "Следующий вопрос" not in text
    assert "every 3s" not in text_of(centre, page("screen", meeting.pk) + "?paused=1")


def test_a_note_of_two_windows_comes_back_with_both_texts(centre: Client, keeper: Scope) -> None:
    meeting = begun(keeper)
    item = question(keeper, meeting)
    centre.post(page("note", meeting.pk, item.pk), {"version": 0, "text": "Из одного окна."})
    answer = centre.post(page("note", meeting.pk, item.pk), {"version": 0, "text": "Из другого окна."})
    text = answer.content.decode()

    assert answer.status_code == 409
    assert "Из одного окна." in text
    assert "Из другого окна." in text
    centre.post(page("note", meeting.pk, item.pk), {"version": 1, "text": "Вместе."})
    assert AgendaNote.objects.get().text == "Вместе."


def test_two_secretaries_on_one_decision_see_both_texts(centre: Client, keeper: Scope) -> None:
    meeting = begun(keeper)
    made = decided(keeper, question(keeper, meeting))
    address = page("decision-edit", meeting.pk, made.item_id, made.pk)
    centre.post(address, {"kind": "noted", "text": "Первая правка.", "version": 1})
    answer = centre.post(address, {"kind": "noted", "text": "Вторая правка.", "version": 1})
    text = answer.content.decode()

    assert answer.status_code == 409
    assert "Первая правка." in text
    assert "Вторая правка." in text
    assert 'name="version" value="2"' in text


def test_an_assignment_with_nobody_chosen_is_refused_and_kept(centre: Client, keeper: Scope) -> None:
    meeting = begun(keeper)
    item = question(keeper, meeting)
    typed = {
        "text": "Представить сведения.", "due_on": "28.05.2026", "weight": 1, "addressee": "clusters",
        "scope_of_rule": "rule",
    }  # fmt: skip
    answer = centre.post(page("assign", meeting.pk, item.pk), typed)
    assert answer.status_code == 400
    assert "Представить сведения." in answer.content.decode()
    centre.post(page("assign", meeting.pk, item.pk), typed | {"scope_of_rule": "everyone"})
    assert Decision.objects.get().kind == DecisionKind.ASSIGNMENT


def test_sources_say_where_they_were_discussed(centre: Client, keeper: Scope, cast: Cast) -> None:
    execution = work([cast.tomsk_machines], date(2026, 2, 20))[0]
    meeting = opened(keeper)
    centre.post(page("agenda-fill", meeting.pk))

    for address in (
        execution.get_absolute_url(), execution.region.get_absolute_url(),
        execution.assignment.protocol.get_absolute_url(),
    ):  # fmt: skip
        text = text_of(centre, address)
        assert "Обсуждалось на совещаниях" in text
        assert str(meeting) in text


def test_a_proposal_goes_from_the_region_to_the_agenda(
    centre: Client, keeper: Scope, as_person: People
) -> None:
    region = as_person("tomsk_coordinator")
    region.post(page("proposal-create"), {"place": "region:70", "title": "О целевом наборе"})
    meeting = draft(keeper)
    centre.post(page("agenda-fill", meeting.pk))
    item = AgendaItem.objects.get(source="proposal")
    assert "О целевом наборе" in text_of(centre, meeting.get_absolute_url())
    centre.post(page("item-take", meeting.pk, item.pk))

    item.refresh_from_db()
    assert item.state == "on_agenda"
    assert "О целевом наборе" in text_of(region, page("proposals"))


def test_the_home_of_a_coordinator_leads_to_the_next_meeting(keeper: Scope, as_person: People) -> None:
    weekly(keeper)
    meeting = opened(keeper)
    assert meeting.get_absolute_url() in text_of(as_person("tomsk_coordinator"), reverse("dashboard:home"))


def test_the_list_is_narrowed_and_taken_away_as_a_file(centre: Client, keeper: Scope) -> None:
    opened(keeper, title="О наборе")
    draft(keeper, title="О закупках")
    text = text_of(centre, page("meetings") + "?state=open&year=2026&q=набор")
    assert "О наборе" in text
    assert "О закупках" not in text
    for name in ("meetings", f"agenda?meeting={Meeting.objects.first().pk}", "proposals"):
        listed, _mark, query = name.partition("?")
        address = reverse("dashboard:list-table", kwargs={"name": listed, "form": "csv"})
        assert centre.get(f"{address}?{query}").status_code == 200
