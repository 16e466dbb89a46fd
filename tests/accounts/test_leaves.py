"""Leaves: who announces them, what is refused, what follows by the day and comes back by itself."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from accounts.enums import Position
from accounts.models import Leave, Membership
from accounts.selectors import posts_on, readers, scope_for
from accounts.selectors.duty import duties, stand_ins_for
from accounts.services import membership_end
from accounts.services.leaves import leave_end
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError, StaleVersion
from common.scope import Role
from notifications.models import DigestLine, Notice
from notifications.notices import words_of_notice
from tests.accounts.appointing import NOW, TODAY, away, post
from tests.cast import Cast
from tests.refusals import refused

pytestmark = pytest.mark.django_db

LAST = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.mark.parametrize("who", ["tomsk_coordinator", "controller", "administrator"])
def test_the_coordinator_and_the_centre_announce_a_leave(cast: Cast, who: str) -> None:
    leave = away(cast, TODAY, LAST, who)
    assert (leave.membership.user, leave.stand_in.user) == (cast.tomsk_coordinator, cast.tomsk_deputy)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("methodologist", NotAllowed),
        ("tomsk_deputy", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("chair", Missing),
        ("newcomer", Missing),
        ("public", Missing),
    ],
)
def test_nobody_else_does(cast: Cast, who: str, error: type[PortalError]) -> None:
    refused(error, lambda: away(cast, TODAY, LAST, who))
    assert not Leave.objects.exists()


def test_the_deputy_answers_on_these_days_and_then_it_returns_by_itself(cast: Cast) -> None:
    away(cast, TODAY + timedelta(days=1), LAST)
    duty = duties(cast.scope("controller"), ["70"])["70"]
    names = {shift: [one.name for one in duty.on(TODAY + timedelta(days=shift))] for shift in (0, 1, 7, 8)}
    assert names == {0: ["Щёкин И. П."], 1: ["Томина В. О."], 7: ["Томина В. О."], 8: ["Щёкин И. П."]}


def test_mail_goes_to_whoever_is_in_charge_that_day(cast: Cast) -> None:
    away(cast, TODAY, LAST)
    tomsk = [
        (person, position) for person, code, position in posts_on(TODAY, Role.COORDINATOR) if code == "70"
    ]
    assert tomsk == [(cast.tomsk_deputy.pk, Position.MAIN)]
    assert cast.tomsk_coordinator.pk not in readers(TODAY)
    back = LAST + timedelta(days=1)
    assert (cast.tomsk_coordinator.pk, "70", Position.MAIN) in posts_on(back, Role.COORDINATOR)
    assert cast.tomsk_coordinator.pk in readers(back)


def test_both_keep_their_rights(cast: Cast) -> None:
    away(cast, TODAY, LAST)
    for user in (cast.tomsk_coordinator, cast.tomsk_deputy):
        assert scope_for(user).coordinated == {"70"}


def test_the_same_leave_sent_twice_is_one_and_told_once(cast: Cast) -> None:
    assert away(cast, TODAY, LAST) == away(cast, TODAY, LAST)
    told = Notice.objects.get(person=cast.tomsk_deputy)
    assert words_of_notice(told.kind, told.data) == (
        "С 10.03.2026 по 17.03.2026 вы замещаете координатора: Томская область."
    )
    assert DigestLine.objects.filter(person=cast.tomsk_deputy).count() == 1


def test_days_that_overlap_are_refused_in_words(cast: Cast) -> None:
    away(cast, TODAY, LAST)
    words = refused(InvalidInput, lambda: away(cast, LAST, LAST + timedelta(days=3)))
    assert "с 10.03.2026 по 17.03.2026" in words


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (LAST, TODAY, "ends_on"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), "ends_on"),
        (TODAY - timedelta(days=40), LAST, "starts_on"),
        (TODAY, TODAY + timedelta(days=400), "ends_on"),
    ],
)
def test_days_that_cannot_be_meant_are_refused_at_their_field(
    cast: Cast, first: date, last: date, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        away(cast, first, last)
    assert list(caught.value.errors) == [field]


def test_who_stands_in_is_another_coordinator_of_the_region_for_all_the_days(cast: Cast) -> None:
    for stranger in (post(cast.tomsk_coordinator), post(cast.omsk_coordinator)):
        with pytest.raises(InvalidInput) as caught:
            away(cast, TODAY, LAST, stand_in_id=stranger.pk)
        assert list(caught.value.errors) == ["stand_in"]
    Membership.objects.filter(user=cast.tomsk_deputy).update(ends_on=LAST - timedelta(days=1))
    assert stand_ins_for(post(cast.tomsk_coordinator), TODAY, LAST) == []
    refused(InvalidInput, lambda: away(cast, TODAY, LAST))


def test_two_are_not_away_for_each_other(cast: Cast) -> None:
    away(cast, TODAY, LAST)
    words = refused(
        InvalidInput,
        lambda: away(
            cast, LAST, LAST, "tomsk_deputy",
            membership_id=post(cast.tomsk_deputy).pk, stand_in_id=post(cast.tomsk_coordinator).pk,
        ),
    )  # fmt: skip
    assert "Томина В. О. замещает" in words
    assert "Щёкин И. П." in words


def test_whoever_is_away_stands_in_for_nobody(cast: Cast) -> None:
    away(
        cast, TODAY, LAST, "tomsk_deputy",
        membership_id=post(cast.tomsk_deputy).pk, stand_in_id=post(cast.tomsk_coordinator).pk,
    )  # fmt: skip
    Leave.objects.update(stand_in=post(cast.omsk_coordinator))  # so that it is not refused for another reason
    assert "Томина В. О." in refused(InvalidInput, lambda: away(cast, TODAY, LAST))


def test_coming_back_earlier_gives_the_region_back_at_once(cast: Cast) -> None:
    leave = away(cast, TODAY - timedelta(days=2), LAST)
    ended = leave_end(actor=cast.scope("tomsk_coordinator"), leave_id=leave.pk, version=1)
    assert (ended.ends_on, ended.cancelled_at) == (TODAY - timedelta(days=1), None)
    duty = duties(cast.scope("controller"), ["70"])["70"]
    assert [one.name for one in duty.on(TODAY)] == ["Щёкин И. П."]
    assert [one.name for one in duty.on(TODAY - timedelta(days=1))] == ["Томина В. О."]


def test_a_leave_that_has_not_begun_is_taken_back(cast: Cast) -> None:
    leave = away(cast, TODAY + timedelta(days=3), LAST)
    assert leave_end(actor=cast.scope("controller"), leave_id=leave.pk, version=1).cancelled_at == NOW
    duty = duties(cast.scope("controller"), ["70"])["70"]
    assert [one.name for one in duty.on(TODAY + timedelta(days=4))] == ["Щёкин И. П."]


def test_ending_is_refused_with_its_reason(cast: Cast) -> None:
    leave = away(cast, TODAY, LAST)
    refused(NotAllowed, lambda: leave_end(actor=cast.scope("tomsk_deputy"), leave_id=leave.pk, version=1))
    refused(Missing, lambda: leave_end(actor=cast.scope("omsk_coordinator"), leave_id=leave.pk, version=1))
    refused(StaleVersion, lambda: leave_end(actor=cast.scope("controller"), leave_id=leave.pk, version=7))
    leave_end(actor=cast.scope("controller"), leave_id=leave.pk, version=1)
    refused(ImpossibleStep, lambda: leave_end(actor=cast.scope("controller"), leave_id=leave.pk, version=2))


def test_when_the_stand_in_leaves_office_the_region_is_not_left_without_anybody(cast: Cast) -> None:
    away(cast, TODAY, LAST)
    deputy = post(cast.tomsk_deputy)
    membership_end(
        actor=cast.scope("administrator"),
        membership_id=deputy.pk,
        version=1,
        ends_on=TODAY - timedelta(days=1),
    )
    assert (cast.tomsk_coordinator.pk, "70", Position.MAIN) in posts_on(TODAY, Role.COORDINATOR)
    assert cast.tomsk_coordinator.pk in readers(TODAY)
