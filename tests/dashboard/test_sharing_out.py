"""Who of a region's coordinators works on what, and the filters that a person keeps under a name."""

from datetime import date

import pytest
from auditlog.models import LogEntry

from accounts.models import Membership
from assignments.models import Execution, ExecutionEvent, SavedView
from assignments.services.assigning import executions_assign
from assignments.services.saved_views import (
    MAX_VIEWS,
    saved_view_delete,
    saved_view_rename,
    saved_view_save,
)
from common.errors import InvalidInput, Missing, NotAllowed
from dashboard.selectors.assignees import (
    ME,
    NOBODY,
    assigned_to,
    assignee_choices,
    assignee_words,
    coordinators_of,
    whose_choices,
)
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import refuse
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("march")


@pytest.fixture
def works(cast: Cast) -> list[Execution]:
    return put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], issued_item())


def whose(cast: Cast, which: str, who: str = "tomsk_coordinator") -> set[int]:
    scope = cast.scope(who)
    rows = Execution.objects.visible_to(scope).filter(assigned_to(scope, which))
    return set(rows.values_list("pk", flat=True))


def test_a_coordinator_gives_work_to_himself_and_to_a_colleague(cast: Cast, works: list[Execution]) -> None:
    first, second, _foreign = works
    actor = cast.scope("tomsk_coordinator")
    for row, person in ((first, cast.tomsk_coordinator), (second, cast.tomsk_deputy)):
        result = executions_assign(actor=actor, execution_ids=[row.pk], assignee_id=person.pk)
        assert result.done == [row.pk]
    assert whose(cast, ME) == {first.pk}
    assert whose(cast, ME, "tomsk_deputy") == whose(cast, str(cast.tomsk_deputy.pk)) == {second.pk}
    assert whose(cast, NOBODY) == set()
    row = Execution.objects.get(pk=second.pk)
    assert "Томина В. О." in assignee_words(row, coordinators_of(actor))


def test_assigning_is_in_the_trail_and_not_in_the_log(cast: Cast, works: list[Execution]) -> None:
    actor, row = cast.scope("tomsk_coordinator"), works[0]
    events, version = ExecutionEvent.objects.count(), row.version
    for _time in range(2):
        executions_assign(actor=actor, execution_ids=[row.pk], assignee_id=cast.tomsk_deputy.pk)
    entry = LogEntry.objects.get(additional_data__action="execution_assign")
    assert (entry.object_id, entry.actor_id) == (row.pk, cast.tomsk_coordinator.pk)
    assert entry.changes["assignee"] == ["", str(cast.tomsk_deputy.pk)]
    assert ExecutionEvent.objects.count() == events
    assert Execution.objects.get(pk=row.pk).version == version


def test_whoever_has_left_the_region_works_on_nothing(cast: Cast, works: list[Execution]) -> None:
    actor = cast.scope("tomsk_coordinator")
    executions_assign(actor=actor, execution_ids=[works[0].pk], assignee_id=cast.tomsk_deputy.pk)
    Membership.objects.filter(user=cast.tomsk_deputy).update(ends_on=date(2026, 3, 9))
    assert whose(cast, NOBODY) == {works[0].pk, works[1].pk}
    assert whose(cast, str(cast.tomsk_deputy.pk)) == set()
    row = Execution.objects.get(pk=works[0].pk)
    assert assignee_words(row, coordinators_of(actor)) == ""
    refuse(
        InvalidInput,
        lambda: executions_assign(actor=actor, execution_ids=[works[0].pk], assignee_id=cast.tomsk_deputy.pk),
    )


def test_nobody_shares_out_foreign_work_or_to_strangers(cast: Cast, works: list[Execution]) -> None:
    tomsk, foreign = works[0], works[2]
    actor = cast.scope("tomsk_coordinator")
    for person in (cast.omsk_coordinator, cast.tomsk_minister, cast.controller):
        refuse(
            InvalidInput,
            lambda person=person: executions_assign(
                actor=actor, execution_ids=[tomsk.pk], assignee_id=person.pk
            ),
        )
    result = executions_assign(
        actor=actor, execution_ids=[tomsk.pk, foreign.pk], assignee_id=cast.tomsk_deputy.pk
    )
    assert result.done == [tomsk.pk]
    assert [pk for pk, _reason in result.refused] == [foreign.pk]
    for who in ("controller", "tomsk_minister", "public"):
        refuse(
            NotAllowed,
            lambda who=who: executions_assign(
                actor=cast.scope(who), execution_ids=[tomsk.pk], assignee_id=None
            ),
        )
    refuse(InvalidInput, lambda: executions_assign(actor=actor, execution_ids=[], assignee_id=None))


def test_a_choice_is_offered_only_where_there_is_somebody_to_choose(cast: Cast) -> None:
    assert [name for _pk, name in assignee_choices(cast.scope("tomsk_coordinator"))] == [
        "Щёкин И. П.",
        "Томина В. О.",
    ]
    assert [value for value, _name in whose_choices(cast.scope("tomsk_coordinator"))] == [
        ME,
        NOBODY,
        str(cast.tomsk_deputy.pk),
    ]
    for who in ("omsk_coordinator", "tomsk_minister", "controller"):
        assert assignee_choices(cast.scope(who)) == whose_choices(cast.scope(who)) == []


# Saved views


def test_a_view_is_kept_renamed_and_deleted_by_its_person_alone(cast: Cast) -> None:
    actor = cast.scope("tomsk_coordinator")
    view = saved_view_save(actor=actor, page="inbox", name=" Мои ", query="whose=me")
    again = saved_view_save(actor=actor, page="inbox", name="Мои", query="whose=me&weight=3")
    other = saved_view_save(actor=actor, page="registry", name="Мои", query="")
    assert (again.pk, again.query) == (view.pk, "whose=me&weight=3")
    assert view.get_absolute_url() == "/assignments/?whose=me"
    saved_view_rename(actor=actor, view_id=view.pk, name="Срочные")
    assert SavedView.objects.get(pk=view.pk).name == "Срочные"
    for stranger in ("tomsk_deputy", "administrator", "public"):
        scope = cast.scope(stranger)
        assert not SavedView.objects.visible_to(scope).exists()
        refuse(Missing, lambda scope=scope: saved_view_rename(actor=scope, view_id=view.pk, name="Чужое"))
        refuse(Missing, lambda scope=scope: saved_view_delete(actor=scope, view_id=view.pk))
    saved_view_delete(actor=actor, view_id=view.pk)
    assert list(SavedView.objects.all()) == [other]


def test_a_name_that_is_none_or_taken_is_refused(cast: Cast) -> None:
    actor = cast.scope("tomsk_coordinator")
    first = saved_view_save(actor=actor, page="inbox", name="Первое", query="")
    saved_view_save(actor=actor, page="inbox", name="Второе", query="")
    for name in ("", "х" * 61, "две\nстроки", "Второе"):
        with pytest.raises(InvalidInput) as caught:
            saved_view_rename(actor=actor, view_id=first.pk, name=name)
        assert list(caught.value.errors) == ["name"]
    with pytest.raises(InvalidInput):
        saved_view_save(actor=actor, page="review", name="Очередь", query="")
    assert SavedView.objects.get(pk=first.pk).name == "Первое"


def test_views_have_a_limit_and_the_same_name_never_reaches_it(cast: Cast) -> None:
    actor = cast.scope("controller")
    for number in range(MAX_VIEWS):
        saved_view_save(actor=actor, page="registry", name=f"{number}", query="")
    saved_view_save(actor=actor, page="registry", name="0", query="state=open")
    with pytest.raises(InvalidInput, match=str(MAX_VIEWS)):
        saved_view_save(actor=actor, page="registry", name="ещё", query="")
    assert SavedView.objects.count() == MAX_VIEWS
