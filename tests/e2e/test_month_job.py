"""A month is closed, looked at and published; the letters stand in the ledger, and everybody reads his part."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notifications.models import StaffTask
from rating.models import RatingLetter, Slice
from tests.e2e.conftest import Visit
from tests.e2e.letters import letters_in, text_of
from tests.e2e.visitors import WAYS, figures
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

HEAD = {
    "last_name": "Орлова", "first_name": "Инна", "patronymic": "Львовна", "post_title": "Министр образования",
    "post_title_dative": "Министру образования", "name_dative": "Орловой И. Л.",
    "salutation": "Уважаемая Инна Львовна!", "emails": "orlova@tomsk.example",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_methodologist_closes_and_publishes_a_month_and_the_letters_stand_in_the_ledger(
    visit: Visit, autumn: Autumn, settings: Any, way: Mapping[str, Any]
) -> None:
    methodologist, public = visit("methodologist", **way), visit(**way)
    public.open("/rating/")
    assert public.page.locator("#rating-table").count() == 0
    public.is_pleased("task-rating-before")

    methodologist.open("/rating/close/")
    methodologist.is_pleased("task-close-due")
    methodologist.send(methodologist.page.locator("main form[action$='/close/']").first)
    assert [(row.period, row.status) for row in Slice.objects.all()] == [("2026-10", "draft")]
    methodologist.is_pleased("task-month-draft")
    public.open("/rating/")
    assert public.page.locator("#rating-table").count() == 0

    methodologist.open("/rating/2026-10/r1/publish/")
    methodologist.is_pleased("task-publish")
    assert RatingLetter.objects.count() == 0
    methodologist.follow(methodologist.form("/publish/").locator("button[type=submit]"), times=2)
    methodologist.page.wait_for_selector("#messages .alert--success")
    assert Slice.objects.get().status == "published"
    (letter,) = RatingLetter.objects.originals().select_related("mail")
    assert (letter.region_id, letter.mail.state) == ("70", "accepted")
    assert StaffTask.objects.count() == 2

    methodologist.open("/letters/")
    assert "minister@tomsk.example" in methodologist.text("#ledger")
    methodologist.is_pleased("task-ledger")
    letters = letters_in(Path(settings.MAIL_FOLDER))
    (sent,) = [mail for mail in letters if mail["To"].addresses[0].addr_spec == "minister@tomsk.example"]

    public.open("/rating/")
    rows = public.page.locator("#rating-table tbody tr")
    assert rows.count() == 3
    shown = figures(rows.filter(has_text="Томская область").inner_text())[0]
    minister = visit("tomsk_minister", **way)
    minister.follow("main a[href='/rating/2026-10/regions/70/']")
    assert minister.text(".big-score") == shown
    assert shown in text_of(sent, "plain")
    minister.is_pleased("task-scorecard-minister")
    minister.open(letter.get_absolute_url())
    assert shown in minister.text()


def test_a_region_without_address_becomes_a_task_that_is_closed_with_an_outcome(
    visit: Visit, autumn: Autumn
) -> None:
    methodologist = visit("methodologist")
    methodologist.open("/rating/close/")
    methodologist.send(methodologist.page.locator("main form[action$='/close/']").first)
    methodologist.open("/rating/2026-10/r1/publish/")
    methodologist.send(methodologist.form("/publish/"))

    administrator = visit("administrator")
    administrator.open("/staff-tasks/")
    administrator.is_pleased("task-staff-tasks")
    form = administrator.form("/close/").first
    administrator.page.locator("details", has=form).first.locator("summary").click()
    form.locator("textarea, input[type=text]").first.fill("Адрес запрошен письмом.")
    administrator.send(form)
    assert StaffTask.objects.filter(closed_at=None).count() == 1
    assert "Адрес запрошен письмом." in administrator.text()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_administrator_keeps_the_heads_of_an_authority(
    visit: Visit, autumn: Autumn, way: Mapping[str, Any]
) -> None:
    administrator = visit("administrator", **way)
    head = autumn.cast.tomsk.authority.heads.get()
    for name, path in (("edit", f"{head.pk}/"), ("end", f"{head.pk}/end/"), ("new", "add/")):
        administrator.open(f"/regions/70/authority/heads/{path}")
        administrator.is_pleased(f"task-head-{name}")

    for field, text in HEAD.items():
        administrator.hands.write(administrator.page.locator(f"#id_{field}"), text)
    administrator.hands.write_date(administrator.page.locator("#id_starts_on"), date(2026, 11, 9))
    administrator.hands.tick(administrator.page.locator("#id_end_previous"))
    administrator.send("main form")
    assert administrator.page.url.endswith("/regions/70/authority/")
    assert "Орлова" in administrator.text()
    head.refresh_from_db()
    assert head.ends_on == date(2026, 11, 8)
