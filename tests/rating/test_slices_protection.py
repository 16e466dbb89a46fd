"""A closed month never changes: neither through Python nor by raw SQL."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from audit.append_only import AppendOnlyError
from common.scope import SYSTEM
from rating.models import AuditFile, ItemShare, RegionScore, ScoreLoss, Slice
from rating.services import slice_close
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db

FORBIDDEN = (
    "UPDATE rating_slice SET score = 10000",
    "UPDATE rating_slice SET input_sha256 = 'x'",
    "UPDATE rating_slice SET as_of = created_at",
    "UPDATE rating_slice SET reason = 'later'",
    "UPDATE rating_slice SET status = 'superseded', published_at = created_at",
    "UPDATE rating_slice SET published_at = created_at",
    "UPDATE rating_regionscore SET score = 10000 WHERE status = 'ranked'",
    "UPDATE rating_regionscore SET rank = 1 WHERE status = 'ranked'",
    "UPDATE rating_scorewindow SET score = 10000",
    "UPDATE rating_scoreloss SET lost = 0",
    "UPDATE rating_scoregain SET gain_weighted_points = 0",
    "UPDATE rating_scoreatstake SET at_stake = 0",
    "UPDATE rating_itemshare SET on_time = 0",
    "UPDATE rating_auditfile SET size = 0",
    "DELETE FROM rating_regionscore",
    "DELETE FROM rating_scorewindow",
    "DELETE FROM rating_scoreloss",
    "DELETE FROM rating_scoregain",
    "DELETE FROM rating_scoreatstake",
    "DELETE FROM rating_itemshare",
    "DELETE FROM rating_auditfile",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_to_change_a_closed_month(statement: str) -> None:
    load(read("case1"))
    slice_close(actor=SYSTEM, period="2023-11")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_delete_a_closed_month() -> None:
    load(read("case1"))
    slice_close(actor=SYSTEM, period="2023-11")

    with pytest.raises(DatabaseError):
        _delete_all_slices()


def _delete_all_slices() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM rating_slice")
        connection.check_constraints()


def test_publication_goes_forwards_only_and_keeps_its_instant() -> None:
    load(read("case1"))
    slice_close(actor=SYSTEM, period="2023-11")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rating_slice SET status = 'published', published_at = created_at")

    for statement in (
        "UPDATE rating_slice SET status = 'draft', published_at = NULL",
        "UPDATE rating_slice SET published_at = as_of",
        "UPDATE rating_slice SET status = 'superseded', published_at = as_of",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rating_slice SET status = 'superseded'")


def test_no_number_of_the_rating_is_stored_as_a_float() -> None:
    inexact = (models.FloatField, models.DecimalField)
    fields = [field for model in apps.get_app_config("rating").get_models() for field in model._meta.fields]

    assert len(fields) > 100
    assert not [str(field) for field in fields if isinstance(field, inexact)]


def _save_number() -> None:
    slice_ = Slice.objects.get()
    slice_.score = 0
    slice_.save()


PYTHON: dict[str, Callable[[], object]] = {
    "save a number": _save_number,
    "save a number by name": lambda: Slice.objects.get().save(update_fields=["score", "status"]),
    "delete a slice": lambda: Slice.objects.get().delete(),
    "delete slices": lambda: Slice.objects.all().delete(),
    "save a score": lambda: RegionScore.objects.get().save(),
    "update scores": lambda: RegionScore.objects.update(score=0),
    "delete scores": lambda: RegionScore.objects.all().delete(),
    "update losses": lambda: ScoreLoss.objects.update(lost=0),
    "update shares": lambda: ItemShare.objects.update(on_time=0),
    "delete the inputs": lambda: AuditFile.objects.get().delete(),
}


@pytest.mark.parametrize("attempt", PYTHON)
def test_python_refuses_to_change_a_closed_month(attempt: str) -> None:
    load(read("case1"))
    slice_close(actor=SYSTEM, period="2023-11")

    with pytest.raises(AppendOnlyError):
        PYTHON[attempt]()
