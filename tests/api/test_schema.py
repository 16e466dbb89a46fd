"""The API describes itself: the committed file, the address and the page are one."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from common.openapi import EnglishSchemaGenerator
from tests.api.world import V1

Sign = Callable[[str], Client]
COMMITTED = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> Any:
    found = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    validate_schema(found)
    return found


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_committed_file_is_the_generated_one_in_every_language(language: str) -> None:
    out = io.StringIO()
    with translation.override(language):
        call_command("spectacular", stdout=out)
    assert not GENERATOR_STATS
    assert out.getvalue().rstrip("\n") == COMMITTED.read_text(encoding="utf-8").rstrip("\n")


def test_two_generations_are_equal() -> None:
    first, second = (EnglishSchemaGenerator().get_schema(request=None, public=True) for _time in range(2))
    assert first == second


def test_the_address_serves_the_committed_schema_to_people_who_have_signed_in(schema: Any, api: Sign) -> None:
    assert api("public").get(f"{V1}schema/").status_code == 401
    answer = api("tomsk_coordinator").get(f"{V1}schema/")
    assert yaml.safe_load(answer.content) == schema
    as_json = api("tomsk_coordinator").get(f"{V1}schema/", headers={"Accept": "application/json"})
    assert as_json.json() == schema


def test_the_page_of_the_schema_needs_a_sign_in_and_loosens_only_its_own_policy(api: Sign) -> None:
    refused = api("public").get(f"{V1}docs/")
    assert refused.status_code == 302
    assert refused["Location"].endswith(f"?next={V1}docs/")
    client = api("controller")
    page = client.get(f"{V1}docs/")
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["style-src"] == "'self' 'unsafe-inline'"
    assert directives["script-src"] == "'self'"
    assert "unsafe-inline" not in client.get(f"{V1}regions/")["Content-Security-Policy"]
    script = client.get(f"{V1}docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


def test_every_operation_says_how_it_refuses(schema: Any) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            responses = set(operation["responses"])
            assert {"200", "400", "401", "403", "406"} <= responses, path
            assert ("404" in responses) == ("{" in path or method == "post"), path
            assert ("409" in responses) == (method == "post"), path
            assert operation["summary"], path


def test_decimals_are_texts_and_bodies_are_closed(schema: Any) -> None:
    components = schema["components"]["schemas"]
    score = components["RegionResult"]["properties"]["score"]
    assert (score["type"], score["pattern"]) == ("string", r"^-?[0-9]{1,3}\.[0-9]{2}$")
    requests = {name: part for name, part in components.items() if name.endswith("Request")}
    assert all(part["additionalProperties"] is False for part in requests.values())
    # What is new, is answered once, names the event itself, or lists its executions each with its version; marks of
    # attendance, and the place and removal of an agenda item, say what shall be and are undone by saying otherwise;
    # values of a day carry the version of each that there is already.
    other = (
        "Objection", "Decision", "Question", "AnswerBody", "Undo", "SubmitMany", "SeriesBody", "RecallBody",
        "LeaveBody", "Remind", "Attendance", "CheckIn", "Place", "Reason",
        "Entries", "Entry",
    )  # fmt: skip
    acts = {name: part for name, part in requests.items() if not name.startswith(other)}
    assert (len(requests), len(acts)) == (45, 22)
    assert all("version" in part["required"] for part in acts.values())
