"""Drafting a protocol: who may, what is refused, and that nothing happens twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from assignments.models import Assignment, Protocol
from assignments.selectors import due_warnings
from assignments.services import protocols
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from tests.assignments import drafts
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("wednesday")

STRANGERS = ["omsk_coordinator", "tomsk_minister", "chair", "newcomer", "public"]


@pytest.fixture
def actor(cast: Cast) -> Scope:
    return cast.scope("controller")


def refusal(**changes: Any) -> Any:
    return pytest.raises(InvalidInput, **changes)


@pytest.mark.parametrize("person", ["controller", "administrator"])
def test_controllers_and_administrators_draft_protocols(cast: Cast, person: str) -> None:
    protocol = drafts.draft(cast.scope(person))
    assert protocol.is_draft
    assert protocol.created_by_id == getattr(cast, person).pk


@pytest.mark.parametrize("person", ["methodologist", *STRANGERS])
def test_nobody_else_drafts_protocols(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        drafts.draft(cast.scope(person))


@pytest.mark.parametrize("person", STRANGERS)
def test_a_draft_does_not_exist_for_people_outside_the_centre(cast: Cast, person: str) -> None:
    protocol = drafts.draft(cast.scope("controller"))
    item = drafts.add_item(cast.scope("controller"), protocol)
    scope = cast.scope(person)
    with pytest.raises(Missing):
        protocols.protocol_delete(actor=scope, protocol_id=protocol.pk, version=1)
    with pytest.raises(Missing):
        drafts.add_item(scope, protocol)
    with pytest.raises(Missing):
        protocols.item_delete(actor=scope, item_id=item.pk, version=1)


def test_a_methodologist_reads_drafts_and_writes_none(cast: Cast) -> None:
    protocol = drafts.draft(cast.scope("controller"))
    scope = cast.scope("methodologist")
    assert Protocol.objects.visible_to(scope).count() == 1
    with pytest.raises(NotAllowed):
        drafts.add_item(scope, protocol)
    with pytest.raises(NotAllowed):
        protocols.protocol_issue(actor=scope, protocol_id=protocol.pk, version=1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", " \u202e "),
        ("number", "1" * 41),
        ("number", "\u200b\u2060"),
        ("number", "R2\r\nR3"),
        ("number", "R\u202e2"),
        ("meeting_title", ""),
        ("meeting_title", "\u200b\u2060"),
        ("meeting_title", "Заседание\nрабочей группы"),
        ("meeting_title", "я" * 301),
        ("held_on", date(1999, 12, 31)),
        ("held_on", drafts.TODAY + timedelta(days=93)),
    ],
)
def test_a_draft_with_a_wrong_field_is_refused_by_its_name(actor: Scope, field: str, value: Any) -> None:
    with refusal() as refused:
        drafts.draft(actor, **{field: value})
    assert list(refused.value.errors) == [field]
    assert not Protocol.objects.exists()


def test_a_number_is_unique_with_its_date(actor: Scope) -> None:
    drafts.draft(actor)
    with refusal() as refused:
        drafts.draft(actor, meeting_title="Другое совещание")
    assert list(refused.value.errors) == ["number"]
    drafts.draft(actor, held_on=date(2026, 4, 8))
    assert Protocol.objects.count() == 2


def test_a_number_is_the_same_in_capitals_and_small_letters(actor: Scope) -> None:
    drafts.draft(actor, number="Р2")
    other = drafts.draft(actor, number="15")
    with refusal() as refused:
        drafts.draft(actor, number="р2")
    assert list(refused.value.errors) == ["number"]
    with refusal() as refused:
        protocols.protocol_update(
            actor=actor,
            protocol_id=other.pk,
            version=1,
            number="р2",
            held_on=drafts.TODAY,
            meeting_title="Иное",
        )
    assert list(refused.value.errors) == ["number"]
    own = protocols.protocol_update(
        actor=actor, protocol_id=other.pk, version=1, number="15А", held_on=drafts.TODAY, meeting_title="Иное"
    )
    protocols.protocol_update(
        actor=actor, protocol_id=own.pk, version=2, number="15а", held_on=drafts.TODAY, meeting_title="Иное"
    )


def test_the_same_draft_sent_twice_is_one_draft(actor: Scope) -> None:
    assert drafts.draft(actor) == drafts.draft(actor)
    assert Protocol.objects.count() == 1


def test_changing_a_draft_needs_the_version_that_was_read(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    values = {"number": "15", "held_on": drafts.TODAY, "meeting_title": "Совещание"}
    protocols.protocol_update(actor=actor, protocol_id=protocol.pk, version=1, **values)
    again = protocols.protocol_update(actor=actor, protocol_id=protocol.pk, version=1, **values)
    assert again.version == 2
    with pytest.raises(StaleVersion):
        protocols.protocol_update(
            actor=actor, protocol_id=protocol.pk, version=1, **(values | {"number": "16"})
        )
    with refusal():
        protocols.protocol_update(
            actor=actor, protocol_id=protocol.pk, version=None, **(values | {"number": "16"})
        )


def test_a_draft_cannot_take_the_number_of_another(actor: Scope) -> None:
    drafts.draft(actor)
    other = drafts.draft(actor, number="15")
    with refusal() as refused:
        protocols.protocol_update(
            actor=actor,
            protocol_id=other.pk,
            version=1,
            number="14",
            held_on=drafts.TODAY,
            meeting_title="Иное",
        )
    assert list(refused.value.errors) == ["number"]


def test_a_draft_is_thrown_away_with_its_items(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    with pytest.raises(StaleVersion):
        protocols.protocol_delete(actor=actor, protocol_id=protocol.pk, version=1)
    protocols.protocol_delete(actor=actor, protocol_id=protocol.pk, version=2)
    assert not Protocol.objects.exists()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""),
        ("number", "3" * 21),
        ("text", "\n \n"),
        ("text", "я" * 4001),
        ("title", "я" * 121),
        ("expected_result", "я" * 301),
        ("text", "\u200b\u2060"),
        ("title", "Пункт\nпервый"),
        ("weight", 0),
        ("weight", 4),
        ("process", "no_such_process"),
        ("addressee", "ministers"),
        ("due_on", drafts.TODAY - timedelta(days=1)),
        ("due_on", date(2062, 5, 28)),
        ("audience", {}),
        ("audience", {"except_regions": ["70"]}),
        ("audience", {"regions": ["99"]}),
        ("audience", {"planets": ["Mars"]}),
    ],
)
def test_an_item_with_a_wrong_field_is_refused_by_its_name(actor: Scope, field: str, value: Any) -> None:
    protocol = drafts.draft(actor)
    with refusal() as refused:
        drafts.add_item(actor, protocol, **{field: value})
    assert list(refused.value.errors) == [field]
    assert not Assignment.objects.exists()
    protocol.refresh_from_db()
    assert protocol.version == 1


def test_all_mistakes_of_an_item_are_told_at_once(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    with refusal() as refused:
        drafts.add_item(actor, protocol, text="", weight=9, due_on=date(2020, 1, 1), audience={})
    assert set(refused.value.errors) == {"text", "weight", "due_on", "audience"}


def test_a_term_before_the_meeting_itself_is_refused(actor: Scope) -> None:
    protocol = drafts.draft(actor, held_on=date(2026, 5, 13))
    with refusal(match="meeting|совещания"):
        drafts.add_item(actor, protocol, due_on=date(2026, 5, 12))


def test_the_short_title_is_made_of_the_first_words(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, text="Представить реестр. Приложить копии.")
    assert item.title == "Представить реестр"
    long = drafts.add_item(actor, protocol, text="слово " * 40)
    assert long.title.endswith("слово…")
    assert len(long.title) <= 120
    unbroken = drafts.add_item(actor, protocol, text="я" * 200)
    assert len(unbroken.title) == 120


def test_a_made_title_follows_the_text_and_a_written_one_stays(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    made = drafts.add_item(actor, protocol, number="1", text="Представить реестр.")
    changed = drafts.add_item(
        actor, protocol, number="1", text="Направить реестр.", title=made.title, item_id=made.pk, version=1
    )
    assert changed.title == "Направить реестр"
    written = drafts.add_item(
        actor, protocol, number="1", text="Направить списки.", title="Списки", item_id=made.pk, version=2
    )
    assert written.title == "Списки"


def test_lines_of_a_text_stay_lines(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, text="  Представить:\r\n а)  реестр;\r\n\r\n\r\n\r\n б) письмо. ")
    assert item.text == "Представить:\nа) реестр;\n\nб) письмо."


def test_a_number_of_an_item_is_free_text_unique_in_its_protocol(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, number="3.2")
    assert drafts.add_item(actor, protocol, number="3.2") == item
    with refusal() as refused:
        drafts.add_item(actor, protocol, number="3.2", text="Иное.")
    assert list(refused.value.errors) == ["number"]
    drafts.add_item(actor, drafts.draft(actor, number="15"), number="3.2", text="Иное.")
    assert Assignment.objects.count() == 2


def test_changing_an_item_needs_the_version_that_was_read(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, number="1")
    drafts.add_item(actor, protocol, number="1", weight=3, item_id=item.pk, version=1)
    with pytest.raises(StaleVersion):
        drafts.add_item(actor, protocol, number="1", weight=2, item_id=item.pk, version=1)
    with pytest.raises(StaleVersion):
        protocols.item_delete(actor=actor, item_id=item.pk, version=1)
    item.refresh_from_db()
    assert (item.weight, item.version) == (3, 2)


def test_an_item_of_another_protocol_is_not_found_here(actor: Scope) -> None:
    item = drafts.add_item(actor, drafts.draft(actor))
    other = drafts.draft(actor, number="15")
    with pytest.raises(Missing):
        drafts.add_item(actor, other, item_id=item.pk, version=1)


def test_every_change_of_an_item_changes_the_version_of_the_draft(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    first, second = drafts.add_item(actor, protocol), drafts.add_item(actor, protocol)
    protocols.item_move(actor=actor, item_id=second.pk, position=1)
    protocols.item_delete(actor=actor, item_id=first.pk, version=1)
    protocol.refresh_from_db()
    assert protocol.version == 5


def test_items_move_and_close_up(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    for number in "abcd":
        drafts.add_item(actor, protocol, number=number)

    def order() -> str:
        rows = protocol.assignments.values_list("number", "position")
        assert [position for _number, position in rows] == list(range(1, len(rows) + 1))
        return "".join(number for number, _position in rows)

    def pk(number: str) -> int:
        return protocol.assignments.get(number=number).pk

    protocols.item_move(actor=actor, item_id=pk("d"), position=2)
    protocols.item_move(actor=actor, item_id=pk("d"), position=2)
    assert order() == "adbc"
    protocols.item_move(actor=actor, item_id=pk("a"), position=99)
    assert order() == "dbca"
    protocols.item_move(actor=actor, item_id=pk("c"), position=-5)
    assert order() == "cdba"
    protocols.item_delete(actor=actor, item_id=pk("d"), version=1)
    assert order() == "cba"


def test_a_protocol_has_no_more_items_than_its_codes_can_number(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    Assignment.objects.bulk_create(
        Assignment(protocol=protocol, number=str(n), position=n, title="т", text="т", due_on=drafts.DUE)
        for n in range(1, 100)
    )
    with refusal(match="99"):
        drafts.add_item(actor, protocol, number="100")


def test_a_term_on_a_day_off_is_kept_with_a_warning_and_a_better_day(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    saturday, friday = date(2026, 5, 30), date(2026, 5, 29)
    item = drafts.add_item(actor, protocol, due_on=saturday)
    assert item.due_on == saturday
    (warning,) = due_warnings(saturday, drafts.TODAY, 1)
    assert warning.offered == friday
    moved = protocols.item_due_precede(actor=actor, item_id=item.pk, version=1)
    again = protocols.item_due_precede(actor=actor, item_id=item.pk, version=1)
    assert moved.due_on == again.due_on == friday
    assert due_warnings(friday, drafts.TODAY, 1) == []


def test_no_better_day_is_offered_when_it_has_passed() -> None:
    sunday = date(2026, 4, 19)
    (warning,) = due_warnings(sunday, date(2026, 4, 18), 1)
    assert warning.offered is None


def test_a_term_on_the_day_of_issue_warns_that_it_will_move() -> None:
    (warning,) = due_warnings(drafts.TODAY, drafts.TODAY, 1)
    assert "16" in warning.text


def test_transferred_holidays_are_known(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, due_on=date(2026, 6, 12))
    assert protocols.item_due_precede(actor=actor, item_id=item.pk, version=1).due_on == date(2026, 6, 11)


@pytest.mark.parametrize("act", ["update", "delete", "add", "change", "drop", "move", "precede"])
def test_an_issued_protocol_is_never_changed(actor: Scope, act: str) -> None:
    protocol = drafts.issued(actor, {"due_on": date(2026, 5, 30)})
    item = protocol.assignments.get()
    head = {"number": "99", "held_on": drafts.TODAY, "meeting_title": "Иное"}
    steps = {
        "update": lambda: protocols.protocol_update(actor=actor, protocol_id=protocol.pk, version=3, **head),
        "delete": lambda: protocols.protocol_delete(actor=actor, protocol_id=protocol.pk, version=3),
        "add": lambda: drafts.add_item(actor, protocol),
        "change": lambda: drafts.add_item(actor, protocol, item_id=item.pk, version=1),
        "drop": lambda: protocols.item_delete(actor=actor, item_id=item.pk, version=1),
        "move": lambda: protocols.item_move(actor=actor, item_id=item.pk, position=5),
        "precede": lambda: protocols.item_due_precede(actor=actor, item_id=item.pk, version=1),
    }
    with pytest.raises(ImpossibleStep):
        steps[act]()
    assert Protocol.objects.get().number == "14"
