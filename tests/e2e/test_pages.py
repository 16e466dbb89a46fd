"""Every page with real data, at a desk and on a telephone, in the role that it is for."""

import pytest

from tests.e2e.demonstration import Demonstration
from tests.e2e.visitors import Visitor
from tests.e2e.walk import DOWNLOADS, STRANGE, Walk, every_view

pytestmark = pytest.mark.browser

ACTS = {
    "associations:practice-submit", "associations:practice-recall", "associations:practice-select",
    "associations:practice-appoint", "associations:practice-relieve", "associations:practice-score",
    "associations:practice-return", "associations:practice-reject", "associations:practice-publish",
    "associations:practice-prolong", "associations:practice-withdraw", "associations:practice-comment",
    "associations:practice-replicate", "associations:practice-file-remove", "associations:support-answer",
    "associations:support-assign", "associations:support-close", "associations:support-cancel",
    "associations:event-register", "associations:event-leave", "associations:joining-withdraw",
    "associations:report-approve", "associations:invite-all",
    "cyclogram:checkpoint-cancel", "cyclogram:checkpoint-restore", "cyclogram:plan-checkpoint-delete",
    "cyclogram:plan-discard", "cyclogram:plan-draft", "cyclogram:plan-enforce", "cyclogram:plan-stage-delete",
    "cyclogram:plan-stage-restore", "cyclogram:values-decide",
    "cyclogram:stage-accept", "cyclogram:stage-begin", "cyclogram:stage-close", "cyclogram:stage-propose",
    "cyclogram:stage-reopen", "cyclogram:stage-restore", "cyclogram:stage-return", "cyclogram:stage-settle",
    "cyclogram:stage-skip", "cyclogram:stage-withdraw",
    "meetings:agenda-fill", "meetings:agenda-order", "meetings:agenda-tell", "meetings:decide",
    "meetings:item-move", "meetings:item-show", "meetings:item-take", "meetings:meeting-start", "meetings:note",
    "meetings:proposal-withdraw", "meetings:series-resume", "meetings:source-remove", "meetings:source-restore",
    "account_logout", "accounts:audit-token-revoke", "accounts:invitation-resend", "accounts:token-create",
    "accounts:token-revoke", "assignments:audience-preview", "assignments:item-due", "assignments:item-move",
    "assignments:protocol-template",
    "clusters:import-apply", "dashboard:display", "dashboard:execution-accept", "dashboard:execution-annul",
    "dashboard:execution-cancel", "dashboard:execution-extend", "dashboard:execution-record",
    "dashboard:execution-ask-extension", "dashboard:execution-ask-not_applicable",
    "dashboard:execution-ask-question", "dashboard:question-answer", "dashboard:question-rewrite",
    "dashboard:request-grant", "dashboard:request-refuse", "dashboard:request-withdraw", "dashboard:requests-decide",
    "dashboard:execution-return", "dashboard:execution-submit", "dashboard:execution-note", "dashboard:workbook-apply",
    "dashboard:workbook-check", "dashboard:focus", "dashboard:notice-open",
    "dashboard:notices-read", "dashboard:review-decide", "dashboard:review-accept", "dashboard:review-claim",
    "dashboard:review-return", "dashboard:review-skip", "dashboard:review-undo", "dashboard:execution-undo",
    "dashboard:assign", "dashboard:execution-draft", "dashboard:hand-in", "dashboard:saved-view-delete",
    "dashboard:saved-view-rename", "dashboard:ladder-remove", "dashboard:staff-task-close", "healthz",
    "meetings:approval-agree", "meetings:protocol-make", "meetings:protocol-reopen", "meetings:protocol-scan-attach",
    "meetings:protocol-send", "meetings:protocol-sign", "meetings:protocol-withdraw",
    "rating:letter-resend", "rating:letters-missing", "rating:letters-numbers", "rating:mail-settle",
    "rating:objection-decide", "rating:objection-withdraw", "set_language", "accounts:session",
    "assignments:protocol-unschedule", "assignments:recall-confirm", "assignments:recall-go-on",
    "assignments:recall-refuse", "assignments:recall-undo", "assignments:recall-withdraw",
    "dashboard:appointment-remind", "dashboard:appointment-send", "dashboard:leave-end",
    "dashboard:webhook-again", "dashboard:webhook-off", "dashboard:webhook-on", "dashboard:webhook-ping",
    "dashboard:webhook-rotate", "rating:letter-link-renew", "rating:letter-link-revoke", "rating:letter-receipt",
    "rating:letter-received", "rating:letter-template-return", "rating:letters-preview-test",
    "meetings:answer", "meetings:answer-all", "meetings:calendar-make", "meetings:calendar-revoke", "meetings:check-in",
    "meetings:check-in-close", "meetings:check-in-open", "meetings:invitation-renew", "meetings:mark",
    "rating:version-approve", "rating:version-try", "rating:version-withdraw",
}  # fmt: skip
"""Addresses that are no pages: something is done there, and another page or a part of one follows."""
IN_TASKS = {
    "associations:practice-edit", "associations:replication", "associations:joining",
    "associations:joining-create",
    "cyclogram:plan-checkpoint", "cyclogram:plan-checkpoint-create", "cyclogram:plan-stage-create",
    "meetings:assign", "meetings:decision-answer", "meetings:decision-delete", "meetings:decision-edit",
    "meetings:item-remove", "meetings:item-restore", "meetings:meeting-close", "meetings:screen",
    "account_inactive", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "accounts:second-factor-reset", "accounts:unblock",
    "assignments:audience-edit", "assignments:audience-delete", "assignments:item-table", "assignments:item-copy",
    "assignments:item-create", "assignments:item-delete", "assignments:item-edit", "assignments:protocol-delete",
    "assignments:protocol-edit", "assignments:protocol-issue", "clusters:import", "dashboard:long-task",
    "dashboard:hand-in-result", "dashboard:saved-views",
    "dashboard:requests-result", "dashboard:workbook",
    "dashboard:review-result", "dashboard:review-next", "dashboard:review-one", "dashboard:remark-edit",
    "meetings:approval-remark", "meetings:approvals", "meetings:protocol", "meetings:protocol-edit",
    "meetings:protocol-issue", "meetings:protocol-template",
    "mfa_activate_totp", "mfa_authenticate", "mfa_deactivate_totp", "mfa_generate_recovery_codes",
    "mfa_reauthenticate", "mfa_view_recovery_codes", "rating:compare-revision", "rating:object", "rating:preview",
    "rating:preview-open", "rating:publish", "regions:calendar-edit", "regions:calendar-end",
    "regions:head-add", "regions:head-edit", "regions:head-end", "regions:sharing-withdraw",
    "assignments:protocol-schedule", "assignments:recall", "assignments:series", "assignments:series-create",
    "assignments:series-delete", "assignments:series-edit", "assignments:series-stop",
    "dashboard:appointment-answer", "dashboard:appointment-close", "dashboard:appointment-edit",
    "dashboard:appointment-item", "dashboard:appointment-letter", "dashboard:coordinator-appoint",
    "dashboard:coordinator-hand-over", "dashboard:coordinator-leave", "dashboard:coordinator-order",
    "meetings:answer-link", "meetings:invitation", "meetings:marks-list", "meetings:participants",
    "rating:letter-open", "rating:changes", "rating:changes-revision",
}  # fmt: skip
"""Pages that exist only in the middle of a task; the tests of the tasks look at them."""


@pytest.fixture(scope="module")
def walk(demonstration: Demonstration, browser: object) -> Walk:
    """One walk for all the questions below."""

    def come(email: str) -> Visitor:
        visitor = Visitor(browser, demonstration.url)
        if email:
            visitor.sign_in(email, demonstration.password)
        return visitor

    return Walk().by_everybody(come)


def test_no_page_is_wider_than_the_window_even_when_enlarged(walk: Walk) -> None:
    over = [f"{page}: {page.sight.overhang} px" for page in walk.pages if page.sight.overhang > 0]
    assert over == []


def test_no_page_bars_anybody(walk: Walk) -> None:
    assert [f"{page}: {barrier}" for page in walk.pages for barrier in page.sight.barriers] == []


def test_everything_pressed_is_as_large_as_a_finger_needs(walk: Walk) -> None:
    assert [f"{page}: {target}" for page in walk.pages for target in page.sight.small] == []


def test_every_page_is_in_order_for_those_who_hear_it(walk: Walk) -> None:
    assert [f"{page}: {fault}" for page in walk.pages for fault in page.sight.disorder] == []


def test_nothing_goes_wrong_behind_a_page(walk: Walk) -> None:
    assert walk.problems == []


def month_of(view: str) -> str:
    """A page of a revision is that of its month at another address."""
    return view.removesuffix("-revision")


def test_every_page_was_looked_at(walk: Walk) -> None:
    looked_at = {month_of(view) for view in walk.views}

    assert {
        view
        for view in every_view() - DOWNLOADS - STRANGE - ACTS - IN_TASKS
        if month_of(view) not in looked_at
    } == set()
