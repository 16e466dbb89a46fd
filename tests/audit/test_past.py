"""Rows as the trail remembers them: later changes are taken back, later rows are not there yet."""

from datetime import UTC, date, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Position
from accounts.models import Membership
from audit.past import as_recorded
from common import clock
from common.scope import Role
from regions.models import AuthorityHead
from tests.cast import Cast

EARLIER = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = datetime(2026, 3, 5, tzinfo=UTC)
LATER = datetime(2026, 3, 9, tzinfo=UTC)


def head(cast: Cast) -> AuthorityHead:
    with clock.at(EARLIER):
        return AuthorityHead.objects.create(
            authority=cast.omsk.authority, post_title="Министр", post_title_dative="Министру", last_name="Первая",
            first_name="Анна", name_dative="Первой А.", salutation="Уважаемая Анна!", emails=["one@example.org"],
            starts_on=date(2026, 1, 1),
        )  # fmt: skip


def test_later_changes_are_taken_back_one_after_another(cast: Cast) -> None:
    row = head(cast)
    for at, emails, ends_on in (
        (LATER, ["two@example.org"], None),
        (datetime(2026, 3, 11, tzinfo=UTC), ["three@example.org"], date(2026, 3, 10)),
    ):
        with clock.at(at):
            row.emails, row.ends_on = emails, ends_on
            row.save()

    def then(moment: datetime) -> tuple[list[str], date | None]:
        found = as_recorded(AuthorityHead.objects.filter(pk=row.pk), moment)[0]
        return found.emails, found.ends_on

    assert then(MOMENT) == (["one@example.org"], None)
    assert then(datetime(2026, 3, 10, tzinfo=UTC)) == (["two@example.org"], None)
    assert then(datetime(2026, 3, 12, tzinfo=UTC)) == (["three@example.org"], date(2026, 3, 10))


def test_what_was_recorded_later_was_not_there_though_it_began_before(cast: Cast) -> None:
    with clock.at(LATER):
        row = Membership.objects.create(
            user=cast.newcomer, role=Role.COORDINATOR, region=cast.omsk, position=Position.DEPUTY,
            starts_on=date(2026, 1, 1),
        )  # fmt: skip
    rows = Membership.objects.filter(pk=row.pk)
    assert as_recorded(rows, MOMENT) == []
    assert as_recorded(rows, datetime(2026, 3, 12, tzinfo=UTC)) == [row]


def test_an_instant_itself_is_not_before_it(cast: Cast) -> None:
    row = head(cast)
    assert as_recorded([row], EARLIER) == []


def test_no_row_asks_nothing_and_many_ask_as_much_as_one(cast: Cast) -> None:
    assert as_recorded([], MOMENT) == []
    rows = list(Membership.objects.all())
    with CaptureQueriesContext(connection) as few:
        as_recorded(rows[:1], MOMENT)
    with CaptureQueriesContext(connection) as many:
        as_recorded(rows, MOMENT)
    assert len(many) <= len(few) <= 2
