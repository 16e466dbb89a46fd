"""What a person may see follows from the memberships in force today."""

from datetime import date

from accounts.models import Membership
from accounts.selectors import scope_for
from common.scope import Role
from tests.cast import Cast


def test_a_coordinator_has_the_scope_of_the_own_region_only(cast: Cast) -> None:
    scope = cast.scope("tomsk_coordinator")
    assert scope.roles == {Role.COORDINATOR}
    assert scope.regions == {"70"}
    assert not scope.is_centre


def test_a_role_that_ended_yesterday_gives_nothing_today(cast: Cast) -> None:
    Membership.objects.filter(user=cast.controller).update(ends_on=date(2024, 1, 31))
    assert scope_for(cast.controller, date(2024, 1, 31)).is_centre
    assert scope_for(cast.controller, date(2024, 2, 1)).is_public


def test_a_person_without_membership_is_the_public(cast: Cast) -> None:
    assert cast.scope("newcomer").is_public


def test_a_chair_has_the_own_association_and_no_region(cast: Cast) -> None:
    scope = cast.scope("chair")
    assert scope.associations == {cast.machine_builders.pk}
    assert not scope.regions
