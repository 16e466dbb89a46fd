"""Nothing secret is written anywhere but in its own column: not in the trail, not in logs of tries, not in mails."""

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import AuditToken, User
from accounts.services import api_token_create, api_token_revoke, audit_token_create
from tests.accounts.letters import letters_to, link_in
from tests.accounts.test_second_factor import SET_UP, code
from tests.cast import PASSWORD, Cast

LOGIN = "/accounts/login/"
ADDRESS = "controller@example.org"
NEW_PASSWORD = "canary in a coal mine sings"
LONGEST = 8
"""Characters of a secret that may stand somewhere else, to tell one from another."""
OWN_COLUMNS = {
    "accounts_user.password",
    "accounts_audittoken.digest",
    "knox_authtoken.digest",
    "knox_authtoken.token_key",
    "mfa_authenticator.data",
}


@pytest.fixture(autouse=True)
def _as_in_production(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    settings.AXES_ENABLED = True


def texts() -> Iterator[tuple[str, str]]:
    """Every value of every column that holds text, with the name of the column."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            name = f"{model._meta.db_table}.{field.column}"
            if name not in OWN_COLUMNS and isinstance(
                field, models.CharField | models.TextField | models.JSONField
            ):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    yield name, str(value)


def found(secrets: list[str]) -> set[str]:
    """The columns where more than LONGEST characters of a secret stand."""
    parts = {
        secret[start : start + LONGEST + 1] for secret in secrets for start in range(len(secret) - LONGEST)
    }
    return {name for name, text in texts() if any(part in text for part in parts)}


def kept(user: User) -> list[str]:
    """Salt and digest of the password of a person as it is kept."""
    user.refresh_from_db()
    return user.password.split("$")[-2:]


def test_no_column_holds_a_part_of_a_secret_of_another(
    cast: Cast, as_person: Callable[[str], Client], client: Client
) -> None:
    secrets = [*kept(cast.controller), PASSWORD, NEW_PASSWORD, "a wrong canary of words"]
    client.post(LOGIN, {"login": ADDRESS, "password": "a wrong canary of words"})
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_in(letters_to(ADDRESS, "password_reset")[0])
    client.post(client.get(link)["Location"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert client.post(LOGIN, {"login": ADDRESS, "password": NEW_PASSWORD, "next": SET_UP}).status_code == 302
    client.post("/accounts/confirm/", {"password": NEW_PASSWORD, "next": SET_UP})
    client.get(SET_UP)
    secrets += [client.session[SECRET_SESSION_KEY], link.rpartition("-")[2].strip("/")]
    assert client.post(SET_UP, {"code": code(client.session[SECRET_SESSION_KEY])}).status_code == 302
    stored = Authenticator.objects.get(user=cast.controller, type=Authenticator.Type.RECOVERY_CODES)
    token, key = api_token_create(actor=cast.scope("controller"), days=1)
    api_token_revoke(actor=cast.scope("controller"), token_key=token.token_key)
    auditor, auditor_key = audit_token_create(actor=cast.scope("administrator"), holder="Аудитор", days=1)
    invited = {
        "email": "new@example.org", "last_name": "Новая", "first_name": "Нина", "role": "controller",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    as_person("administrator").post(reverse("accounts:invite"), invited)
    invitation = link_in(letters_to("new@example.org", "invitation")[0])
    secrets += [
        *kept(cast.controller), *stored.wrap().get_unused_codes(), stored.data["seed"], key, token.digest,
        auditor_key, auditor.digest, invitation.rpartition("-")[2].strip("/"),
        User.objects.get(email="new@example.org").password,
    ]  # fmt: skip
    assert AuditToken.objects.count() == 1
    assert found(secrets) == set()


def test_the_sweep_finds_what_is_there(cast: Cast) -> None:
    cast.controller.phone = generate_totp_secret()
    cast.controller.save()
    assert found([cast.controller.phone]) == {"accounts_user.phone", "auditlog_logentry.changes"}


def test_a_password_that_is_kept_by_a_newer_rule_is_no_change_in_the_trail(
    cast: Cast, client: Client
) -> None:
    user = cast.newcomer
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    before = LogEntry.objects.count()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD, "next": "/accounts/profile/"})
    user.refresh_from_db()
    assert user.password.startswith("argon2$")
    assert client.get("/accounts/profile/").status_code == 200
    assert LogEntry.objects.count() == before
