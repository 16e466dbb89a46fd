"""Fixtures of the whole suite: the cast, a frozen today, clients by role."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import settings as examples
from pytest_django.plugin import DjangoDbBlocker

from audit.append_only import create_triggers, drop_triggers
from tests.cast import Cast, build_cast

examples.register_profile("portal", deadline=None)
"""How long an example takes says how busy the machine is, not whether the rule holds."""
examples.load_profile("portal")

pytest_plugins = [
    "tests.plugins.no_skips",
    "tests.plugins.baselines",
    "tests.plugins.collector",
    "tests.plugins.scheduling",
]

APPEND_ONLY_TABLES = (
    "assignments_answerwording",
    "assignments_evidence",
    "assignments_executionevent",
    "assignments_executionnote",
    "assignments_executionpast",
    "assignments_seriesstep",
    "associations_helprecord",
    "associations_practicecomment",
    "associations_practiceevent",
    "auditlog_logentry",
    "cyclogram_indicatorvalueevent",
    "cyclogram_stageevent",
    "cyclogram_stageevidence",
    "meetings_meetingevent",
    "meetings_protocoltemplate",
    "notifications_mailevent",
    "notifications_webhookattempt",
    "rating_auditfile",
    "rating_regionscore",
    "rating_scorewindow",
    "rating_scoreloss",
    "rating_scoregain",
    "rating_scoreatstake",
    "rating_itemshare",
    "rating_slicepreview",
    "rating_previewreading",
    "rating_ratingletter",
    "rating_letteropening",
    "rating_letterreceipt",
    "rating_lettertemplate",
    "rating_methodology",
    "rating_methodologytrial",
)


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """Every test begins in the language of the portal: a request leaves its own active in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast of users and places."""
    return build_cast()


@pytest.fixture
def as_person(cast: Cast) -> Callable[[str], Client]:
    """`as_person("controller")` is a client signed in as that person; `public` is nobody."""

    def sign_in(name: str) -> Client:
        client = Client()
        if name != "public":
            client.force_login(
                getattr(cast, name), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    return sign_in


@pytest.fixture
def _triggers_restored(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.schema_editor() as editor:
            for table in APPEND_ONLY_TABLES:
                create_triggers(editor, table)


@pytest.fixture
def emptied_after(_triggers_restored: None, transactional_db: None) -> Iterator[None]:
    """Every transactional test asks for it: on SQLite the append-only triggers forbid emptying the tables."""
    yield
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            for table in APPEND_ONLY_TABLES:
                drop_triggers(editor, table)
