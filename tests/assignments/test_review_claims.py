"""The queue is shared out: whoever has a report before him is not met there by another, and nobody is locked out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import QuerySet

from accounts.models import Membership
from accounts.selectors import scope_for
from assignments.models import Execution, ReviewClaim
from assignments.querysets import ExecutionQuerySet
from assignments.services.claims import MAX_CLAIMED, claim_release, claim_renew, claims_take
from common import clock
from common.errors import Missing, NotAllowed
from common.scope import Role
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import SINCE, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]


def handed_in(cast: Cast, count: int = 4) -> list[int]:
    """Reports of Tomsk in review, oldest first."""
    rows = [
        put_on_control([cast.tomsk_machines], issued_item(str(number)))[0] for number in range(1, count + 1)
    ]
    for hour, row in enumerate(rows):
        with clock.at(NOW - timedelta(hours=count - hour)):
            Desk(cast, row).do("submit")
    return [row.pk for row in rows]


def queue() -> ExecutionQuerySet:
    return Execution.objects.in_review().order_by("in_review_since", "id")


def held() -> dict[int, int]:
    return dict(ReviewClaim.objects.in_force(clock.now()).values_list("execution", "person"))


@pytest.fixture
def reports(cast: Cast) -> Iterator[list[int]]:
    return handed_in(cast)


def test_the_next_person_is_led_past_what_somebody_has_before_him(cast: Cast, reports: list[int]) -> None:
    first = claims_take(actor=cast.scope("controller"), queue=queue())
    second = claims_take(actor=cast.scope("administrator"), queue=queue(), count=2)

    assert (first, second) == (reports[:1], reports[1:3])
    assert held() == {
        reports[0]: cast.controller.pk,
        reports[1]: cast.administrator.pk,
        reports[2]: cast.administrator.pk,
    }


def test_asked_again_one_gets_what_one_has(cast: Cast, reports: list[int]) -> None:
    controller = cast.scope("controller")

    assert claims_take(actor=controller, queue=queue()) == claims_take(actor=controller, queue=queue())


def test_a_claim_ends_by_itself(cast: Cast, reports: list[int], settings) -> None:
    claims_take(actor=cast.scope("controller"), queue=queue())
    with clock.at(NOW + timedelta(minutes=settings.REVIEW_CLAIM_MINUTES)):
        assert claims_take(actor=cast.scope("administrator"), queue=queue()) == reports[:1]
        assert held() == {reports[0]: cast.administrator.pk}


def test_work_on_one_report_renews_everything_that_one_has(cast: Cast, reports: list[int]) -> None:
    controller = cast.scope("controller")
    claims_take(actor=controller, queue=queue(), count=3)
    with clock.at(NOW + timedelta(minutes=14)):
        assert claim_renew(actor=controller, execution_id=reports[0])
    with clock.at(NOW + timedelta(minutes=20)):
        assert set(held()) == set(reports[:3])


def test_a_report_of_somebody_else_is_taken_over_only_by_saying_so(cast: Cast, reports: list[int]) -> None:
    claims_take(actor=cast.scope("controller"), queue=queue())
    administrator = cast.scope("administrator")

    assert not claim_renew(actor=administrator, execution_id=reports[0])
    assert held() == {reports[0]: cast.controller.pk}
    assert claim_renew(actor=administrator, execution_id=reports[0], take_over=True)
    assert held() == {reports[0]: cast.administrator.pk}


@pytest.mark.parametrize("action", ["accept", "return", "cancel"])
def test_a_decision_of_anybody_ends_the_claim(cast: Cast, reports: list[int], action: str) -> None:
    claims_take(actor=cast.scope("controller"), queue=queue())
    Desk(cast, Execution.objects.get(pk=reports[0])).do(action, "administrator")

    assert held() == {}


def test_a_supplement_leaves_the_claim(cast: Cast, reports: list[int]) -> None:
    claims_take(actor=cast.scope("controller"), queue=queue())
    Desk(cast, Execution.objects.get(pk=reports[0])).do("submit")

    assert set(held()) == {reports[0]}


def test_only_the_own_claim_is_released(cast: Cast, reports: list[int]) -> None:
    claims_take(actor=cast.scope("controller"), queue=queue())
    claim_release(actor=cast.scope("administrator"), execution_id=reports[0])
    assert set(held()) == {reports[0]}
    claim_release(actor=cast.scope("controller"), execution_id=reports[0])
    assert held() == {}


def test_nothing_is_claimed_that_is_not_in_review(cast: Cast, reports: list[int]) -> None:
    Desk(cast, Execution.objects.get(pk=reports[0])).do("accept")

    assert not claim_renew(actor=cast.scope("controller"), execution_id=reports[0])
    assert held() == {}


def test_a_controller_who_coordinates_a_region_is_led_past_its_reports(
    cast: Cast, reports: list[int]
) -> None:
    Membership.objects.create(
        user=cast.controller, role=Role.COORDINATOR, region=cast.tomsk, position="main", starts_on=SINCE
    )

    assert claims_take(actor=scope_for(cast.controller), queue=queue()) == []


def test_not_more_than_the_limit_is_taken_at_once(cast: Cast, reports: list[int]) -> None:
    assert claims_take(actor=cast.scope("controller"), queue=queue(), count=MAX_CLAIMED + 1) == reports


@pytest.mark.parametrize("who", ["methodologist", "tomsk_coordinator", "chair", "newcomer", "public"])
def test_only_controllers_claim(cast: Cast, reports: list[int], who: str) -> None:
    actor = cast.scope(who)
    for act in (
        lambda: claims_take(actor=actor, queue=queue()),
        lambda: claim_renew(actor=actor, execution_id=reports[0]),
        lambda: claim_release(actor=actor, execution_id=reports[0]),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert held() == {}


def test_a_report_that_does_not_exist_is_missing(cast: Cast) -> None:
    with pytest.raises(Missing):
        claim_renew(actor=cast.scope("controller"), execution_id=999_999)


def test_claims_are_known_within_the_centre_only(cast: Cast, reports: list[int]) -> None:
    claims_take(actor=cast.scope("controller"), queue=queue())
    seen: QuerySet = ReviewClaim.objects.visible_to(cast.scope("tomsk_coordinator"))

    assert not seen.exists()
    assert ReviewClaim.objects.visible_to(cast.scope("methodologist")).exists()
