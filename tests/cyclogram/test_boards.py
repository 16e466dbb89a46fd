"""Supervisory boards: composition, sessions, decisions, kept by the region and read by the centre."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import InvalidInput, Missing, NotAllowed, StaleVersion
from cyclogram.models import BoardDecision, BoardMember, BoardSession, SupervisoryBoard
from cyclogram.services.boards import board_save, decision_save, member_save, session_save
from tests.cast import Cast
from tests.cyclogram.builders import board
from tests.files.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


def act() -> SimpleUploadedFile:
    return SimpleUploadedFile("распоряжение.pdf", PDF, "application/pdf")


def save(cast: Cast, who: str = "tomsk_coordinator", **said: Any) -> SupervisoryBoard:
    return board_save(actor=cast.scope(who), region="70", **{"version": None, "name": "РНС", **said})


def member(cast: Cast, **said: Any) -> BoardMember:
    given = {
        "member_id": None, "version": None, "name": "Верещагина О. С.", "role": "chair", "side": "authority",
        "starts_on": date(2024, 1, 1), **said,
    }  # fmt: skip
    return member_save(actor=cast.scope("tomsk_coordinator"), region="70", **given)


def session(cast: Cast, **said: Any) -> BoardSession:
    given = {"session_id": None, "version": None, "held_on": date(2026, 2, 10), "subject": "О приёме", **said}
    return session_save(actor=cast.scope("tomsk_coordinator"), region="70", **given)


def decision(cast: Cast, of: BoardSession, **said: Any) -> BoardDecision:
    given = {"decision_id": None, "version": None, "text": "Утвердить план.", **said}
    return decision_save(actor=cast.scope("tomsk_coordinator"), region="70", session_id=of.pk, **given)


def test_a_board_is_entered_with_its_act_and_changed_without_losing_it(cast: Cast) -> None:
    made = save(cast, act=act(), founded_on=date(2023, 2, 1))
    changed = save(cast, version=1, name="РНС Томской области")
    assert (changed.pk, changed.name, changed.act, changed.version) == (
        made.pk,
        "РНС Томской области",
        made.act,
        2,
    )
    with pytest.raises(StaleVersion):
        save(cast, version=1, name="Поздно")


@pytest.mark.parametrize(
    ("said", "field"), [({"name": " "}, "name"), ({"founded_on": date(2027, 1, 1)}, "founded_on")]
)
def test_a_board_without_a_name_or_from_the_future_is_refused(
    cast: Cast, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        save(cast, **said)
    assert field in refused.value.errors
    assert not SupervisoryBoard.objects.exists()


def test_a_forbidden_file_is_refused_at_its_field_and_nothing_stays(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        save(cast, act=SimpleUploadedFile("act.exe", b"MZ"))
    assert "act" in refused.value.errors
    assert not SupervisoryBoard.objects.exists()


def test_a_board_has_one_chair_at_a_time(cast: Cast) -> None:
    board(cast.tomsk)
    first = member(cast)
    with pytest.raises(InvalidInput) as refused:
        member(cast, name="Ларионов П. А.", starts_on=date(2025, 1, 1))
    assert "Верещагина" in str(refused.value.errors["role"][0])
    member(cast, member_id=first.pk, version=1, ends_on=date(2024, 12, 31))
    assert member(cast, name="Ларионов П. А.", starts_on=date(2025, 1, 1)).role == "chair"
    with pytest.raises(InvalidInput):
        member(cast, role="member", ends_on=date(2023, 1, 1))


def test_a_second_press_enters_nothing_once_more(cast: Cast) -> None:
    board(cast.tomsk)
    held = session(cast)
    assert member(cast) == member(cast)
    assert decision(cast, held) == decision(cast, held)
    assert (BoardMember.objects.count(), BoardDecision.objects.count()) == (1, 1)


def test_a_session_was_held_and_is_entered_once(cast: Cast) -> None:
    board(cast.tomsk)
    session(cast, protocol=act())
    with pytest.raises(InvalidInput) as refused:
        session(cast)
    assert "held_on" in refused.value.errors
    with pytest.raises(InvalidInput):
        session(cast, held_on=date(2026, 4, 1))


def test_a_decision_has_its_term_after_the_session(cast: Cast) -> None:
    board(cast.tomsk)
    held = session(cast)
    made = decision(cast, held, due_on=date(2026, 2, 20))
    assert BoardDecision.objects.overdue(date(2026, 3, 2)).get() == made
    done = decision(cast, held, decision_id=made.pk, version=1, done_on=date(2026, 2, 15))
    assert done.done_on == date(2026, 2, 15)
    for wrong in ({"due_on": date(2026, 1, 1)}, {"done_on": date(2026, 1, 1)}, {"done_on": date(2026, 5, 1)}):
        with pytest.raises(InvalidInput):
            decision(cast, held, **wrong)


def test_others_neither_keep_nor_read_the_board(cast: Cast) -> None:
    save(cast)
    with pytest.raises(NotAllowed):
        save(cast, "controller", version=1)
    with pytest.raises(NotAllowed):
        save(cast, "omsk_coordinator", version=1)
    assert save(cast, "administrator", version=1).version == 2
    with pytest.raises(Missing):
        session_save(
            actor=cast.scope("omsk_coordinator"), region="70", session_id=None, version=None,
            held_on=date(2026, 2, 1), subject="О чужом",
        )  # fmt: skip


def test_everything_is_entered_on_the_pages(as_person: Callable[[str], Client], cast: Cast) -> None:
    client = as_person("tomsk_coordinator")
    page = reverse("cyclogram:board", args=["70"])
    assert "Совет пока не внесён" in client.get(page).text
    assert client.get(f"{page}members/new/").status_code == 404
    client.post(f"{page}edit/", {"name": "РНС", "founded_on": "01.02.2023", "act": act()})
    wrong = client.post(f"{page}members/new/", {"name": "", "role": "chair", "side": "authority"})
    assert wrong.status_code == 400
    said = {"name": "Верещагина О. С.", "role": "chair", "side": "authority", "starts_on": "01.02.2023"}
    client.post(f"{page}members/new/", said)
    client.post(f"{page}sessions/new/", {"held_on": "10.02.2026", "subject": "О приёме", "protocol": act()})
    held = BoardSession.objects.get()
    client.post(f"{page}sessions/{held.pk}/decisions/new/", {"text": "Утвердить.", "due_on": "20.02.2026"})
    html = client.get(page).text
    for words in ("Верещагина О. С.", "О приёме", "Утвердить.", "просрочено", "распоряжение.pdf"):
        assert words in html
    assert b"%PDF" in client.get(f"{page}act/").content
    protocol = client.get(f"{page}sessions/{held.pk}/protocol/")
    assert b"%PDF" in protocol.content
    row = as_person("controller").get(reverse("cyclogram:boards")).text
    assert "10.02.2026" in row
