"""New drafts from earlier protocols: terms keep their distance from the meeting, templates are never issued."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assignments.models import Protocol
from assignments.rules import shifted_due
from assignments.selectors.protocols import TEMPLATE, protocols_found
from assignments.services.copies import protocol_copy, protocol_template_mark
from assignments.services.protocols import protocol_issue
from common.calendar import is_working_day
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from regions.services import calendar_day_add
from tests.assignments import drafts
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("wednesday")
NEXT = date(2026, 4, 22)


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def controller(as_person: Callable[[str], Client]) -> Client:
    return as_person("controller")


def copied(actor: Scope, source: Protocol, **changes: Any) -> Any:
    values = {"number": "15", "held_on": NEXT, "meeting_title": "Следующее совещание"} | changes
    return protocol_copy(actor=actor, source_id=source.pk, **values)


def url(name: str, *args: int) -> str:
    return reverse(f"assignments:{name}", args=args)


def test_a_copy_holds_everything_but_the_number_and_the_days(actor: Scope) -> None:
    source = drafts.issued(
        actor,
        {"weight": 3, "expected_result": "Письмо", "process": "student_headcount_control", "title": "План"},
        {"audience": {"regions": ["70"]}, "addressee": "regions", "due_on": date(2026, 5, 29)},
    )
    result = copied(actor, source)
    first, second = result.protocol.assignments.order_by("position")
    assert (first.weight, first.expected_result, first.process_id, first.title) == (
        3, "Письмо", "student_headcount_control", "План",
    )  # fmt: skip
    assert (second.addressee, second.audience, second.code) == ("regions", {"regions": ["70"]}, None)
    assert [item.due_on for item in (first, second)] == [date(2026, 6, 4), date(2026, 6, 5)]
    assert result.moved == []
    assert result.protocol.is_draft


def test_a_term_on_a_day_off_moves_to_the_working_day_before_and_is_named(cast: Cast, actor: Scope) -> None:
    calendar_day_add(
        actor=cast.scope("administrator"), day=date(2026, 6, 4), is_working=False, reason="Постановление"
    )
    result = copied(actor, drafts.issued(actor))
    assert result.moved == ["1"]
    assert result.protocol.assignments.get().due_on == date(2026, 6, 3)


def test_a_copy_sent_twice_is_one_draft(actor: Scope) -> None:
    source = drafts.issued(actor)
    assert copied(actor, source).protocol == copied(actor, source).protocol
    assert Protocol.objects.get(number="15").assignments.count() == 1
    with pytest.raises(InvalidInput):
        copied(actor, source, meeting_title="Другое совещание")


def test_another_protocol_under_the_number_of_a_copy_is_refused(actor: Scope) -> None:
    first = drafts.issued(actor)
    draft = copied(actor, first).protocol
    other = copied(actor, first, number="16").protocol
    drafts.add_item(actor, other, number="1.9", text="Совсем другой пункт.")
    with pytest.raises(InvalidInput) as caught:
        copied(actor, other)
    assert list(caught.value.errors) == ["number"]
    assert draft.assignments.count() == 1


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_a_copy_by_two_presses_at_once_is_one_draft(cast: Cast) -> None:
    actor = cast.scope("controller")
    source = drafts.issued(actor)
    first, second = at_once(lambda: copied(actor, source), drafts.NOW)
    assert first.protocol == second.protocol
    assert first.protocol.assignments.count() == 1


def test_only_drafters_copy_what_they_see(cast: Cast, actor: Scope) -> None:
    source = drafts.issued(actor)
    with pytest.raises(NotAllowed):
        copied(cast.scope("tomsk_coordinator"), source)
    with pytest.raises(Missing):
        copied(cast.scope("tomsk_coordinator"), drafts.draft(actor, number="16"))


def test_the_page_makes_the_draft_and_tells_what_was_moved(controller: Client, actor: Scope) -> None:
    source = drafts.issued(actor, {"due_on": date(2026, 4, 25)}, {"due_on": date(2026, 4, 26)})
    answer = controller.post(
        url("protocol-copy", source.pk),
        {"number": "15", "held_on": "2026-04-22", "meeting_title": "Совещание"},
        follow=True,
    )
    assert "Сроки пунктов 1, 2 попали на нерабочие дни" in answer.content.decode()
    refused = controller.post(
        url("protocol-copy", source.pk), {"number": "", "held_on": "2026-04-22", "meeting_title": "Иное"}
    )
    assert refused.status_code == 400
    assert "Иное" in refused.content.decode()


# Templates


def test_a_template_is_never_issued_and_serves_as_a_beginning(controller: Client, actor: Scope) -> None:
    template = drafts.draft(actor)
    drafts.add_item(actor, template)
    template.refresh_from_db()
    address = url("protocol-template", template.pk)
    assert controller.post(address, {"is_template": "yes", "version": template.version}).status_code == 302
    template.refresh_from_db()
    assert template.is_template
    with pytest.raises(ImpossibleStep):
        protocol_issue(actor=actor, protocol_id=template.pk, version=template.version)
    for name in ("protocol-issue", "issue-list", "issue-list-csv"):
        assert controller.get(url(name, template.pk)).status_code == 409
    page = controller.get(template.get_absolute_url()).content.decode()
    assert url("protocol-issue", template.pk) not in page
    assert url("protocol-copy", template.pk) in page
    assert not copied(actor, template).protocol.is_template


def test_templates_are_found_among_themselves(controller: Client, actor: Scope) -> None:
    draft, template = drafts.draft(actor), drafts.draft(actor, number="Ш-1")
    protocol_template_mark(actor=actor, protocol_id=template.pk, version=1, is_template=True)
    assert list(protocols_found(actor, status=TEMPLATE)) == [template]
    assert list(protocols_found(actor, status="draft")) == [draft]
    assert "Ш-1" in controller.get(url("protocols"), {"status": "template"}).content.decode()


def test_a_mark_needs_the_version_seen_and_can_be_taken_away(actor: Scope) -> None:
    draft = drafts.draft(actor)
    with pytest.raises(StaleVersion):
        protocol_template_mark(actor=actor, protocol_id=draft.pk, version=7, is_template=True)
    for is_template, version in ((True, 1), (True, 1), (False, 2)):
        found = protocol_template_mark(
            actor=actor, protocol_id=draft.pk, version=version, is_template=is_template
        )
        assert found.is_template == is_template


def test_a_mark_that_says_nothing_is_refused(controller: Client, actor: Scope) -> None:
    draft = drafts.draft(actor)
    assert controller.post(url("protocol-template", draft.pk), {"is_template": "maybe"}).status_code == 400


# Items


def test_an_earlier_item_fills_the_form_with_a_term_of_the_new_meeting(
    controller: Client, actor: Scope
) -> None:
    old = drafts.issued(
        actor, {"text": "Представить план закупок.", "weight": 2, "audience": {"regions": ["70"]}}
    ).assignments.get()
    draft = drafts.draft(actor, number="15", held_on=NEXT)
    drafts.add_item(actor, draft, number="2.1")
    page = controller.get(url("item-copy", draft.pk), {"find": "план"})
    assert f"{url('item-create', draft.pk)}?from={old.pk}" in page.content.decode()
    assert "Ничего не найдено" in controller.get(url("item-copy", draft.pk), {"find": "xyz"}).content.decode()
    form = controller.get(url("item-create", draft.pk), {"from": old.pk}).context["form"]
    assert form["text"].value() == "Представить план закупок."
    assert (form["number"].value(), form["due_on"].value()) == ("2.2", date(2026, 6, 4))
    assert (form["weight"].value(), form["regions"].value(), form["version"].value()) == (2, ["70"], None)


@pytest.mark.parametrize("source", ["x", "999999", "99999999999999999999"])
def test_a_strange_item_is_not_found(controller: Client, actor: Scope, source: str) -> None:
    draft = drafts.draft(actor)
    assert controller.get(url("item-create", draft.pk), {"from": source}).status_code == 404


def test_a_term_that_would_have_passed_is_left_empty(controller: Client, actor: Scope) -> None:
    old = drafts.issued(actor, {"due_on": drafts.TODAY}).assignments.get()
    draft = drafts.draft(actor, number="15", held_on=date(2026, 4, 8))
    form = controller.get(url("item-create", draft.pk), {"from": old.pk}).context["form"]
    assert form["due_on"].value() is None


@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.integers(-400, 400),
    st.integers(0, 60),
    st.dictionaries(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.booleans(), max_size=20),
)
def test_a_shifted_term_is_a_working_day_unless_that_lies_before_the_meeting(
    due: date, shift: int, after: int, overrides: dict[date, bool]
) -> None:
    moved = due + timedelta(days=shift)
    meeting = moved - timedelta(days=after)
    found = shifted_due(due, timedelta(days=shift), not_before=meeting, overrides=overrides)
    assert meeting <= found <= moved
    assert is_working_day(found, overrides) or found == meeting
