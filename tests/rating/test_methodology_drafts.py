"""A version of the methodology is drafted, tried on published months, and approved by a second person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.selectors import scope_for
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import SYSTEM, Role, Scope
from notifications.models import Notice
from rating.formula import Params
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, Slice
from rating.presentation.words import movement_words
from rating.selectors import audit_json, methodology_in_force
from rating.selectors.methodology_drafts import checked_parameters, earliest_month
from rating.services import (
    methodology_approve,
    methodology_draft_change,
    methodology_draft_create,
    methodology_draft_drop,
    methodology_trial_run,
    slice_close,
    slice_publish,
)
from tests.rating.building import params
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
TODAY = datetime(2023, 12, 20, 9, tzinfo=UTC)
NEXT = {"version": "2.0", "effective_from": "2024-02"}


@pytest.fixture(autouse=True)
def _december() -> Iterator[None]:
    with clock.at(TODAY):
        load(read("case3"))
        yield


def scope(who: str) -> Scope:
    """What one of the people of the worked examples may see and do."""
    reader(who)
    return scope_for(User.objects.get(email=f"{who}@example.org"))


def drafted(who: str = "methodologist", **changes: Any) -> MethodologyDraft:
    return methodology_draft_create(
        actor=scope(who), parameters=params(**{**NEXT, **changes}), note="Порог мест выше"
    )


def published() -> Slice:
    """November of case 3, published: R1 and R2 at 100, R3 at 90, R4 at 50, R5 without a place."""
    slice_ = slice_close(actor=SYSTEM, period="2023-11")
    return slice_publish(actor=SYSTEM, slice_id=slice_.pk)


def approved(draft: MethodologyDraft, who: str = "administrator") -> Methodology:
    return methodology_approve(actor=scope(who), draft_id=draft.pk, version=draft.version)


def test_a_draft_is_seen_by_no_month() -> None:
    drafted()

    in_force = methodology_in_force("2024-03")
    assert in_force is not None
    assert in_force.version == "1.0"
    assert not MethodologyDraft.objects.visible_to(scope("coordinator")).exists()


def test_only_keepers_draft() -> None:
    for who in ("controller", "coordinator"):
        with pytest.raises(NotAllowed):
            drafted(who)
    with pytest.raises(NotAllowed):
        methodology_draft_create(actor=SYSTEM, parameters=params(**NEXT), note="?")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("effective_from", {"effective_from": "2023-11"}),
        ("effective_from", {"effective_from": "2024-01"}),
        ("effective_from", {"effective_from": "2024-13"}),
        ("version", {"version": "1.0"}),
        ("version", {"version": "2" * 21}),
        ("late_steps", {"late_steps": [[0, 80], [None, 20]]}),
        ("late_steps", {"late_steps": [[3, 80], [3, 60], [None, 20]]}),
        ("late_steps", {"late_steps": [[3, 80], [10, 80], [None, 20]]}),
        ("late_steps", {"late_steps": [[3, 80], [10, 60]]}),
        ("late_steps", {"late_steps": []}),
        ("grace_days", {"grace_days": 6}),
        ("zone_yellow", {"zone_yellow": "90.00"}),
        ("zone_green", {"zone_green": "90,00"}),
        ("z_interval", {"z_interval": "0"}),
        ("z_signal", {"z_signal": "-3"}),
        ("icc", {"icc": "1.01"}),
        ("n_min", {"n_min": 2**31}),
        ("n_min", {"n_min": True}),
        ("return_penalty", {"return_penalty": 2**15}),
        ("min_lead_days", {"min_lead_days": 2}),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_its_name(field: str, changes: dict[str, Any]) -> None:

    with pytest.raises(InvalidInput) as refusal:
        drafted(**changes)

    assert list(refusal.value.errors) == [field]
    assert not MethodologyDraft.objects.exists()


def test_a_month_that_another_version_begins_with_is_refused() -> None:
    approved(drafted())

    with pytest.raises(InvalidInput, match="этого месяца уже"):
        drafted(version="3.0")


def test_a_version_is_announced_a_whole_month_ahead() -> None:
    assert earliest_month(datetime(2023, 12, 1, tzinfo=UTC).date()) == "2024-01"
    assert earliest_month(datetime(2023, 12, 2, tzinfo=UTC).date()) == "2024-02"


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 40_000), st.text(max_size=4),
    st.sampled_from(["0", "0.5", "90.00", "1e3"]),
    st.lists(st.lists(st.one_of(st.none(), st.integers(-2, 120)), max_size=3), max_size=4),
)  # fmt: skip


@given(changes=st.dictionaries(st.sampled_from(Methodology.PARAMETERS), VALUES, max_size=4))
def test_whatever_passes_is_a_version_that_the_formula_takes(changes: dict[str, Any]) -> None:
    row = params(**{**NEXT, **changes})
    try:
        kept = checked_parameters(row)
    except InvalidInput:
        return
    version = Params.from_dict(kept)
    points = [version.points(late, 0) for late in range(60)]
    assert points == sorted(points, reverse=True)
    assert points[0] == 100
    assert points[-1] < 100
    assert version.zone_yellow < version.zone_green
    assert version.z_interval > 0


def test_a_trial_recomputes_published_months_and_touches_nothing() -> None:
    slice_ = published()
    before = (slice_.input_sha256, audit_json(slice_.audit_file))
    draft = drafted(n_min=3, zone_green="95.00")

    trial = methodology_trial_run(actor=scope("methodologist"), draft_id=draft.pk, periods=["2023-11"])

    rows = {row["region"]: row for row in trial.result["2023-11"]}
    assert rows["R3"]["before"]["zone"] == "green"
    assert rows["R3"]["after"]["zone"] == "yellow"
    assert (rows["R5"]["before"]["place"], rows["R5"]["after"]["place"]) == (None, 1)
    assert rows["R1"]["shift"] == 0
    assert rows["R6"]["shift"] is None
    stored = Slice.objects.get()
    assert (stored.input_sha256, audit_json(stored.audit_file)) == before


def test_the_parameters_in_force_shift_nobody() -> None:
    published()
    trial = methodology_trial_run(actor=scope("methodologist"), draft_id=drafted().pk, periods=["2023-11"])

    assert all(row["before"] == row["after"] for row in trial.result["2023-11"])


@pytest.mark.parametrize("periods", [[], ["2023-10"], ["2023-11", "x"]])
def test_a_trial_takes_published_months_only(periods: list[str]) -> None:
    published()
    draft = drafted()

    with pytest.raises(InvalidInput) as refusal:
        methodology_trial_run(actor=scope("methodologist"), draft_id=draft.pk, periods=periods)
    assert list(refusal.value.errors) == ["periods"]
    assert not MethodologyTrial.objects.exists()


def test_approval_needs_a_trial_of_exactly_this_text() -> None:
    published()
    author = scope("methodologist")
    draft = drafted()
    with pytest.raises(ImpossibleStep):
        approved(draft)
    methodology_trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])
    draft = methodology_draft_change(
        actor=author,
        draft_id=draft.pk,
        version=draft.version,
        parameters=params(**NEXT, n_min=4),
        note="Иначе",
    )
    with pytest.raises(ImpossibleStep):
        approved(draft)
    methodology_trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])

    methodology = approved(draft)

    assert methodology.to_params() == params(**NEXT, n_min=4)
    assert methodology_in_force("2024-01") != methodology
    assert methodology_in_force("2024-02") == methodology


def test_without_a_published_month_a_version_is_approved_and_told() -> None:
    people = {who: scope(who).user_id for who in ("coordinator", "controller", "administrator")}

    approved(drafted())

    told = Notice.objects.filter(kind="methodology_announced")
    assert told.filter(person=people["coordinator"]).exists()
    assert told.filter(person=people["controller"]).exists()
    assert not told.filter(person=people["administrator"]).exists()
    assert all(notice.data == {"version": "2.0", "month": "2024-02"} for notice in told)


def test_nobody_approves_what_he_wrote_himself() -> None:
    draft = drafted()
    with pytest.raises(NotAllowed):
        approved(draft, "methodologist")

    rewritten = methodology_draft_change(
        actor=scope("administrator"), draft_id=draft.pk, version=draft.version,
        parameters=params(**NEXT, n_min=9), note="Моя правка",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        approved(rewritten, "administrator")
    assert Methodology.objects.count() == 1


def test_a_draft_that_waited_too_long_cannot_be_approved() -> None:
    draft = drafted()

    with clock.at(datetime(2024, 1, 9, tzinfo=UTC)), pytest.raises(InvalidInput) as refusal:
        approved(draft)
    assert list(refusal.value.errors) == ["effective_from"]


def test_two_who_change_a_draft_at_once_lose_nothing() -> None:
    draft = drafted()
    change = {
        "actor": scope("methodologist"),
        "draft_id": draft.pk,
        "parameters": params(**NEXT),
        "note": "x",
    }
    methodology_draft_change(**change, version=1)

    with pytest.raises(StaleVersion):
        methodology_draft_change(**change, version=1)
    with pytest.raises(InvalidInput):
        methodology_draft_change(**change, version=None)


def test_a_decided_draft_never_changes() -> None:
    draft = methodology_draft_drop(actor=scope("methodologist"), draft_id=drafted().pk, version=1)

    with pytest.raises(ImpossibleStep):
        approved(draft)
    with pytest.raises(ImpossibleStep):
        methodology_trial_run(actor=scope("methodologist"), draft_id=draft.pk, periods=["2023-11"])
    with pytest.raises(Missing):
        methodology_approve(
            actor=Scope(roles=frozenset({Role.COORDINATOR}), user_id=1), draft_id=draft.pk, version=2
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rating_methodology SET n_min = 1",
        "DELETE FROM rating_methodology",
        "UPDATE rating_methodologydraft SET note = 'other'",
        "UPDATE rating_methodologydraft SET state = 'draft', methodology_id = NULL, decided_by_id = NULL, "
        "decided_at = NULL",
    ],
)
def test_the_database_itself_keeps_an_approved_version(statement: str) -> None:
    approved(drafted())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Methodology.objects.get(version="2.0").n_min == 5


def test_an_approved_version_is_announced_on_the_page_of_the_method() -> None:
    address = "/rating/method/"
    assert "2.0" not in reader("coordinator").get(address).content.decode()

    approved(drafted())

    page = reader("coordinator").get(address).content.decode()
    assert "версия 2.0" in page
    assert "февраля" in page


def test_the_first_month_of_a_version_says_that_the_month_before_counted_otherwise() -> None:
    approved(drafted())
    published()
    with clock.at(datetime(2024, 3, 8, tzinfo=UTC)):
        slice_close(actor=SYSTEM, period="2024-01")
        february = slice_close(actor=SYSTEM, period="2024-02")
        assert february.begins_version
        said = "первый месяц методики 2.0"
        client = reader("methodologist")
        assert said in client.get("/rating/2024-02/").content.decode()
        assert said in client.get("/rating/2024-02/regions/R3/").content.decode()
        assert "первый месяц" not in client.get("/rating/2024-01/").content.decode()
        assert "другая версия методики" in movement_words(False, -2, february.begins_version)
        assert "версия" not in movement_words(None, None, february.begins_version)
