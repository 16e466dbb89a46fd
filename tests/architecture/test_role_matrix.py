"""Every address for every principal, object and method answers as `matrix/roles.yaml` says, and leaks nothing.

The world is written once. Each request runs in a savepoint that is taken back, so the order of the walk means nothing.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from common import clock
from tests.architecture.matrix.addresses import path_of, routes
from tests.architecture.matrix.bodies import BODIES, body_of
from tests.architecture.matrix.declaration import METHODS, Entry, declared
from tests.architecture.matrix.document import DOCUMENT, document
from tests.architecture.matrix.headers import faults
from tests.architecture.matrix.knocking import Answer, Doors
from tests.architecture.matrix.objects import address_of
from tests.architecture.matrix.world import NOW, PEOPLE, PRINCIPALS, build_world

pytestmark = pytest.mark.django_db

ENTRIES = declared()
REFUSALS = Path(__file__).parent / "matrix" / "refusals"
"""The pages of refusals without their frame, which is the same for all: there are thousands of them in a walk."""
PUBLIC = {
    # signing in and out, and setting a password by a link
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    # the frame: where to go first, the looks, the language, is the portal alive
    "dashboard:home",
    "dashboard:gallery",
    # what an association shows of itself
    "associations:public",
    "dashboard:display",
    "set_language",
    "healthz",
    # the page behind the signed link of a letter: 404 without a key of ours
    "rating:letter-open",
    # the page behind the signed link of an invitation, the calendar at a secret address: 404 without a key of ours
    "meetings:answer-link",
    "meetings:calendar-feed",
    # the published rating, while RATING_IS_PUBLIC
    "dashboard:search",
    "rating:latest",
    "rating:method",
    "rating:month-method",
    "rating:month-method-revision",
    "rating:terms",
    "rating:month",
    "rating:revision",
    "rating:scorecard",
    "rating:compare",
    "rating:compare-revision",
    "rating:scorecard-revision",
    "rating:export",
    "rating:export-revision",
    "rating:check",
    "rating:columns",
    "rating:columns-json",
    "rating:for-sites",
    "rating:feed",
    "rating:embed-latest",
    "rating:embed",
    "rating:embed-revision",
    "rating:badge-latest",
    "rating:badge",
    "rating:badge-revision",
    "rating:districts",
    "rating:districts-revision",
    "rating:districts-table",
    "rating:districts-table-revision",
    "rating:district",
    "rating:district-revision",
    "rating:changes",
    "rating:changes-revision",
    "rating:changes-table",
    "rating:changes-table-revision",
    "api:slices",
    "api:slice",
    "api:slice-region",
    "api:slice-districts",
    "api:slice-changes",
    "api:slice-items",
    "api:slice-item",
    "api:slice-clusters",
    "api:columns",
}
"""Every address that answers to somebody who has not signed in. A new one is a decision, not an accident."""
WITHOUT_COOKIES = ("rating:embed", "rating:badge", "rating:feed")
"""They know nobody: when the rating is closed, they are empty for everybody."""
OPEN_BY_SETTING = {
    name
    for name in PUBLIC - {"rating:letter-open"}
    if name.startswith(("rating:", "api:", "dashboard:search")) and not name.startswith(WITHOUT_COOKIES)
}
FORM = re.compile(rb"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
NOT_OFFERED = {"405", "sign-in", "401", "403"}
WITHOUT_OFFER = ("public", "tomsk_coordinator", "administrator", "auditor")
"""Who tries a method that an address does not have: nobody, somebody, the strongest, a program."""
FIRST = ("own", "any")
KNOWN_TO_ALL = {"published month", "published revision"}
"""Whether such a thing exists is no secret, so a refusal may say so."""
ASKED_OF_THE_PUBLIC = {"account_logout", "account_login", "dashboard:display", "set_language"}
"""Unsafe operations that ask for the key of the forms also from those who have not signed in."""


@pytest.fixture(scope="module")
def doors(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Doors]:
    """The world, and somebody who knocks."""
    storage = tmp_path_factory.mktemp("storage")
    pages = {**settings.TEMPLATES[0], "DIRS": [REFUSALS, *settings.TEMPLATES[0]["DIRS"]]}
    logging.disable(logging.CRITICAL)
    try:
        with (
            django_db_blocker.unblock(),
            override_settings(MEDIA_ROOT=storage, TEMPLATES=[pages]),
            clock.at(NOW),
            transaction.atomic(),
        ):
            yield Doors(build_world())
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)


def walked(entry: Entry, method: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The cells of a method by case; of a method that the address does not have the first says everything."""
    for case, cell in entry.expected[method].items():
        yield case, cell
        if not is_offered(cell):
            return


def is_offered(cell: Mapping[str, str]) -> bool:
    """Whether the address has the method at all."""
    return "405" not in cell.values() or not set(cell.values()) <= NOT_OFFERED


def knocked(doors: Doors, entry: Entry, method: str, case: str, who: str, **options: bool) -> Answer:
    """One cell of the matrix."""
    address = address_of(doors.world, entry.kind, case, who)
    body = body_of(doors.world, entry.name, address)
    return doors.knock(who, method, path_of(entry.name, address), body, **options)


def bare(answer: Answer) -> str:
    """A page without what differs from visit to visit: the key of the forms and the address itself."""
    text = answer.content.decode(errors="replace")
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return text.replace(answer.response.wsgi_request.path, "")


# The declaration


def test_every_address_is_declared_and_nothing_else_is() -> None:
    walked = {route.name for route in routes()}

    assert walked - {entry.name for entry in ENTRIES} == set(), "addresses that nobody declared"
    assert {entry.name for entry in ENTRIES} - walked == set(), "declarations of what does not exist any more"


def test_every_body_belongs_to_an_address() -> None:
    assert set(BODIES) - {route.name for route in routes()} == set()


def test_only_these_addresses_answer_to_the_public() -> None:
    refusals = {"sign-in", "401", "405"}
    found = {
        entry.name
        for entry in ENTRIES
        for cases in entry.expected.values()
        if any(cell["public"] not in refusals for cell in cases.values())
    }

    assert found == PUBLIC


def test_the_table_of_roles_is_that_of_the_declaration(rewrite_baselines: bool) -> None:
    if rewrite_baselines:
        DOCUMENT.write_text(document(ENTRIES), encoding="utf-8")

    assert DOCUMENT.read_text(encoding="utf-8") == document(ENTRIES)


# The walk


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_everybody_gets_what_is_declared(doors: Doors, entry: Entry) -> None:
    wrong = []
    for method in METHODS:
        answers: dict[tuple[str, str], Answer] = {}
        for case, cell in walked(entry, method):
            for who in PRINCIPALS if is_offered(cell) else WITHOUT_OFFER:
                answer = knocked(doors, entry, method, case, who)
                cause = f"{method} {case} as {who}"
                wrong += [f"{cause}: {fault}" for fault in _faults(answer, method, cell[who], entry, who)]
                answers[case, who] = answer
        if entry.kind not in KNOWN_TO_ALL:
            wrong += _told_apart(answers)

    assert wrong == []


def _faults(answer: Answer, method: str, expected: str, entry: Entry, who: str) -> Iterator[str]:
    if answer.status != expected:
        yield f"answers {answer.status}, declared is {expected}"
    if method == "GET" and answer.statements:
        yield f"writes on a visit: {answer.statements}"
    if int(answer.response.status_code) >= 400 and answer.left:
        yield f"is refused and leaves {answer.left}"
    yield from faults(answer, entry, signed_in=who in PEOPLE)
    for form in FORM.findall(answer.content):
        if b'name="csrfmiddlewaretoken"' not in form and b'action="#' not in form:
            yield f"a form without a key: {form[:100]!r}"


def _told_apart(answers: Mapping[tuple[str, str], Answer]) -> Iterator[str]:
    """A foreign thing and no thing at all must look the same."""
    for (case, who), answer in answers.items():
        nothing = answers.get(("none", who))
        if case == "none" or nothing is None or {answer.status, nothing.status} != {"404"}:
            continue
        if bare(answer) != bare(nothing):
            lines = unified_diff(bare(answer).splitlines(), bare(nothing).splitlines(), lineterm="", n=0)
            yield f"{who} can tell {case} from none: {list(lines)[3:]}"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_a_fragment_is_refused_and_given_as_the_page_is(doors: Doors, entry: Entry) -> None:
    wrong = []
    for method in METHODS:
        for case, cell in walked(entry, method):
            if not is_offered(cell):
                continue
            for who in ("tomsk_coordinator", "public" if case in FIRST else "controller"):
                answer = knocked(doors, entry, method, case, who, htmx=True)
                told_to_sign_in = answer.status == "401" and "HX-Redirect" in answer.response.headers
                status = "sign-in" if told_to_sign_in else answer.status
                if status != cell[who]:
                    wrong.append(f"{method} {case} as {who}: {status}, the page {cell[who]}")

    assert wrong == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_a_head_request_is_answered_as_the_visit_and_writes_nothing(doors: Doors, entry: Entry) -> None:
    case, cell = next(walked(entry, "GET"))
    for who in ("public", "controller"):
        answer = knocked(doors, entry, "HEAD", case, who)

        assert answer.status == cell[who], who
        assert (answer.statements, answer.content) == ((), b"")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_nothing_is_changed_without_the_key_of_the_forms(doors: Doors, entry: Entry) -> None:
    case, cell = next(iter(entry.expected["POST"].items()))
    allowed = [who for who in PEOPLE if cell[who] in ("200", "302")]
    for who in [*allowed[:1], *(["public"] if entry.name in ASKED_OF_THE_PUBLIC else [])]:
        answer = knocked(doors, entry, "POST", case, who, enforce_csrf=True)

        assert (answer.status, answer.left) == ("403", ()), who


def test_a_closed_rating_sends_the_public_to_sign_in(doors: Doors) -> None:
    answers = {}
    with override_settings(RATING_IS_PUBLIC=False):
        for entry in ENTRIES:
            if entry.name in OPEN_BY_SETTING:
                for case in entry.expected["GET"]:
                    answer = knocked(doors, entry, "GET", case, "public")
                    answers[entry.title, case] = answer.status

    assert set(answers.values()) == {"sign-in", "401"}, answers


def test_an_open_audit_file_is_given_to_everyone(doors: Doors) -> None:
    with override_settings(AUDIT_FILE_IS_PUBLIC=True):
        for entry in ENTRIES:
            if entry.name.endswith("audit") and entry.kind == "published month":
                for who in PRINCIPALS:
                    assert knocked(doors, entry, "GET", "any", who).status == "200", (entry.title, who)


def test_the_walk_leaves_the_world_as_it_was(doors: Doors) -> None:
    assert Doors(doors.world).before == doors.before


def test_what_a_request_writes_is_seen(doors: Doors) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "dashboard:execution-accept")
    answer = knocked(doors, entry, "POST", "own", "controller")

    assert any("assignments_executionevent" in statement for statement in answer.statements)
    assert {"assignments_execution", "assignments_executionevent"} <= set(answer.left)
