"""A closed meeting becomes a protocol on paper: made, returned with a remark, agreed, signed, issued; DOCX and PDF."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assignments.models import Execution
from clusters.models import Cluster
from common import clock
from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingProtocol
from meetings.papers.shipped import shipped_template
from tests.assignments.drafts import load_rules
from tests.cast import Cast
from tests.e2e.conftest import Visit
from tests.e2e.papers import converted, pictures_of_pdf, text_of_pdf, widest_word
from tests.e2e.visitors import WAYS, Visitor, plain
from tests.files.samples import PDF
from tests.meetings.builders import decision, item, meeting
from tests.meetings.minutes import assigned

pytestmark = pytest.mark.browser

DUE = date(2026, 12, 11)
STRANGE = "«Ёлка & сыновья» <’№ 1’>"


def held(cast: Cast) -> Meeting:
    """A closed meeting whose words are hard on a document: signs of markup, long words, sixty clusters by hand."""
    load_rules()
    clusters = [
        Cluster.objects.create(
            code=f"70-9{number:02}", region=cast.tomsk, name=f"Кластер {number}", industry=cast.machines,
            kind="opc", cohort_year=2024,
        )
        for number in range(60)
    ]  # fmt: skip
    made = meeting(
        MeetingState.CLOSED, cast.tomsk, cast.omsk, title=f"Совещание {STRANGE}", starts_at=clock.now(),
        chair=cast.administrator, chair_name="А. Б. Председателева", chair_post="Руководитель центра",
        secretary_name="С. С. Секретарёва", secretary_post="Методист", place="Москва",
    )  # fmt: skip
    for row in made.invitations.all():
        row.clusters.update(present=True, marked_at=clock.now(), marked_way="list")
    first = item(
        made, title="О ходе набора", position=1, speaker="В. В. Докладчик", text="Набор идёт.\nСрок близок."
    )
    decision(first, text="Принять информацию к сведению.", position=1)
    codes = [row.code for row in clusters]
    assigned(first, text="Представить сведения.", position=2, due_on=DUE, audience={"clusters": codes})
    second = item(made, title="Сверхдлинноесловобезпробелов" * 6, position=2)
    assigned(second, text="Проверить адрес https://portal.example/" + "a/b?c=" * 30, due_on=DUE)
    assigned(second, text="Сообщить о закупках.", due_on=DUE, addressee="regions", position=2)
    return made


def agreed_by(administrator: Visitor, address: str) -> None:
    administrator.open(address)
    administrator.send(administrator.form("/agree/"))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_meeting_becomes_a_protocol_that_is_issued_with_its_assignments(
    visit: Visit, cast: Cast, way: Mapping[str, Any]
) -> None:
    made = held(cast)
    address = f"/meetings/{made.pk}/protocol/"
    controller, administrator = visit("controller", **way), visit("administrator", **way)
    controller.open(address)
    controller.is_pleased("task-minutes-none")
    controller.send(controller.form("/make/"))
    controller.is_pleased("task-minutes-draft")
    controller.hands.tick(controller.page.locator(f"input[name=approvers][value='{cast.administrator.pk}']"))
    controller.send(controller.form("/send/"))

    administrator.open("/meetings/approvals/")
    administrator.is_pleased("task-minutes-approvals")
    administrator.follow("main tbody a")
    administrator.is_pleased("task-minutes-asked")
    administrator.follow("a[href$='/remark/']")
    administrator.hands.write(administrator.page.locator("textarea[name^=item_]").first, "Уточните срок.")
    administrator.is_pleased("task-minutes-remark")
    administrator.send("main form")

    controller.open(address)
    assert "Уточните срок." in controller.text(".minutes__item")
    controller.is_pleased("task-minutes-remarked")
    controller.open(f"{address}edit/")
    controller.hands.write(controller.page.locator("#id_control_clause"), "Контроль возложить на методиста.")
    controller.is_pleased("task-minutes-edit")
    controller.send("main form")
    controller.hands.tick(controller.page.locator(f"input[name=approvers][value='{cast.administrator.pk}']"))
    controller.send(controller.form("/send/"))
    agreed_by(administrator, address)

    controller.open(address)
    controller.is_pleased("task-minutes-agreed")
    controller.send(controller.form("/sign/"))
    scan = {"name": "Скан.pdf", "mimeType": "application/pdf", "buffer": PDF}
    controller.hands.attach(controller.page.locator("input[type=file]"), scan)
    controller.send(controller.form("/scan/"))
    controller.is_pleased("task-minutes-signed")
    controller.open(f"{address}issue/")
    controller.is_pleased("task-minutes-issue")
    assert not Execution.objects.exists()
    controller.follow("form[action$='/issue/'] button[type=submit]", times=2)
    controller.page.wait_for_url(f"**{address}")
    controller.is_pleased("task-minutes-issued")

    assert MeetingProtocol.objects.get().is_issued
    assert Execution.objects.count() == 60 + 64 + 3
    coordinator = visit("tomsk_coordinator", **way)
    coordinator.open(address)
    coordinator.is_pleased("task-minutes-of-a-region")


def test_the_protocol_on_paper_reads_right_in_other_programs(
    visit: Visit, cast: Cast, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    made = held(cast)
    controller = visit("controller")
    address = f"/meetings/{made.pk}/protocol"
    controller.open(f"{address}/")
    controller.send(controller.form("/make/"))
    papers = {}
    for form in ("docx", "pdf"):
        with controller.page.expect_download() as coming:
            controller.page.locator(f"a[href$='protocol.{form}']").click()
        papers[form] = tmp_path / f"protocol.{form}"
        coming.value.save_as(papers[form])

    (as_pdf,) = converted([papers["docx"]], "pdf", tmp_path)
    for paper in (as_pdf, papers["pdf"]):
        words = plain(text_of_pdf(paper))
        place = 0
        for part in (
            "ПРОТОКОЛ", f"Совещание {STRANGE}", "№ 1-пр", "Председательствующий: А. Б. Председателева",
            "I. О ходе набора", "СЛУШАЛИ:", "В. В. Докладчик", "РЕШИЛИ:", "1.1. Принять информацию", "1.2. Представить",
            "60 кластеров (приложение 2)", "не позднее 11.12.2026 включительно", "2.1. Проверить адрес",
            "2.2. Сообщить", "Контроль за исполнением", "Руководитель центра", "С. С. Секретарёва", "Разослано:",
            "Приложение 1", "Приложение 2", "Перечень исполнителей по пункту 1.2", "Кластер 59",
        ):  # fmt: skip
            assert part in words[place:], f"{part} is not in its place"
            place = words.index(part, place)
        right, width = widest_word(paper)
        assert right <= width
    pictures_of_pdf(as_pdf, "document-minutes-docx", pages=4)
    pictures_of_pdf(papers["pdf"], "document-minutes-pdf", pages=4)
    root: Any = PdfReader(papers["pdf"]).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "ru"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_template_is_changed_on_its_page(visit: Visit, cast: Cast, way: Mapping[str, Any]) -> None:
    controller = visit("controller", **way)
    controller.open("/meetings/protocol-template/")
    bad = {"name": "шаблон.docx", "mimeType": "application/octet-stream", "buffer": PDF}
    controller.hands.attach(controller.page.locator("input[type=file]"), bad)
    controller.hands.write(controller.page.locator("#id_note"), "Другой шрифт.")
    with controller.refused(400), controller.page.expect_response("**/protocol-template/"):
        controller.hands.press(controller.page.locator("main form button[type=submit]"))
    controller.page.wait_for_selector(".summary")
    controller.is_pleased("task-minutes-template")
    good = {**bad, "buffer": shipped_template()}
    controller.hands.attach(controller.page.locator("input[type=file]"), good)
    controller.send("main form")
    assert "Другой шрифт." in controller.text()
