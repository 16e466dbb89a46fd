"""The trail: who, when, what it was and what it became."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client

from accounts.models import Membership, User
from accounts.services import membership_end, user_block, user_update
from assignments.models import Execution
from audit.services import audit_record, audited
from clusters.models import Cluster
from common import clock
from common.scope import SYSTEM, Scope
from regions.services import authority_update
from tests.cast import PASSWORD, Cast

NOON = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def trail(obj: object) -> QuerySet[LogEntry]:
    return LogEntry.objects.get_for_object(obj).order_by("pk")


def test_a_change_in_a_request_names_the_person_the_moment_was_and_became(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("controller")
    was = cast.tomsk.authority.name
    client.post(
        "/regions/70/authority/",
        {"name": "Департамент", "phone": "", "version": 1},
        REMOTE_ADDR="203.0.113.9",
    )
    entry = trail(cast.tomsk.authority).last()
    assert entry is not None
    assert entry.actor == cast.controller
    assert entry.changes == {"name": [was, "Департамент"]}
    assert entry.remote_addr == "203.0.113.9"
    assert abs((entry.timestamp - clock.now()).total_seconds()) < 60


def test_headers_that_anybody_can_send_are_not_believed(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    headers = {
        "X-Forwarded-For": "not-an-address",
        "X-Correlation-ID": "x" * 1000,
        "X-Forwarded-Port": "99999999999",
    }
    answer = as_person("controller").post(
        "/regions/70/authority/", {"name": "Департамент", "phone": "", "version": 1}, headers=headers
    )
    assert answer.status_code == 302
    entry = trail(cast.tomsk.authority).last()
    assert entry is not None
    assert (entry.remote_addr, entry.cid, entry.remote_port) == ("127.0.0.1", None, None)


def test_a_service_called_without_a_request_names_its_actor_and_the_clock_of_the_portal(cast: Cast) -> None:
    with clock.at(NOON):
        authority_update(
            actor=cast.scope("administrator"), region_code="70", version=1, name="Департамент", phone=""
        )
    entry = trail(cast.tomsk.authority).last()
    assert entry is not None
    assert (entry.actor, entry.timestamp, entry.remote_addr) == (cast.administrator, NOON, None)


def test_a_scheduled_job_is_nobody(cast: Cast) -> None:
    authority_update(actor=SYSTEM, region_code="70", version=1, name="Департамент", phone="")
    entry = trail(cast.tomsk.authority).last()
    assert entry is not None
    assert entry.actor is None


def test_the_innermost_actor_holds_and_the_outer_one_returns(cast: Cast) -> None:
    @audited
    def outer(*, actor: Scope) -> None:
        authority_update(
            actor=cast.scope("administrator"), region_code="70", version=1, name="Одно", phone=""
        )
        cast.omsk.authority.name = "Другое"
        cast.omsk.authority.save()

    outer(actor=cast.scope("controller"))
    inner_entry, outer_entry = trail(cast.tomsk.authority).last(), trail(cast.omsk.authority).last()
    assert inner_entry is not None
    assert outer_entry is not None
    assert inner_entry.actor == cast.administrator
    assert outer_entry.actor == cast.controller


def test_a_change_by_a_token_names_its_owner(cast: Cast) -> None:
    entry = audit_record(actor=cast.scope("chair"), action="download", obj=cast.tomsk_machines)
    assert entry.actor == cast.chair


def test_a_password_is_told_as_a_fact_and_technical_fields_are_left_out(cast: Cast) -> None:
    cast.newcomer.set_password("another long sentence of words")
    cast.newcomer.save()
    entry = trail(cast.newcomer).last()
    assert entry is not None
    assert set(entry.changes) == {"password"}
    assert entry.changes["password"] == ["", "changed"]


def test_a_new_person_is_told_by_his_own_fields_alone(cast: Cast) -> None:
    user = User.objects.create_user("new@example.org", PASSWORD, last_name="Новая", first_name="Нина")
    entry = trail(user).get()
    assert set(entry.changes) == {
        "created_at", "email", "first_name", "id", "is_active", "language", "last_name", "password", "patronymic",
        "phone",
    }  # fmt: skip
    assert entry.changes["password"] == ["", "changed"]


def test_a_sign_in_is_no_change_of_the_person(cast: Cast, client: Client) -> None:
    before = trail(cast.newcomer).count()
    client.post(
        "/accounts/login/",
        {"login": "newcomer@example.org", "password": PASSWORD, "next": "/accounts/profile/"},
    )
    assert trail(cast.newcomer).count() == before


def test_roles_and_blocking_are_in_the_trail(cast: Cast) -> None:
    administrator = cast.scope("administrator")
    membership = Membership.objects.get(user=cast.controller)
    membership_end(actor=administrator, membership_id=membership.pk, version=1, ends_on=clock.today())
    assert trail(membership).last().changes["ends_on"] == ["None", clock.today().isoformat()]  # type: ignore[union-attr]
    user_block(actor=administrator, user_id=cast.chair.pk, version=1)
    assert trail(cast.chair).last().changes["is_active"] == ["True", "False"]  # type: ignore[union-attr]


def test_saving_what_did_not_change_writes_nothing(cast: Cast) -> None:
    user = cast.newcomer
    before = trail(user).count()
    user_update(
        actor=cast.scope("administrator"), user_id=user.pk, version=1, email=user.email, last_name=user.last_name,
        first_name=user.first_name, patronymic=user.patronymic, phone=user.phone,
    )  # fmt: skip
    assert trail(user).count() == before


def test_a_bulk_act_is_one_row_with_its_count(cast: Cast) -> None:
    entry = audit_record(
        actor=cast.scope("controller"), action="executions accepted", obj=Execution, count=40,
        changes={"state": ("review", "accepted")},
    )  # fmt: skip
    assert entry.additional_data == {"action": "executions accepted", "count": 40}
    assert entry.changes == {"state": ["review", "accepted"]}
    assert entry.object_repr == "executions accepted"
    assert (entry.actor, entry.object_id) == (cast.controller, None)


def test_an_act_on_the_portal_itself_has_no_object(cast: Cast) -> None:
    entry = audit_record(actor=SYSTEM, action="restored", object_repr="backup of 1 May")
    assert (entry.object_repr, entry.object_pk, entry.actor) == ("backup of 1 May", "", None)


def test_updates_past_save_are_invisible_so_services_do_not_use_them(cast: Cast) -> None:
    before = LogEntry.objects.count()
    User.objects.filter(pk=cast.newcomer.pk).update(phone="1")
    assert LogEntry.objects.count() == before
    cast.newcomer.phone = "2"
    cast.newcomer.save()
    assert LogEntry.objects.count() == before + 1


@pytest.mark.parametrize(
    "entry",
    settings.AUDITLOG_INCLUDE_TRACKING_MODELS,
    ids=lambda entry: entry if isinstance(entry, str) else entry["model"],
)
def test_every_model_of_the_setting_exists_and_is_followed(entry: str | dict[str, object]) -> None:
    name = entry if isinstance(entry, str) else str(entry["model"])
    model = apps.get_model(name)
    assert auditlog.contains(model)
    fields = {field.name for field in model._meta.get_fields()}
    if isinstance(entry, dict):
        for option in ("exclude_fields", "mask_fields"):
            assert set(entry.get(option, [])) <= fields  # type: ignore[call-overload]


def test_executions_are_left_to_their_event_log() -> None:
    assert not auditlog.contains(Execution)
    assert auditlog.contains(Cluster)
