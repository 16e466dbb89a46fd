"""A version of the methodology is drafted, tried on published months, and approved by a second person."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import SYSTEM, Role, Scope
from notifications.models import Notice
from rating.formula import Params
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, Slice
from rating.selectors import audit_json, methodology_in_force
from rating.selectors.methodology_drafts import checked_parameters, earliest_month
from rating.services import (
    methodologies_load,
    methodology_approve,
    methodology_draft_change,
    methodology_draft_create,
    methodology_draft_drop,
    methodology_trial_run,
    slice_close,
    slice_publish,
)
from tests.cast import Cast
from tests.rating.building import params
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db
TODAY = datetime(2023, 12, 20, 9, tzinfo=UTC)
NEXT = {"version": "2.0", "effective_from": "2024-02"}


@pytest.fixture(autouse=True)
def _december() -> Any:
    with clock.at(TODAY):
        yield


def drafted(cast: Cast, who: str = "methodologist", **changes: Any) -> MethodologyDraft:
    return methodology_draft_create(
        actor=cast.scope(who), parameters=params(**{**NEXT, **changes}), note="Порог мест выше"
    )


def published() -> Slice:
    """November of case 3, published: R1 and R2 at 100, R3 at 90, R4 at 50, R5 without a place."""
    slice_ = slice_close(actor=SYSTEM, period="2023-11")
    return slice_publish(actor=SYSTEM, slice_id=slice_.pk)


def approved(cast: Cast, draft: MethodologyDraft, who: str = "administrator") -> Methodology:
    return methodology_approve(actor=cast.scope(who), draft_id=draft.pk, version=draft.version)


def test_a_draft_is_seen_by_no_month(cast: Cast) -> None:
    methodologies_load()
    drafted(cast)

    in_force = methodology_in_force("2024-03")
    assert in_force is not None
    assert in_force.version == "1.0"
    assert not MethodologyDraft.objects.visible_to(cast.scope("coordinator")).exists()


def test_only_keepers_draft(cast: Cast) -> None:
    methodologies_load()
    for who in ("controller", "coordinator"):
        with pytest.raises(NotAllowed):
            drafted(cast, who)
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
def test_a_parameter_that_cannot_be_is_refused_by_its_name(
    cast: Cast, field: str, changes: dict[str, Any]
) -> None:
    methodologies_load()

    with pytest.raises(InvalidInput) as refusal:
        drafted(cast, **changes)

    assert list(refusal.value.errors) == [field]
    assert not MethodologyDraft.objects.exists()


def test_a_month_that_another_version_begins_with_is_refused(cast: Cast) -> None:
    methodologies_load()
    approved(cast, drafted(cast))

    with pytest.raises(InvalidInput, match="уже"):
        drafted(cast, version="3.0")


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
    except InvalidInput as refusal:
        assert refusal.errors
        return
    version = Params.from_dict(kept)
    points = [version.points(late, 0) for late in range(60)]
    assert points == sorted(points, reverse=True)
    assert points[0] == 100
    assert points[-1] < 100
    assert version.zone_yellow < version.zone_green
    assert version.z_interval > 0


def test_a_trial_recomputes_published_months_and_touches_nothing(cast: Cast) -> None:
    load(read("case3"))
    slice_ = published()
    before = (slice_.input_sha256, audit_json(slice_.audit_file))
    draft = drafted(cast, n_min=3, zone_green="95.00")

    trial = methodology_trial_run(
        actor=cast.scope("methodologist"), draft_id=draft.pk, periods=["2023-11"]
    )

    rows = {row["region"]: row for row in trial.result["2023-11"]}
    assert rows["R3"]["before"]["zone"] == "green"
    assert rows["R3"]["after"]["zone"] == "yellow"
    assert (rows["R5"]["before"]["place"], rows["R5"]["after"]["place"]) == (None, 1)
    assert rows["R1"]["shift"] == 0
    assert rows["R6"]["shift"] is None
    stored = Slice.objects.get()
    assert (stored.input_sha256, audit_json(stored.audit_file)) == before


def test_the_parameters_in_force_shift_nobody(cast: Cast) -> None:
    load(read("case3"))
    published()
    trial = methodology_trial_run(
        actor=cast.scope("methodologist"), draft_id=drafted(cast).pk, periods=["2023-11"]
    )

    assert all(row["before"] == row["after"] for row in trial.result["2023-11"])


@pytest.mark.parametrize("periods", [[], ["2023-10"], ["2023-11", "x"]])
def test_a_trial_takes_published_months_only(cast: Cast, periods: list[str]) -> None:
    load(read("case3"))
    published()
    draft = drafted(cast)

    with pytest.raises(InvalidInput) as refusal:
        methodology_trial_run(actor=cast.scope("methodologist"), draft_id=draft.pk, periods=periods)
    assert list(refusal.value.errors) == ["periods"]
    assert not MethodologyTrial.objects.exists()


def test_approval_needs_a_trial_of_exactly_this_text(cast: Cast) -> None:
    load(read("case3"))
    published()
    author = cast.scope("methodologist")
    draft = drafted(cast)
    with pytest.raises(ImpossibleStep):
        approved(cast, draft)
    methodology_trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])
    draft = methodology_draft_change(
        actor=author, draft_id=draft.pk, version=draft.version, parameters=params(**NEXT, n_min=4), note="Иначе"
    )
    with pytest.raises(ImpossibleStep):
        approved(cast, draft)
    methodology_trial_run(actor=author, draft_id=draft.pk, periods=["2023-11"])

    methodology = approved(cast, draft)

    assert methodology.to_params() == params(**NEXT, n_min=4)
    assert methodology_in_force("2024-01") != methodology
    assert methodology_in_force("2024-02") == methodology


def test_without_a_published_month_a_version_is_approved_and_told(cast: Cast) -> None:
    methodologies_load()

    approved(cast, drafted(cast))

    told = Notice.objects.filter(kind="methodology_announced")
    assert told.filter(person=cast.scope("coordinator").user_id).exists()
    assert told.filter(person=cast.scope("controller").user_id).exists()
    assert not told.filter(person=cast.scope("administrator").user_id).exists()
    assert told.first().data == {"version": "2.0", "month": "2024-02"}


def test_nobody_approves_what_he_wrote_himself(cast: Cast) -> None:
    methodologies_load()
    draft = drafted(cast)
    with pytest.raises(NotAllowed):
        approved(cast, draft, "methodologist")

    rewritten = methodology_draft_change(
        actor=cast.scope("administrator"), draft_id=draft.pk, version=draft.version,
        parameters=params(**NEXT, n_min=9), note="Моя правка",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        approved(cast, rewritten, "administrator")
    assert Methodology.objects.count() == 1


def test_a_draft_that_waited_too_long_cannot_be_approved(cast: Cast) -> None:
    methodologies_load()
    draft = drafted(cast)

    with clock.at(datetime(2024, 1, 9, tzinfo=UTC)), pytest.raises(InvalidInput) as refusal:
        approved(cast, draft)
    assert list(refusal.value.errors) == ["effective_from"]


def test_two_who_change_a_draft_at_once_lose_nothing(cast: Cast) -> None:
    methodologies_load()
    draft = drafted(cast)
    change = {"actor": cast.scope("methodologist"), "draft_id": draft.pk, "parameters": params(**NEXT), "note": "x"}
    methodology_draft_change(**change, version=1)

    with pytest.raises(StaleVersion):
        methodology_draft_change(**change, version=1)
    with pytest.raises(InvalidInput):
        methodology_draft_change(**change, version=None)


def test_a_decided_draft_never_changes(cast: Cast) -> None:
    methodologies_load()
    draft = methodology_draft_drop(actor=cast.scope("methodologist"), draft_id=drafted(cast).pk, version=1)

    with pytest.raises(ImpossibleStep):
        approved(cast, draft)
    with pytest.raises(ImpossibleStep):
        methodology_trial_run(actor=cast.scope("methodologist"), draft_id=draft.pk, periods=["2023-11"])
    with pytest.raises(Missing):
        methodology_approve(actor=Scope(roles=frozenset({Role.COORDINATOR}), user_id=1), draft_id=draft.pk, version=2)


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
def test_the_database_itself_keeps_an_approved_version(cast: Cast, statement: str) -> None:
    methodologies_load()
    approved(cast, drafted(cast))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Methodology.objects.get(version="2.0").n_min == 5
