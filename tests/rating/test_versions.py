"""Versions of the methodology: drafted, tried on published months, approved by another person, announced, kept."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.selectors import scope_for
from assignments.selectors import fold_rules
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import SYSTEM
from notifications.models import Notice
from rating.enums import DraftState
from rating.formula import Params, compute
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, RegionScore, Slice
from rating.selectors import frozen_case
from rating.services import (
    draft_approve,
    draft_begin,
    draft_save,
    draft_withdraw,
    slice_close,
    slice_publish,
    trial_run,
)
from rating.version_forms import STEPS, DraftForm
from tests.cast import Cast
from tests.dashboard.office import methodology
from tests.rating.building import params, region_of
from tests.rating.portal import load, read
from tests.rating.readers import reader, words_of
from tests.rating.strategies import DETERMINISTIC

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 7, 9, tzinfo=UTC)
REASON = "Срок до трёх дней чаще всего вызван почтой: меньше теряет тот, кто опоздал немного."


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(NOW):
        yield


def changed(**changes: Any) -> dict[str, Any]:
    """Version 2.0 from June 2026: the earliest month for a draft approved in April."""
    return params(**{"version": "2.0", "effective_from": "2026-06", **changes})


def begun(cast: Cast, **changes: Any) -> MethodologyDraft:
    return draft_begin(actor=cast.scope("methodologist"), params=changed(**changes), reason=REASON)


def published(name: str = "case1") -> Slice:
    load(read(name))
    slice_ = slice_close(actor=SYSTEM, period=read(name)["request"]["period"])
    return slice_publish(actor=SYSTEM, slice_id=slice_.pk)


def keepers() -> tuple[Any, Any]:
    """Scopes of two methodologists beside a loaded case."""
    reader("methodologist")
    reader("second")
    return tuple(
        scope_for(User.objects.get(email=f"{name}@example.org")) for name in ("methodologist", "second")
    )


def test_a_draft_is_no_version_until_another_person_approves_it(cast: Cast) -> None:
    methodology()
    draft = begun(cast, n_min=8)
    assert not Methodology.objects.filter(version="2.0").exists()
    with pytest.raises(NotAllowed, match="другой человек"):
        draft_approve(actor=cast.scope("methodologist"), draft_id=draft.pk, saves=draft.saves)

    version = draft_approve(actor=cast.scope("administrator"), draft_id=draft.pk, saves=draft.saves)

    assert version.to_params() == changed(n_min=8)
    draft.refresh_from_db()
    assert (draft.state, draft.methodology) == (DraftState.APPROVED, version)
    told = {notice.person.email for notice in Notice.objects.filter(kind="version_announced")}
    assert {cast.tomsk_coordinator.email, cast.tomsk_minister.email, cast.controller.email} <= told
    assert cast.administrator.email not in told


def test_nobody_who_wrote_any_of_a_draft_approves_it(cast: Cast) -> None:
    methodology()
    draft = begun(cast)
    for saves, who in ((1, "administrator"), (2, "methodologist")):
        draft_save(
            actor=cast.scope(who), draft_id=draft.pk, saves=saves, params=changed(n_min=7), reason=REASON
        )

    for who in ("methodologist", "administrator"):
        with pytest.raises(NotAllowed):
            draft_approve(actor=cast.scope(who), draft_id=draft.pk, saves=3)


def test_a_draft_seen_before_a_change_is_neither_saved_nor_approved(cast: Cast) -> None:
    methodology()
    draft = begun(cast)
    draft_save(
        actor=cast.scope("methodologist"), draft_id=draft.pk, saves=1, params=changed(n_min=7), reason=REASON
    )

    with pytest.raises(StaleVersion):
        draft_save(
            actor=cast.scope("methodologist"), draft_id=draft.pk, saves=1, params=changed(), reason=REASON
        )
    with pytest.raises(StaleVersion):
        draft_approve(actor=cast.scope("administrator"), draft_id=draft.pk, saves=1)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"effective_from": "2026-03"}, "effective_from", "июнь\u00a02026"),
        ({"effective_from": "2026-05"}, "effective_from", "июнь\u00a02026"),
        ({"version": "1.0"}, "version", "1.0"),
        ({"late_steps": [[3, 80], [3, 60], [None, 20]]}, "late_steps", "позже"),
        ({"late_steps": [[3, 80], [10, 90], [None, 20]]}, "late_steps", "не больше"),
        ({"late_steps": [[3, 80], [10, 60]]}, "late_steps", "без предела"),
        ({"late_steps": [[0, 80], [None, 20]]}, "late_steps", "первого дня"),
        ({"zone_green": "70.00"}, "zone_yellow", "ниже"),
        ({"zone_green": "девяносто"}, "zone_green", "от 0 до 100"),
        ({"grace_days": 9}, "grace_days", "Не больше"),
        ({"z_interval": "0"}, "z_interval", "больше 0"),
        ({"z_signal": "-1"}, "z_signal", "больше 0"),
        ({"icc": "1.5"}, "icc", "от 0 до 1"),
        ({"n_min": 0}, "n_min", "одно исполнение"),
        ({"min_executed_points": 30}, "min_executed_points", "Не больше"),
    ],
)
def test_parameters_that_break_a_rule_are_refused_at_their_field(
    cast: Cast, change: dict[str, Any], field: str, words: str
) -> None:
    methodology()

    with pytest.raises(InvalidInput) as refusal:
        begun(cast, **change)

    assert words in " ".join(map(str, refusal.value.errors[field]))
    assert not MethodologyDraft.objects.exists()


def test_the_clock_stays_that_of_moscow_whatever_is_asked(cast: Cast) -> None:
    methodology()

    draft = begun(cast, tz_offset_minutes=0)

    assert draft.params == changed()


def test_approved_rules_of_control_hold_from_the_first_day_of_their_month(cast: Cast) -> None:
    methodology()
    draft = begun(cast, min_lead_days=3)

    version = draft_approve(actor=cast.scope("administrator"), draft_id=draft.pk, saves=draft.saves)

    assert version.control_rules.effective_from == date(2026, 6, 1)
    assert fold_rules().min_lead_days == 1
    with clock.at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        assert fold_rules().min_lead_days == 3


def test_versions_that_leave_the_rules_of_control_alone_share_them(cast: Cast) -> None:
    first = methodology()
    draft = begun(cast, zone_green="95.00")

    version = draft_approve(actor=cast.scope("administrator"), draft_id=draft.pk, saves=draft.saves)

    assert version.control_rules == first.control_rules


def test_a_trial_recomputes_a_published_month_and_touches_nothing() -> None:
    slice_ = published("case3")
    author, _other = keepers()
    before = list(RegionScore.objects.order_by("pk").values())
    steps = [[3, 95], [None, 50]]
    draft = draft_begin(actor=author, params=changed(late_steps=steps, zone_green="95.00"), reason=REASON)

    (trial,) = trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])
    (again,) = trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])

    assert again == trial
    assert list(RegionScore.objects.order_by("pk").values()) == before
    case = frozen_case(slice_)
    case["params"] = [{**draft.params, "effective_from": "2023-10"}]
    expected = compute(case)
    for row in trial.rows:
        now = region_of(expected, row["region"])
        shown = now.get("score")
        assert row["after"]["score"] == (None if shown is None else round(float(shown) * 100))
        assert (row["after"]["zone"], row["after"]["rank"]) == (now.get("zone"), now.get("rank"))
        stored = RegionScore.objects.get(slice=slice_, region=row["region"])
        assert (row["before"]["score"], row["before"]["rank"]) == (stored.score, stored.rank)
    assert next(row for row in trial.rows if row["region"] == "R3")["after"]["zone"] == "yellow"


def test_approval_waits_for_a_trial_of_these_parameters_on_the_last_published_month() -> None:
    published("case1")
    author, other = keepers()
    draft = draft_begin(actor=author, params=changed(return_penalty=5), reason=REASON)
    with pytest.raises(ImpossibleStep, match="проверьте"):
        draft_approve(actor=other, draft_id=draft.pk, saves=1)
    trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])
    draft_save(actor=author, draft_id=draft.pk, saves=1, params=changed(return_penalty=6), reason=REASON)
    with pytest.raises(ImpossibleStep):
        draft_approve(actor=other, draft_id=draft.pk, saves=2)

    trial_run(actor=other, draft_id=draft.pk, periods=["2023-11"])
    draft_approve(actor=other, draft_id=draft.pk, saves=2)

    assert Methodology.objects.get(version="2.0").return_penalty == 6


@pytest.mark.parametrize(("months", "words"), [([], "хотя бы один"), (["2023-12"], "не опубликован")])
def test_a_draft_is_tried_on_published_months_only(months: list[str], words: str) -> None:
    published("case1")
    author, _other = keepers()
    draft = draft_begin(actor=author, params=changed(), reason=REASON)

    with pytest.raises(InvalidInput, match=words):
        trial_run(actor=author, draft_id=draft.pk, periods=months)

    assert not MethodologyTrial.objects.exists()


def test_a_withdrawn_draft_stays_readable_and_takes_nothing_more(cast: Cast) -> None:
    methodology()
    draft = begun(cast)
    draft_withdraw(actor=cast.scope("administrator"), draft_id=draft.pk)

    with pytest.raises(ImpossibleStep, match="отозван"):
        draft_approve(actor=cast.scope("administrator"), draft_id=draft.pk, saves=1)
    with pytest.raises(ImpossibleStep):
        draft_save(
            actor=cast.scope("methodologist"), draft_id=draft.pk, saves=1, params=changed(), reason=REASON
        )


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_others_write_no_drafts(cast: Cast, who: str) -> None:
    methodology()

    with pytest.raises(NotAllowed):
        draft_begin(actor=cast.scope(who), params=changed(), reason=REASON)


def test_the_database_keeps_versions_and_closed_drafts(cast: Cast) -> None:
    methodology()
    draft = begun(cast)
    draft_withdraw(actor=cast.scope("methodologist"), draft_id=draft.pk)
    for statement in (
        "UPDATE rating_methodology SET n_min = 1",
        "DELETE FROM rating_methodology",
        "UPDATE rating_methodologydraft SET state = 'open', closed_at = NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_months_before_a_version_keep_their_numbers_and_later_ones_use_it() -> None:
    published("case1")
    author, other = keepers()
    draft = draft_begin(actor=author, params=changed(n_min=9), reason=REASON)
    trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])
    draft_approve(actor=other, draft_id=draft.pk, saves=1)

    with clock.at(datetime(2026, 7, 20, tzinfo=UTC)):
        may = slice_close(actor=SYSTEM, period="2026-05")
        june = slice_close(actor=SYSTEM, period="2026-06")

    assert (may.methodology.version, june.methodology.version) == ("1.0", "2.0")


def form_data(draft: MethodologyDraft | None = None, **changes: Any) -> dict[str, Any]:
    """What the page sends for version 2.0."""
    data: dict[str, Any] = {
        "version": "2.0", "effective_from": "2026-06", "reason": REASON, "count_due_from": "2023-10-01",
        "days_0": 3, "points_0": 85, "days_1": 10, "points_1": 60, "late_steps": 20,
        "review_days": 5, "grace_days": 5, "return_penalty": 10, "min_executed_points": 10, "n_min": 5,
        "zone_green": "90,00", "zone_yellow": "70.00", "z_interval": "1.645", "z_signal": "3.00", "icc": "0.10",
        "min_lead_days": 1, "max_request_extensions": 1,
    }  # fmt: skip
    return {**data, "saves": draft.saves if draft else "", **changes}


def test_the_whole_way_on_the_pages() -> None:
    published("case3")
    keepers()
    author, other = reader("methodologist"), reader("second")
    assert author.post("/rating/method/versions/", form_data()).status_code == 302
    draft = MethodologyDraft.objects.get()
    url = f"/rating/method/versions/{draft.pk}/"
    assert draft.params["late_steps"] == [[3, 85], [10, 60], [None, 20]]
    assert "Сначала проверьте" in words_of(other, url)

    assert author.post(f"{url}try/", {"months": ["2023-11"]}).status_code == 302

    page = words_of(other, url)
    assert "Проверка на: ноябрь 2023" in page
    assert "1–3" in page, "a place never stands without its range"
    assert "3 – 80; 10 – 60; 30 – 40; … – 20 → 3 – 85; 10 – 60; … – 20" in page
    files = reader("second").get(f"/lists/version-trial.csv?draft={draft.pk}")
    assert files.status_code == 200
    assert "утверждает не тот" not in page
    assert "другой человек" in words_of(author, url)
    assert author.post(f"{url}approve/", {"saves": draft.saves}).status_code == 403
    assert other.post(f"{url}approve/", {"saves": draft.saves}).status_code == 302
    assert "Версия 2.0 будет действовать с июня 2026" in words_of(reader("public"), "/rating/method/")
    assert "утверждена" in words_of(other, url)


def test_a_hole_in_the_steps_is_shown_at_its_row_and_nothing_is_lost() -> None:
    published("case1")
    keepers()
    data = form_data(days_1="", points_1="", days_2=30, points_2=40)

    answer = reader("methodologist").post("/rating/method/versions/", data)

    assert answer.status_code == 400
    html = answer.content.decode()
    assert "без пропусков" in html
    assert 'value="85"' in html
    assert not MethodologyDraft.objects.exists()


@pytest.mark.parametrize(("days", "points"), [("5", ""), ("", "50")])
def test_half_a_step_is_refused(days: str, points: str) -> None:
    form = DraftForm(form_data(days_2=days, points_2=points), months=["2026-06"])

    assert not form.is_valid()
    assert set(form.errors) == {"points_2" if days else "days_2"}


@DETERMINISTIC
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(1, 40)), st.one_of(st.none(), st.integers(0, 100))),
        max_size=STEPS,
    ),
    st.integers(0, 100),
)
def test_whatever_steps_the_form_takes_the_formula_takes_or_names(
    rows: list[tuple[int | None, int | None]], last: int
) -> None:
    """A form that is valid gives steps in which every day late has points, or the formula says what is wrong."""
    cleared = {f"{name}_{number}": "" for number in range(STEPS) for name in ("days", "points")}
    typed = {
        f"{name}_{number}": "" if value is None else value
        for number, row in enumerate(rows)
        for name, value in zip(("days", "points"), row, strict=True)
    }
    form = DraftForm(form_data(**{**cleared, **typed}, late_steps=last), months=["2026-06"])
    if not form.is_valid():
        return
    steps = form.cleaned_data["steps"]
    limits, worth = [step[0] for step in steps[:-1]], [step[1] for step in steps]
    in_order = limits == sorted(set(limits)) and worth == sorted(worth, reverse=True)
    try:
        version = Params.from_dict(params(late_steps=steps, min_executed_points=0))
    except ValueError:
        assert not in_order
    else:
        assert in_order
        assert all(version.step_points(day) in worth for day in range(1, 60))
