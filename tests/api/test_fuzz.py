"""Every operation under generated input, right and wrong: never a failure of the server, always as the schema says.

The seed is fixed and the number of examples small: this is the gate; the long campaign is run by hand.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.services import api_token_create
from rating.models import Slice
from tests.api.world import PERIOD, World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 2
HOST = "http://localhost"
QUIET = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def _connection_kept() -> Iterator[None]:
    """Requests come through the server's own door, which closes old connections; the test's transaction is on one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def fuzz(world: World, month: Slice, _connection_kept: None) -> Callable[[str], int]:
    """Fuzzes all operations as a person; the number of answers that were looked at."""

    def run(name: str) -> int:
        key = api_token_create(actor=world.cast.scope(name), days=1)[1]
        # The server's own door is no client: nobody stands there who would unpack a compressed answer.
        headers = {
            "Authorization": f"Bearer {key}",
            "Accept-Language": "en",
            "Accept-Encoding": "identity",
        }
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/schema/", WSGIHandler(), headers=headers, base_url=HOST
        )
        answers = 0
        for result in schema.get_all_operations():
            for mode in modes(result.ok()):
                for fixed in paths(world, result.ok()):
                    answers += fuzz_operation(result.ok(), mode, headers, fixed)
        return answers

    return run


def modes(operation: Any) -> list[GenerationMode]:
    """Right and wrong input; of what takes none nothing can be wrong."""
    takes = any((operation.path_parameters, operation.query, operation.headers, operation.body))
    return list(GenerationMode) if takes else [GenerationMode.POSITIVE]


def paths(world: World, operation: Any) -> list[dict[str, Any] | None]:
    """Generated parameters of the path, and those that lead to rows of the world."""
    numbers = {
        "/executions/": world.tomsk.pk,
        "/protocols/": world.issued.pk,
        "/assignments/": world.tomsk.assignment_id,
    }
    known = {
        "id": next((pk for part, pk in numbers.items() if part in operation.path), 1),
        "evidence_id": world.evidence.pk,
        "period": PERIOD,
        "execution": world.tomsk.code,
        "code": "70-001" if "/clusters/" in operation.path else "70",
    }
    own = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
    return [None, own] if own else [None]


def fuzz_operation(
    operation: Any, mode: GenerationMode, headers: dict[str, str], fixed: dict[str, Any] | None
) -> int:
    answers = []

    @QUIET
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=fixed))
    def conforms(case: Any) -> None:
        answers.append(case.call_and_validate(base_url=HOST, headers=headers, checks=CHECKS).status_code)

    conforms()
    return len(answers)


@pytest.mark.parametrize("name", ["controller", "tomsk_coordinator"])
def test_generated_input_never_breaks_the_server_or_the_schema(fuzz: Callable[[str], int], name: str) -> None:
    assert fuzz(name) >= 200
