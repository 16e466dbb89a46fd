"""A person's own choice of reminders and quiet days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.scope import PUBLIC
from notifications.models import MailSettings
from notifications.services import mail_settings_update
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
EVERYTHING = {
    "digest": True,
    "before_7": True,
    "before_3": True,
    "before_1": True,
    "on_day": True,
    "overdue": True,
}
CHECKED = dict.fromkeys(EVERYTHING, "on")


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with clock.at(NOW):
        yield


def save(cast: Cast, version: int | None = 0, **changes: Any) -> MailSettings:
    chosen = {**EVERYTHING, **changes}
    return mail_settings_update(actor=cast.scope("tomsk_coordinator"), version=version, **chosen)


def test_a_person_who_chose_nothing_sees_everything_chosen(as_person: Any) -> None:
    page = as_person("tomsk_coordinator").get(reverse("accounts:mail-settings")).content.decode()

    assert page.count('type="checkbox"') >= 6
    assert page.count("checked") >= 6
    assert not MailSettings.objects.exists()


def test_what_is_chosen_on_the_page_is_kept(cast: Cast, as_person: Any) -> None:
    client = as_person("tomsk_coordinator")
    body = {
        **CHECKED, "version": "0", "quiet_from": "16.03.2026", "quiet_until": "20 марта 2026",
    }  # fmt: skip
    del body["before_7"]
    answer = client.post(reverse("accounts:mail-settings"), body)

    assert answer.status_code == 302
    row = MailSettings.objects.get(person=cast.tomsk_coordinator)
    assert (row.before_7, row.before_3, row.digest) == (False, True, True)
    assert (row.quiet_from, row.quiet_until) == (date(2026, 3, 16), date(2026, 3, 20))
    page = client.get(reverse("accounts:mail-settings")).content.decode()
    assert "16.03.2026" in page
    assert "Томина Вера Олеговна" in page  # the deputy who gets the reminders meanwhile


def test_the_page_warns_who_has_no_deputy(cast: Cast, as_person: Any) -> None:
    page = as_person("omsk_coordinator").get(reverse("accounts:mail-settings")).content.decode()

    assert "В регионе нет заместителя координатора" in page


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 16), None, "quiet_until"),
        (None, date(2026, 3, 16), "quiet_from"),
        (date(2026, 3, 16), date(2026, 3, 15), "quiet_until"),
        (date(2026, 3, 1), date(2026, 3, 9), "quiet_until"),
        (date(2026, 3, 16), date(2026, 6, 16), "quiet_until"),
    ],
)
def test_quiet_days_that_make_no_sense_are_refused_at_their_field(
    cast: Cast, first: date | None, last: date | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save(cast, quiet_from=first, quiet_until=last)
    assert list(refusal.value.errors) == [field]
    assert not MailSettings.objects.exists()


def test_saving_over_somebody_elses_change_is_refused_and_the_same_twice_is_one(cast: Cast) -> None:
    first = save(cast, before_7=False)
    assert save(cast, before_7=False).version == first.version == 1
    with pytest.raises(StaleVersion):
        save(cast, before_7=True)
    assert save(cast, version=1, before_7=True).version == 2


def test_quiet_days_that_ended_do_not_stop_another_change(cast: Cast) -> None:
    save(cast, quiet_from=date(2026, 3, 9), quiet_until=date(2026, 3, 11))
    with clock.at(datetime(2026, 4, 1, tzinfo=UTC)):
        row = save(cast, version=1, on_day=False, quiet_from=date(2026, 3, 9), quiet_until=date(2026, 3, 11))
    assert not row.on_day


def test_a_page_that_was_refused_keeps_what_was_typed(as_person: Any) -> None:
    answer = as_person("tomsk_coordinator").post(
        reverse("accounts:mail-settings"), {**CHECKED, "version": "0", "quiet_from": "когда-нибудь"}
    )
    assert answer.status_code == 400
    assert "когда-нибудь" in answer.content.decode()


def test_nobody_has_no_settings(db: None) -> None:
    with pytest.raises(NotAllowed):
        mail_settings_update(actor=PUBLIC, version=0, **EVERYTHING)
