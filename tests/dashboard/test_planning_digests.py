"""What recurring items, recalls and hours that were not kept leave for the mails."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assignments.models import IssueSchedule
from assignments.services.recalls import recall_put_back, recall_undo
from assignments.services.schedules import issue_schedule, issues_due
from clusters.models import Cluster
from common import clock
from notifications.models import OutboundMail
from tests.assignments import drafts
from tests.assignments.planned import HOUR, WHY, begun, recalled
from tests.cast import Cast
from tests.dashboard.mailbag import mails, part_of, recipients, ring, tick

pytestmark = pytest.mark.django_db
NEXT = drafts.TODAY + timedelta(days=1)


def test_a_period_is_a_line_of_the_next_digest_with_the_executions_of_the_region(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        protocol = drafts.issued(cast.scope("controller"), {"audience": {"regions": ["55"]}})
        ring()
    begun(protocol, "70")
    with clock.at(datetime(2026, 4, 19, 7, tzinfo=UTC)):
        assert ring() == 0
    tick(date(2026, 4, 20), "09:00")

    assert recipients() == ["deputy", "tomsk"]
    text = part_of(mails()[0]).replace("\u00a0", " ")
    assert "НОВЫЕ ПОРУЧЕНИЯ · 1" in text
    assert "п. 9/1 протокола № 14 от 15.04.2026 · кластеров: 2" in text


def test_a_recalled_item_is_one_line_with_its_reason_however_many_executions_it_had(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        item = drafts.issued(cast.scope("controller"), {}).assignments.get()
        ring()
        recalled(item.pk, cast.scope("controller"), cast.scope("administrator"))
    tick(NEXT, "09:00")

    assert recipients() == ["deputy", "tomsk"]
    text = part_of(mails()[0])
    assert "РЕШЕНИЯ ЦЕНТРА · 1" in text
    assert WHY in text


def test_a_recall_that_was_undone_is_told_of_no_more(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        item = drafts.issued(cast.scope("controller"), {"due_on": date(2026, 8, 3)}).assignments.get()
        ring()
        recall = recalled(item.pk, cast.scope("controller"), cast.scope("administrator"))
        recall_undo(actor=cast.scope("controller"), recall_id=recall.pk)
        recall_put_back(actor=cast.scope("controller"), recall_id=recall.pk)
    tick(NEXT, "09:00")

    assert recipients() == []


def test_an_hour_that_was_not_kept_is_told_at_once_to_whoever_set_it(cast: Cast) -> None:
    with clock.at(drafts.NOW):
        actor = cast.scope("controller")
        drafts.load_rules()
        protocol = drafts.draft(actor)
        drafts.add_item(actor, protocol)
        protocol.refresh_from_db()
        issue_schedule(actor=actor, protocol_id=protocol.pk, version=protocol.version, at=HOUR)
    Cluster.objects.update(closed_on=date(2026, 4, 16))
    with clock.at(HOUR):
        assert issues_due() == 0
        assert ring() == 1
        assert ring() == 0

    mail = OutboundMail.objects.get(kind="issue-failed")
    assert mail.recipient_email.startswith("controller")
    reason = IssueSchedule.objects.get().reason
    assert " ".join(reason.split()) in " ".join(part_of(mail).split())
