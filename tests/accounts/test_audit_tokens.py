"""Keys that let auditors download audit files, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.api.authentication import AuditTokenAuthentication
from accounts.models import AuditToken
from accounts.services import audit_token_create, audit_token_revoke
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.scope import SYSTEM, Role, scope_of
from tests.cast import Cast

TOKENS = "/accounts/audit-tokens/"


def present(header: str) -> Request:
    return Request(RequestFactory().get("/api/v1/", headers={"Authorization": header}))


def scope_with(header: str):  # type: ignore[no-untyped-def]
    request = present(header)
    assert AuditTokenAuthentication().authenticate(request) is not None
    return scope_of(request._request)


def test_a_key_makes_its_holder_an_auditor_and_no_person(db: None) -> None:
    key = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=30)[1]
    scope = scope_with(f"Audit {key}")
    assert scope.roles == {Role.AUDITOR}
    assert scope.user_id is None
    assert not scope.is_centre
    assert not scope.regions


def test_the_database_keeps_no_key(db: None) -> None:
    token, key = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=30)
    assert key not in (token.digest, token.holder)
    assert len(key) >= 43


def test_an_expired_key_is_refused(db: None) -> None:
    key = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=1)[1]
    with clock.at(clock.now() + timedelta(days=1, seconds=1)), pytest.raises(AuthenticationFailed):
        AuditTokenAuthentication().authenticate(present(f"Audit {key}"))


def test_a_revoked_key_is_refused_and_revoking_twice_changes_nothing(db: None) -> None:
    token, key = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=1)
    revoked = audit_token_revoke(actor=SYSTEM, token_id=token.pk)
    assert audit_token_revoke(actor=SYSTEM, token_id=token.pk).revoked_at == revoked.revoked_at
    with pytest.raises(AuthenticationFailed):
        AuditTokenAuthentication().authenticate(present(f"Audit {key}"))


@pytest.mark.parametrize("header", ["Audit", "Audit ", "Audit a b", "audit wrong", "AUDIT \xff\xfe"])
def test_a_malformed_header_is_refused(db: None, header: str) -> None:
    with pytest.raises(AuthenticationFailed):
        AuditTokenAuthentication().authenticate(present(header))


@pytest.mark.parametrize("header", ["", "Bearer abc", "Basic abc", "Auditor abc"])
def test_other_headers_are_left_to_others(db: None, header: str) -> None:
    assert AuditTokenAuthentication().authenticate(present(header)) is None


def test_a_wrong_key_gets_401_from_the_api(db: None, client: Client) -> None:
    assert client.get("/api/v1/schema/", headers={"Authorization": "Audit wrong"}).status_code == 401


def test_an_administrator_makes_a_key_that_is_shown_once_and_revokes_it(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("administrator")
    answer = client.post(TOKENS, {"holder": "Счётная палата", "days": 30})
    key = answer.context["new_key"]
    assert key in answer.content.decode()
    page = client.get(TOKENS).content.decode()
    assert "Счётная палата" in page
    assert key not in page
    token = AuditToken.objects.get()
    assert token.created_by == cast.administrator
    assert client.post(reverse("accounts:audit-token-revoke", args=[token.pk])).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize(
    "typed", [{"holder": "", "days": 1}, {"holder": "x", "days": 0}, {"holder": "x" * 201, "days": 1}]
)
def test_a_mistake_makes_no_key(
    cast: Cast, as_person: Callable[[str], Client], typed: dict[str, str]
) -> None:
    assert as_person("administrator").post(TOKENS, typed).status_code == 400
    assert not AuditToken.objects.exists()


@pytest.mark.parametrize("name", ["controller", "methodologist", "tomsk_coordinator", "tomsk_minister"])
def test_only_administrators_give_keys(cast: Cast, as_person: Callable[[str], Client], name: str) -> None:
    assert as_person(name).get(TOKENS).status_code == 403
    assert as_person(name).post(TOKENS, {"holder": "x", "days": 1}).status_code == 403
    token = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=1)[0]
    assert as_person(name).post(reverse("accounts:audit-token-revoke", args=[token.pk])).status_code == 403
    with pytest.raises(NotAllowed):
        audit_token_create(actor=cast.scope(name), holder="x", days=1)


def test_the_command_prints_a_key_that_works(db: None) -> None:
    out, notes = StringIO(), StringIO()
    call_command("audit_token", holder="Аудитор", days=7, stdout=out, stderr=notes)
    assert scope_with(f"Audit {out.getvalue().strip()}").has(Role.AUDITOR)
    assert "Аудитор" in notes.getvalue()


def test_the_command_says_what_is_wrong(db: None) -> None:
    with pytest.raises(CommandError, match="366"):
        call_command("audit_token", holder="Аудитор", days=5000)
    with pytest.raises(InvalidInput):
        audit_token_create(actor=SYSTEM, holder="x" * 300, days=5)
