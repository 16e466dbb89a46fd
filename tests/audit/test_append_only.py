"""What happened stays written: neither through Python nor by raw SQL, on both engines."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from assignments.models import Assignment, ControlRules, Evidence, Execution
from audit.append_only import AppendOnlyError
from notifications.models import MailEvent
from rating.models import RatingLetter
from tests.assignments.builders import put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.files import samples
from tests.rating.mailroom import loaded, published

FORBIDDEN = (
    ("auditlog_logentry", "changes = NULL"),
    ("notifications_mailevent", "text = 'later'"),
    ("rating_ratingletter", "region_id = region_id"),
    ("assignments_evidence", "file_id = file_id"),
)
FROZEN = (
    "weight = 3",
    "due_on = '2030-01-01'",
    "text = 'other'",
    "expected_result = 'other'",
    "number = '99'",
    "code = NULL",
    "addressee = 'regions'",
)


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def written(cast: Cast, settings: Any, tmp_path: Any) -> None:
    """A row in each of the tables: a report with a file, a published month with its letters."""
    settings.MEDIA_ROOT = tmp_path
    desk = Desk(cast, put_on_control([cast.tomsk_machines])[0])
    desk.at(10, "submit", files=[samples.upload(samples.PDF, "приказ.pdf")])


@pytest.fixture
def month(db: None) -> None:
    loaded("case1")
    published()


@pytest.mark.parametrize(("table", "change"), [row for row in FORBIDDEN if row[0].startswith(("au", "as"))])
def test_the_database_refuses_to_change_or_delete_what_was_handed_in(
    written: None, table: str, change: str
) -> None:
    assert rows(table)
    assert refused(f"UPDATE {table} SET {change}")  # noqa: S608
    assert refused(f"DELETE FROM {table}")  # noqa: S608


@pytest.mark.parametrize(("table", "change"), [row for row in FORBIDDEN if row[0].startswith(("no", "ra"))])
def test_the_database_refuses_to_change_or_delete_what_was_sent(month: None, table: str, change: str) -> None:
    assert rows(table)
    assert refused(f"UPDATE {table} SET {change}")  # noqa: S608
    assert refused(f"DELETE FROM {table}")  # noqa: S608


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("change", FROZEN)
def test_an_issued_item_stands_still(written: None, change: str) -> None:
    assert refused(f"UPDATE assignments_assignment SET {change}")  # noqa: S608


@pytest.mark.parametrize("change", ["min_lead_days = 9", "version = 'other'", "max_request_extensions = 2"])
def test_rules_of_a_version_stand_still(month: None, change: str) -> None:
    assert refused(f"UPDATE assignments_controlrules SET {change}")  # noqa: S608
    with pytest.raises(ProtectedError):
        ControlRules.objects.all().delete()


def test_a_drafted_item_may_change(written: None) -> None:
    issued = Assignment.objects.get()
    draft = Assignment.objects.create(
        protocol=issued.protocol, number="2", position=2, title="Пункт 2", text="Текст.", due_on=issued.due_on
    )
    draft.weight = 3
    draft.save()
    draft.code = "P-2"
    draft.save()
    assert refused("UPDATE assignments_assignment SET weight = 1 WHERE code = 'P-2'")


def test_python_refuses_with_a_sentence(written: None) -> None:
    evidence = Evidence.objects.get()
    for act in (
        evidence.save,
        evidence.delete,
        Evidence.objects.all().delete,
        lambda: MailEvent.objects.update(text=""),
        RatingLetter.objects.all().delete,
    ):
        with pytest.raises(AppendOnlyError):
            act()
    assert Execution.objects.count() == 1
