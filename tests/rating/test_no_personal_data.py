"""Nothing of people is in what the rating gives away: no name, address, telephone or word that somebody wrote."""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django.fixtures import Settings

from accounts.models import Leave, User
from assignments.services.notes import execution_note_write
from common import clock
from common.scope import SYSTEM
from rating.models import ItemShare, Slice
from rating.services import slice_close, slice_publish, slice_revise
from regions.models import RegionalAuthority
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.office import methodology
from tests.files import samples
from tests.rating.appeals import AFTER, OPENED_AT, PERIOD, March
from tests.rating.readers import BACKEND

pytestmark = pytest.mark.django_db
CORRECTED = datetime(2026, 4, 15, 9, tzinfo=UTC)
OF_PLACES_AND_THINGS = {
    "regions.federaldistrict", "regions.region", "clusters.industry", "clusters.cluster", "clusters.organisation",
    "clusters.association", "clusters.process", "assignments.protocol", "assignments.assignment", "rating.slice",
}  # fmt: skip
"""Tables whose texts may be public: they name places and things, or say why a month was corrected. No others may."""
OF_PEOPLE = {
    "accounts.user", "accounts.leave", "regions.regionalauthority", "regions.authorityhead",
    "assignments.executionevent", "assignments.executionnote", "files.storedfile", "notifications.outboundmail",
    "rating.objection",
}  # fmt: skip
"""Tables that the world of this test must have filled, or it would prove nothing."""
BOTH = (
    "embed", "badge", "districts", "district", "clusters", "items", "item", "changes", "scorecard", "compare", "audit",
)  # fmt: skip
"""What has an address of a month and one of a revision."""
OF_THE_API = (
    "slice", "slice-region", "slice-districts", "slice-changes", "slice-items", "slice-item", "slice-clusters",
    "slice-audit",
)  # fmt: skip
WRITTEN = re.compile(r"[а-яё]|@[\w-]+\.|\+7|\.(pdf|png)$", re.IGNORECASE)
"""What a person may have written; codes, digests and keys of the portal are Latin."""


@pytest.fixture
def month(cast: Cast, settings: Settings) -> Slice:
    """March with reports, remarks, files, notes, objections, leaves and telephones, published and corrected."""
    settings.AUDIT_FILE_IS_PUBLIC = True
    methodology()
    User.objects.filter(pk=cast.tomsk_coordinator.pk).update(phone="+7 3822 51-00-00 доб. 7")
    RegionalAuthority.objects.update(phone="+7 3822 52-11-11")
    Leave.objects.create(
        membership=cast.tomsk_coordinator.memberships.get(),
        stand_in=cast.tomsk_deputy.memberships.get(),
        starts_on=date(2026, 3, 3),
        ends_on=date(2026, 3, 4),
        document="Приказ № 17-к",
        recorded_at=OPENED_AT,
    )
    about = _worked_on(cast)
    about.open()
    about.dismiss(about.object())
    about.uphold(about.object(about.reviewed))
    administrator = cast.scope("administrator")
    with clock.at(AFTER):
        slice_publish(actor=administrator, slice_id=about.slice.pk)
    with clock.at(CORRECTED):
        second = slice_revise(
            actor=SYSTEM, period=PERIOD, corrections_as_of=AFTER, reason="Исправление марта"
        )
        return slice_publish(actor=cast.scope("methodologist"), slice_id=second.pk)


def _worked_on(cast: Cast) -> March:
    def put(number: int, cluster: Any) -> Any:
        return put_on_control([cluster], issued_item(str(number)))[0]

    missed, reviewed, on_time = (put(number, cast.tomsk_machines) for number in (1, 2, 3))
    omsk_missed = put(4, cast.omsk_machines)
    files = [
        samples.upload(samples.PDF, "приказ Щёкина.pdf"),
        samples.upload(samples.image("PNG"), "паспорт.png"),
    ]
    Desk(cast, reviewed).at(10, "submit", text="Набор завершён, отвечает Зоя Квитко.", files=files)
    Desk(cast, reviewed).at(12, "return", remark="Позвоните мне: 8 905 123-45-67.")
    Desk(cast, reviewed).at(24, "submit", text="Приказ приложен.")
    Desk(cast, on_time).at(18, "submit", text="Сдано вовремя.")
    with clock.at(datetime(2026, 3, 11, 9, tzinfo=UTC)):
        execution_note_write(
            actor=cast.scope("tomsk_coordinator"),
            execution_id=missed.pk,
            text="Ждём ответа Зои Квитко.",
            version=0,
        )
    with clock.at(OPENED_AT):
        return March(cast, missed, reviewed, on_time, omsk_missed, slice_close(actor=SYSTEM, period=PERIOD))


def texts_of_people() -> dict[str, set[str]]:
    """Everything that people wrote or that names them, with the tables where it stands."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for model in apps.get_models():
        if model.__module__.startswith("django"):
            continue
        fields = [
            field.name for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField | JSONField) and not field.choices
        ]  # fmt: skip
        for row in model._base_manager.values(*fields) if fields else ():
            for value in row.values():
                for text in _strings(value):
                    if len(text) > 2 and WRITTEN.search(text):
                        found[text].add(model._meta.label_lower)
    return {text: tables for text, tables in found.items() if not tables & OF_PLACES_AND_THINGS}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def addresses(slice_: Slice, cast: Cast) -> dict[str, list[str]]:
    """Every address under which the rating gives files and pages to others, by its name."""
    period, number, region = slice_.period, slice_.revision, cast.tomsk.pk
    item = ItemShare.objects.filter(slice=slice_).values_list("assignment", flat=True)[0]
    parts: dict[str, list[Any]] = {
        "badge": [region], "clusters": [region], "clusters-table": [region], "district": [cast.tomsk.district_id],
        "item": [item], "scorecard": [region], "slice-region": [region], "slice-clusters": [region],
        "slice-item": [item],
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for name in ("latest", "feed", "check", "columns", "columns-json", "embed-latest", "method", "for-sites"):
        found[name] = [reverse(f"rating:{name}")]
    found["badge-latest"] = [reverse("rating:badge-latest", args=[region])]
    for name in BOTH:
        own = parts.get(name, [])
        found[name] = [reverse(f"rating:{name}", args=[period, *own])]
        found[f"{name}-revision"] = [reverse(f"rating:{name}-revision", args=[period, number, *own])]
    for name in ("export", "districts-table", "clusters-table", "items-table", "changes-table"):
        own = parts.get(name, [])
        for form in ("csv", "xlsx", "json"):
            found.setdefault(name, []).append(reverse(f"rating:{name}", args=[period, *own, form]))
            found.setdefault(f"{name}-revision", []).append(
                reverse(f"rating:{name}-revision", args=[period, number, *own, form])
            )
    found["month"] = [reverse("rating:month", args=[period])]
    found["revision"] = [reverse("rating:revision", args=[period, number])]
    for name in OF_THE_API:
        found[f"api:{name}"] = [reverse(f"api:{name}", args=[period, *parts.get(name, [])])]
    found["api:slices"], found["api:columns"] = [reverse("api:slices")], [reverse("api:columns")]
    return found


def read(client: Client, url: str) -> str:
    """All text of an answer, whatever holds it."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    content: bytes = answer.content
    if content.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(content))
        content = b" ".join(book.read(name) for name in book.namelist())
    text = content.decode("utf-8-sig")
    if "json" in answer.headers["Content-Type"]:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    if answer.headers["Content-Type"].startswith("text/html"):
        text = text.partition("<main")[2] or text  # the frame of a page names its own reader
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def told(text: str, secrets: dict[str, set[str]]) -> dict[str, set[str]]:
    """What of people stands in a text as whole words."""
    return {
        secret: where for secret, where in secrets.items()
        if secret in text and re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text)
    }  # fmt: skip


def test_nothing_of_people_leaves_with_the_rating(month: Slice, cast: Cast) -> None:
    secrets = texts_of_people()
    assert set().union(*secrets.values()) >= OF_PEOPLE
    controller = Client()
    controller.force_login(cast.controller, backend=BACKEND)

    for name, urls in addresses(month, cast).items():
        for url in urls:
            outsider = Client()
            is_open = outsider.get(url).status_code == 200
            assert told(read(outsider if is_open else controller, url), secrets) == {}, name


def test_what_looks_for_people_finds_them_where_they_are(month: Slice, cast: Cast) -> None:
    controller = Client()
    controller.force_login(cast.controller, backend=BACKEND)
    page = read(controller, reverse("dashboard:region", args=[cast.tomsk.pk]))

    assert {"Щёкин", "+7 3822 52-11-11"} & told(page, texts_of_people()).keys()


def test_every_file_of_the_rating_is_looked_into(month: Slice, cast: Cast) -> None:
    """A new file must be looked into as well; letters, objections and the digest of the month are for named readers."""
    patterns = get_resolver("rating.urls").url_patterns
    files = {
        str(one.name) for one in patterns
        if re.search(r"\.(<data_format:form>|json|svg|atom)$", str(one.pattern))
    }  # fmt: skip

    assert files <= addresses(month, cast).keys()
    assert "audit-revision" in files
