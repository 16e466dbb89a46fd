"""A report is accepted in the row of a list: the row shows its new state, a toast tells it, the list stays."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from assignments.models import CannedRemark, Execution
from common.parts import PART
from common.scope import Role
from tests.cast import Cast, _member
from tests.dashboard.office import TODAY, act_fields, hand_in, page, work

pytestmark = pytest.mark.usefixtures("march", "rating")
People = Callable[[str], Client]


@pytest.fixture
def report(cast: Cast) -> Execution:
    execution = work([cast.tomsk_machines], TODAY)[0]
    hand_in(cast, [execution])
    return Execution.objects.get(pk=execution.pk)


def in_row(client: Client, report: Execution, **fields: object):
    headers = {"HX-Request": "true", "HX-Target": f"row-{report.pk}"}
    body = act_fields(report, back=page("review")) | fields
    return client.post(page("execution-accept", report.pk), body, headers=headers)


def test_the_row_is_answered_with_its_new_state_and_a_toast(as_person: People, report: Execution) -> None:
    answer = in_row(as_person("controller"), report)
    html = answer.content.decode()

    assert (answer.status_code, answer[PART]) == (200, "1")
    assert html.startswith(f'<tr id="row-{report.pk}"')
    assert 'class="tag tag--success"' in html
    assert '<div id="toasts" hx-swap-oob="beforeend">' in html
    assert f'href="{report.get_absolute_url()}#decisions"' in html
    assert Execution.objects.get(pk=report.pk).state == "executed"


def test_who_coordinates_a_region_himself_decides_on_the_rows_of_the_others_and_ticks_his_own(
    as_person: People, cast: Cast, report: Execution
) -> None:
    foreign = work([cast.omsk_machines], TODAY)[0]
    hand_in(cast, [foreign])
    _member(cast.controller, Role.COORDINATOR, region=cast.tomsk, position="deputy")
    CannedRemark.objects.create(text="Приложите приказ", position=1)
    client = as_person("controller")
    for name in ("registry", "review"):
        html = client.get(page(name)).content.decode()
        assert f'form="accept-{foreign.pk}"' in html
        assert f'form="accept-{report.pk}"' not in html
        assert '<datalist id="canned-remarks"><option value="Приложите приказ">' in html
    ticked = re.findall(r'name="pick" value="(\d+):', client.get(page("registry")).content.decode())
    assert ticked == [str(report.pk)]

    foreign.refresh_from_db()
    answer = in_row(client, foreign, back=page("registry"))
    assert '<td class="pick"></td>' in answer.content.decode()


def test_the_toast_is_told_once(as_person: People, report: Execution) -> None:
    client = as_person("controller")
    in_row(client, report)

    assert 'class="alert alert--success"' not in client.get(page("review")).content.decode()


def test_a_report_that_somebody_else_decided_is_refused_and_the_row_says_what_it_is(
    as_person: People, cast: Cast, report: Execution
) -> None:
    stale = act_fields(report)
    in_row(as_person("administrator"), report)
    answer = in_row(as_person("controller"), report, **stale)
    html = answer.content.decode()

    assert (answer.status_code, answer[PART]) == (409, "1")
    assert 'data-toast="error"' in html
    assert 'class="tag tag--success"' in html


def test_without_scripts_the_same_button_leads_back_to_the_list(as_person: People, report: Execution) -> None:
    client = as_person("controller")
    back = f"{page('registry')}?state=in_review"
    answer = client.post(page("execution-accept", report.pk), act_fields(report, back=back))

    assert answer["Location"] == back
    assert 'class="alert alert--success"' in client.get(back).content.decode()


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/assignments/review/", "/letters/", "/assignments/review/#x"],
)
def test_no_other_address_is_followed(as_person: People, report: Execution, back: str) -> None:
    answer = as_person("controller").post(page("execution-accept", report.pk), act_fields(report, back=back))

    assert answer["Location"] == report.get_absolute_url()


@pytest.mark.parametrize("address", ["registry", "review"])
def test_only_who_decides_finds_the_buttons_and_only_at_reports_in_review(
    as_person: People, cast: Cast, report: Execution, address: str
) -> None:
    work([cast.omsk_machines], TODAY)
    html = as_person("controller").get(page(address)).content.decode()

    assert re.findall(r'form="accept-(\d+)"', html) == [str(report.pk)]
    assert html.count(f'<form id="accept-{report.pk}"') == 1
    assert "accept-" not in as_person("methodologist").get(page(address)).content.decode()
