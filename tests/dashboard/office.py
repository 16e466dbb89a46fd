"""Work of every kind for the pages of the dashboard, made directly, and small readers of their answers."""

import io
import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from assignments.models import Assignment, Execution
from clusters.models import Cluster
from common import clock
from rating.models import Methodology, Slice
from rating.services import methodologies_load
from regions.models import Region
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast

TODAY = date(2026, 3, 10)
ISSUED_LONG_AGO = datetime(2026, 1, 12, 9, tzinfo=NOW.tzinfo)


def methodology() -> Methodology:
    """The version of the methodology that ships with the portal."""
    methodologies_load()
    return Methodology.objects.get()


def item(number: int, due: date, **changes: Any) -> Assignment:
    """An item due on a day, issued in January."""
    return issued_item(str(number), due=due, at=ISSUED_LONG_AGO, **changes)


def work(
    places: Sequence[Cluster | Region], due: date, *, number: int | None = None, **changes: Any
) -> list[Execution]:
    """Executions due on a day, issued in January, one per place."""
    number = number or Assignment.objects.count() + 1
    return put_on_control(places, item(number, due, **changes), at=ISSUED_LONG_AGO)


def one_of_each(cast: Cast) -> dict[str, Execution]:
    """One execution of Tomsk in every group of the inbox, named by the group, and one returned."""
    days = {"critical": -40, "overdue": -5, "soon": 2, "later": 20, "review": -3, "returned": -2}
    rows = {
        name: work([cast.tomsk_machines], TODAY + timedelta(days=shift))[0] for name, shift in days.items()
    }
    Desk(cast, rows["review"]).at(9, "submit")
    Desk(cast, rows["returned"]).at(8, "submit")
    Desk(cast, rows["returned"]).at(9, "return", empty=True)
    return {name: Execution.objects.get(pk=row.pk) for name, row in rows.items()}


def hand_in(cast: Cast, executions: Sequence[Execution], day: int = 9) -> None:
    """Reports on a day of March by the coordinators of the regions."""
    for execution in executions:
        who = "tomsk_coordinator" if execution.region_id == cast.tomsk.code else "omsk_coordinator"
        Desk(cast, execution).at(day, "submit", who)


def published(period: str = "2026-01") -> Slice:
    """A month that the portal closed and published."""
    from common.scope import SYSTEM
    from rating.services import slice_close, slice_publish

    found = slice_close(actor=SYSTEM, period=period)
    return slice_publish(actor=SYSTEM, slice_id=found.pk)


def page(name: str, *args: Any) -> str:
    return reverse(f"dashboard:{name}", args=args)


def list_url(name: str, form: str = "xlsx", query: str = "") -> str:
    """The address of a list as a file."""
    return f"{reverse('dashboard:list-table', args=[name, form])}?{query}"


def table_in(content: bytes) -> list[list[Any]]:
    """The rows of the table in an exported workbook, headings first: what stands above them is left out."""
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return rows[next(place for place, row in enumerate(rows) if place and not any(map(str, row))) + 1 :]


def text_of(client: Client, url: str, status: int = 200) -> str:
    """The answer as one line of text with plain spaces."""
    answer = client.get(url)
    assert answer.status_code == status, answer.status_code
    return flat(answer.content.decode())


def flat(html: str) -> str:
    """HTML with its non-breaking spaces and line ends as plain spaces."""
    return re.sub(r"\s+", " ", html.replace("\u00a0", " ").replace("&nbsp;", " "))


def shown(html: str) -> str:
    """What a reader sees: the text without tags."""
    return flat(re.sub(r"<[^>]+>", " ", html))


def ids_of(html: str) -> list[int]:
    """Executions that a page links to, in its order, each once."""
    return list(dict.fromkeys(int(pk) for pk in re.findall(r'href="/executions/(\d+)/', html)))


def key() -> str:
    """The key of a fresh form."""
    return uuid.uuid4().hex


def act_fields(execution: Execution, **changes: Any) -> dict[str, Any]:
    """What a browser sends with every act."""
    version = Execution.objects.get(pk=execution.pk).version
    return {"version": version, "submission_key": key()} | changes


def at_noon(day: int) -> Any:
    """The clock on a day of March 2026."""
    return clock.at(datetime(2026, 3, day, 9, tzinfo=NOW.tzinfo))
