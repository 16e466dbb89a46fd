"""What the API shows in its tests, and short hands to ask for it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from assignments.enums import AddresseeKind
from assignments.models import Evidence, Execution, Protocol
from common.scope import SYSTEM
from rating.models import Slice
from rating.services import methodologies_load, slice_close, slice_publish
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast
from tests.files.samples import PDF

V1 = "/api/v1/"
PERIOD = "2026-01"
LONG_AGO = datetime(2026, 1, 12, 9, tzinfo=NOW.tzinfo)
EVERYBODY = (
    "administrator",
    "controller",
    "methodologist",
    "tomsk_coordinator",
    "tomsk_deputy",
    "omsk_coordinator",
    "tomsk_minister",
    "chair",
    "newcomer",
    "public",
)
CENTRE = ("administrator", "controller", "methodologist")


@dataclass(frozen=True)
class World:
    """Rows by their place: one execution of Tomsk with a report in review, one of Omsk, one of a coordinator."""

    cast: Cast
    tomsk: Execution
    omsk: Execution
    chukotka: Execution
    evidence: Evidence
    issued: Protocol
    draft: Protocol

    def at(self, execution: Execution) -> Execution:
        return Execution.objects.get(pk=execution.pk)


def build_world(cast: Cast) -> World:
    """Issued in January, one item long overdue, one due in March, one addressed to coordinators."""
    methodologies_load()
    item = issued_item("1", due=date(2026, 1, 28), at=LONG_AGO)
    due_later = issued_item("2", due=date(2026, 3, 20), at=LONG_AGO)
    for_regions = issued_item("3", due=date(2026, 3, 18), at=LONG_AGO, addressee=AddresseeKind.REGIONS)
    put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], item, at=LONG_AGO)
    tomsk, omsk = put_on_control([cast.tomsk_machines, cast.omsk_machines], due_later, at=LONG_AGO)
    (chukotka,) = put_on_control([cast.chukotka], for_regions, at=LONG_AGO)
    report = SimpleUploadedFile("приказ.pdf", PDF, "application/pdf")
    event = Desk(cast, tomsk).at(9, "submit", files=[report])
    draft = Protocol.objects.create(
        number="8", held_on=date(2026, 3, 9), meeting_title="Черновик", created_at=NOW
    )
    return World(
        cast=cast,
        tomsk=tomsk,
        omsk=omsk,
        chukotka=chukotka,
        evidence=Evidence.objects.get(event=event),
        issued=item.protocol,
        draft=draft,
    )


def publish(period: str = PERIOD) -> Slice:
    """Close a month and publish it."""
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=period).pk)


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    """The JSON of an answer with this status."""
    answer = client.get(V1 + path, headers=headers)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def post(client: Client, path: str, body: Any, status: int = 200) -> Any:
    """The JSON of the answer to a JSON body."""
    answer = client.post(V1 + path, json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def rows(client: Client, path: str, status: int = 200) -> list[Any]:
    """All results of a list."""
    return get(client, path, status)["results"]


def attrs(body: Any) -> set[str | None]:
    """What the errors of an answer are about."""
    return {error["attr"] for error in body["errors"]}


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of the first error."""
    return answer.status_code, json.loads(answer.content)["errors"][0]["code"]
