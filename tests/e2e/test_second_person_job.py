"""A decision of the centre in four hands, and a question of a coordinator with its answer, in the browser."""

import re

import pytest

from assignments.models import AnswerWording, Execution, ExecutionRequest
from tests.e2e.conftest import Visit
from tests.e2e.visitors import PHONE
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

WHY = "Площадка закрыта на ремонт."
QUESTION, ANSWER = "Достаточно ли скана приказа?", "Да, достаточно скана."


def test_a_controller_proposes_and_the_administrator_confirms_from_the_list(
    visit: Visit, autumn: Autumn
) -> None:
    controller, administrator = visit("controller"), visit("administrator", width=PHONE)
    controller.open(autumn.overdue.get_absolute_url())
    cancel = controller.form("/cancel/")
    controller.page.locator("#decisions details", has=cancel).locator("summary").first.click()
    assert "когда его подтвердит другой сотрудник центра" in controller.text("#decisions")
    cancel.locator("textarea").fill(WHY)
    controller.send(cancel)
    assert "Отозвать предложение" in controller.text("#requests")
    controller.is_pleased("second-person-proposed")

    administrator.open("/assignments/requests/?origin=centre")
    assert administrator.overhang() <= 0
    administrator.is_pleased("second-person-list")
    administrator.page.locator("#requests a[href*='/executions/']").first.click()
    administrator.page.wait_for_url(re.compile("/executions/"))
    grant = administrator.form("/grant/")
    administrator.page.locator("#requests details", has=grant).locator("summary").first.click()
    administrator.is_pleased("second-person-confirming")
    administrator.send(grant)
    assert Execution.objects.get(pk=autumn.overdue.pk).state == "cancelled"
    assert ExecutionRequest.objects.get().state == "granted"
    assert WHY in administrator.text("#history")


def test_a_coordinator_asks_on_a_telephone_and_reads_the_answer(visit: Visit, autumn: Autumn) -> None:
    coordinator, controller = visit("tomsk_coordinator", width=PHONE), visit("controller")
    coordinator.open(autumn.overdue.get_absolute_url())
    form = coordinator.form("/ask/question/")
    coordinator.page.locator("#questions details", has=form).locator("summary").first.click()
    assert "Вопрос не останавливает срок" in coordinator.text("#questions")
    coordinator.is_pleased("question-asking")
    form.locator("textarea").fill(QUESTION)
    coordinator.send(form)
    assert "ждёт ответа центра" in coordinator.text("#questions")
    assert coordinator.overhang() <= 0

    controller.open("/assignments/questions/")
    controller.is_pleased("question-list")
    controller.page.locator("#questions tbody a").first.click()
    controller.page.wait_for_url(re.compile(r"/questions/\d+/"))
    answer = controller.form("/answer/")
    answer.locator("textarea").fill(ANSWER)
    controller.send(answer)
    controller.is_pleased("question-answered")
    assert AnswerWording.objects.get().text == ANSWER

    coordinator.open(autumn.overdue.get_absolute_url())
    assert ANSWER in coordinator.text("#questions")
    coordinator.is_pleased("question-read")
