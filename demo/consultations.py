"""What waits on the last day of the demonstration: proposals of a controller and questions of coordinators."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from accounts.selectors import scope_for
from assignments.models import Assignment, Execution
from assignments.services.proposals import cancellation_decide, extension_decide
from assignments.services.questions import question_ask, questions_answer
from assignments.services.recalls import recall_propose
from common import clock
from common.calendar import preceding_working_day
from demo.objections import coordinator_of

SECOND = "controller-2@centre.example"
"""Who proposes and answers: the controller whose page the demonstration opens with finds it as a colleague's."""
WHY_EXTEND = "Площадка кластера закрыта на ремонт до конца недели: продлить срок по решению центра."
WHY_CANCEL = "Кластер реорганизуется: поручение теряет смысл, снять с контроля по решению центра."
QUESTION = "Достаточно ли скана приказа, или нужен документ с электронной подписью?"
OTHER = "Учитывать ли студентов, зачисленных переводом из других колледжей?"
ANSWER = "Да, учитывать: важна численность на дату отчёта."
WHY_RECALL = "Поручение повторяет запрос министерства от этого месяца: отозвать, чтобы не спрашивать дважды."
NEW_TERM = timedelta(days=14)


def propose() -> None:
    """Two decisions of the centre, and the recall of an item to the coordinators, wait for a second person."""
    day, scope = clock.today(), scope_for(User.objects.get(email=SECOND))
    late = Execution.objects.overdue(day).rated().exclude(requests__state="open").order_by("due_on", "pk")
    for execution, cancels in zip(late[:2], (False, True), strict=False):
        common: dict[str, Any] = {"actor": scope, "execution_id": execution.pk, "version": execution.version}
        if cancels:
            cancellation_decide(**common, reason=WHY_CANCEL)
        else:
            extension_decide(**common, reason=WHY_EXTEND, new_due=preceding_working_day(day + NEW_TERM))
    to_coordinators = Execution.objects.open().filter(cluster=None).order_by("-assignment", "pk").first()
    if to_coordinators is not None:
        recall_propose(actor=scope, assignment_id=to_coordinators.assignment_id, reason=WHY_RECALL)


def ask() -> None:
    """Three regions ask about the newest item: two the same, one is answered already."""
    open_rows = Execution.objects.open().rated()
    item = Assignment.objects.filter(pk__in=open_rows.values("assignment")).order_by("-pk").first()
    if item is None:
        return
    by_region = {row.region_id: row for row in open_rows.filter(assignment=item).order_by("-pk")}
    rows = [by_region[code] for code in sorted(by_region)[:3]]
    for execution, text in zip(rows, (QUESTION, QUESTION, OTHER), strict=False):
        asked = question_ask(actor=coordinator_of(execution.region_id), execution_id=execution.pk, text=text)
        if text == OTHER:
            answerer = scope_for(User.objects.get(email=SECOND))
            questions_answer(actor=answerer, question_ids=[asked.pk], text=ANSWER)
