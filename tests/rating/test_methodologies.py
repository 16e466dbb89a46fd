"""Versions of the methodology are loaded from data, once, and never edited."""

import json
from pathlib import Path

import pytest

from assignments.models import ControlRules
from common.errors import InvalidInput
from rating.models import Methodology
from rating.services import methodologies_load
from tests.rating.building import PARAMS, params

pytestmark = pytest.mark.django_db


def written(path: Path, *rows: object) -> Path:
    source = path / "methodologies.json"
    source.write_text(json.dumps(rows), encoding="utf-8")
    return source


def test_the_first_version_is_that_of_the_format() -> None:
    assert methodologies_load().created == ("1.0",)

    methodology = Methodology.objects.get()
    assert methodology.to_params() == PARAMS
    assert methodology.control_rules.version == "1.0"


def test_a_second_load_changes_nothing_and_says_so() -> None:
    methodologies_load()

    report = methodologies_load()

    assert (report.created, report.unchanged) == ((), ("1.0",))
    assert Methodology.objects.count() == 1


def test_versions_with_the_same_control_rules_share_their_row(tmp_path: Path) -> None:
    rows = [
        params(),
        params(version="2.0", effective_from="2024-01", n_min=6),
        params(version="3.0", effective_from="2024-06", min_lead_days=2),
    ]

    methodologies_load(source=written(tmp_path, *rows))

    assert list(ControlRules.objects.order_by("id").values_list("version", flat=True)) == ["1.0", "3.0"]
    assert [version.to_params() for version in Methodology.objects.order_by("effective_from")] == rows


def test_every_bad_row_is_reported_and_nothing_changed(tmp_path: Path) -> None:
    rows = [
        params(),
        params(version="2.0", effective_from="2024-13"),
        params(version="3.0", grace_days=9),
        "row",
    ]

    with pytest.raises(InvalidInput) as refusal:
        methodologies_load(source=written(tmp_path, *rows))

    problems = [str(problem) for problem in refusal.value.errors["methodologies"]]
    assert ["effective_from" in problems[0], "grace_days" in problems[1], len(problems)] == [True, True, 3]
    assert not Methodology.objects.exists()


def test_a_version_that_is_in_the_portal_is_never_edited(tmp_path: Path) -> None:
    methodologies_load()

    with pytest.raises(InvalidInput, match="1\\.0"):
        methodologies_load(source=written(tmp_path, params(n_min=3)))

    assert Methodology.objects.get().n_min == 5


def test_two_versions_of_one_month_are_refused(tmp_path: Path) -> None:
    rows = [params(), params(version="1.1")]

    with pytest.raises(InvalidInput, match="2023-10"):
        methodologies_load(source=written(tmp_path, *rows))
