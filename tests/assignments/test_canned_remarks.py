"""Canned remarks: kept by controllers, in order, laid aside without being lost."""

from typing import Any

import pytest
from auditlog.models import LogEntry

from assignments.models import CannedRemark
from assignments.services.remarks import MAX_CANNED_LENGTH, remark_add, remark_change
from common.errors import InvalidInput, Missing, NotAllowed, StaleVersion
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]
TEXT = "Приложите приказ."


@pytest.fixture
def remark(cast: Cast) -> CannedRemark:
    return remark_add(actor=cast.scope("controller"), text=TEXT)


def change(cast: Cast, remark: CannedRemark, who: str = "controller", **changes: Any) -> CannedRemark:
    fields = {"version": remark.version, "text": remark.text, "position": 1, "archived": False, **changes}
    return remark_change(actor=cast.scope(who), remark_id=remark.pk, **fields)


def test_a_new_remark_stands_last_and_names_its_author(cast: Cast, remark: CannedRemark) -> None:
    second = remark_add(actor=cast.scope("administrator"), text="  Нет подписи.  ")

    assert [(row.text, row.created_by) for row in CannedRemark.objects.offered()] == [
        (TEXT, cast.controller), ("Нет подписи.", cast.administrator),
    ]  # fmt: skip
    assert second.position == remark.position + 1


def test_a_remark_in_the_archive_is_not_offered_and_comes_back(cast: Cast, remark: CannedRemark) -> None:
    laid = change(cast, remark, archived=True)
    assert not CannedRemark.objects.offered().exists()
    change(cast, laid)
    assert CannedRemark.objects.offered().get() == remark


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"text": "  "}, "text"), ({"text": "x" * (MAX_CANNED_LENGTH + 1)}, "text"), ({"text": "a\0b"}, "text"),
     ({"position": 0}, "position"), ({"position": 10_000}, "position")],
)  # fmt: skip
def test_a_bad_field_is_named_and_nothing_changes(
    cast: Cast, remark: CannedRemark, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        change(cast, remark, **fields)
    assert list(caught.value.errors) == [field]
    remark.refresh_from_db()
    assert (remark.text, remark.version) == (TEXT, 1)


def test_the_same_words_are_not_offered_twice(cast: Cast, remark: CannedRemark) -> None:
    with pytest.raises(InvalidInput, match="in the list already"):
        remark_add(actor=cast.scope("controller"), text=TEXT)
    other = remark_add(actor=cast.scope("controller"), text="Нет печати.")
    with pytest.raises(InvalidInput, match="in the list already"):
        change(cast, other, text=TEXT)
    change(cast, other, text=TEXT, archived=True)


def test_who_read_an_older_remark_does_not_overwrite_a_newer_one(cast: Cast, remark: CannedRemark) -> None:
    change(cast, remark, text="Иное.")
    with pytest.raises(StaleVersion):
        change(cast, remark, text="Третье.", version=1)
    remark.refresh_from_db()
    assert remark.text == "Иное."


@pytest.mark.parametrize(
    ("who", "error"), [("methodologist", NotAllowed), ("tomsk_coordinator", Missing), ("public", Missing)]
)
def test_others_keep_no_remarks(cast: Cast, remark: CannedRemark, who: str, error: type[Exception]) -> None:
    with pytest.raises(NotAllowed):
        remark_add(actor=cast.scope(who), text="Чужое.")
    with pytest.raises(error):
        change(cast, remark, who)


def test_the_trail_says_who_changed_a_remark(cast: Cast, remark: CannedRemark) -> None:
    change(cast, remark, "administrator", text="Иное.")
    entry = LogEntry.objects.filter(object_repr="Иное.").latest("pk")

    assert entry.actor == cast.administrator
    assert entry.changes["text"] == [TEXT, "Иное."]
