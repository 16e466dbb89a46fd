"""The letter on paper: one page of every kind, tagged, for the archive, the same bytes, words that people edit."""

from email.message import EmailMessage
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import OperationalError, connection
from django.test import Client
from python_calamine import load_workbook

from common import clock
from common.errors import InvalidInput, NotAllowed
from common.scope import SYSTEM, Role, Scope
from notifications.enums import StaffTaskKind
from notifications.long_work import work_of
from notifications.models import LongTask, OutboundMail, StaffTask
from rating.enums import LetterKind
from rating.letter_paper import letter_pdf
from rating.letter_samples import sample_letters
from rating.letter_words import LetterWords
from rating.models import LetterLink, LetterTemplate, RatingLetter
from rating.models.letter_templates import TEXT_FIELDS
from rating.services import (
    letter_template_return,
    letter_template_save,
    letters_queue,
    slice_close,
    slice_publish,
)
from rating.services.letter_templates import NO_TABLE
from regions.models import AuthorityHead
from tests.rating.mailroom import PUBLISHED_AT, appoint, loaded, message, part, published
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
KEEPER = Scope(user_id=None, roles=frozenset({Role.METHODOLOGIST}))


def texts(**changes: str) -> dict[str, str]:
    """The words of the portal with some of them changed."""
    words = LetterWords()
    return {field: getattr(words, field) for field in TEXT_FIELDS} | changes


def attached(mail: EmailMessage) -> dict[str, bytes]:
    """Attachments by the end of their name."""
    return {str(part.get_filename())[-4:]: part.get_content() for part in mail.iter_attachments()}


def test_the_mail_carries_paper_and_workbook_under_russian_names_in_seven_bits() -> None:
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    published()
    letter = RatingLetter.objects.get()
    assert bytes(letter.mail.payload).isascii()
    names = [str(part.get_filename()) for part in message(letter).iter_attachments()]
    assert names == [
        "Письмо о рейтинге, 77, 2023-11, редакция 1.pdf",
        "Потери и поручения, 77, 2023-11, редакция 1.xlsx",
    ]
    files = attached(message(letter))
    pdf = files[".pdf"]
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Marked true" in pdf
    assert b"/StructTreeRoot" in pdf
    rows = load_workbook(BytesIO(files["xlsx"])).get_sheet_by_index(0).to_python()
    lost = [row[-1] for row in rows if isinstance(row[-1], int | float)]
    with ZipFile(BytesIO(files["xlsx"])) as archive:
        assert b"2023-12-08T00:00:00Z" in archive.read("docProps/core.xml")
    assert round(sum(lost), 2) == 29.29


def test_every_kind_of_letter_is_set_and_the_same_words_give_the_same_bytes() -> None:
    first = {kind: letter_pdf(source, NO_TABLE) for kind, source in sample_letters(LetterWords()).items()}
    assert set(first) == {"correction", "red", "few", "green", "no_due", "no_clusters"}
    assert all(pdf.count(b"/Type /Page\n") <= 2 for pdf in first.values())
    again = letter_pdf(sample_letters(LetterWords())["red"], NO_TABLE)
    assert again == first["red"]


def test_saved_words_stand_in_the_next_letters_and_earlier_ones_come_back_as_a_new_version() -> None:
    saved = letter_template_save(
        actor=KEEPER, texts=texts(closing="Ждём предложений до {возражения_до}.", phone="+7 (000) 000-00-00"),
        note="просили на совещании", based_on=0,
    )  # fmt: skip
    letter_template_save(actor=KEEPER, texts=texts(), note="короче", based_on=saved.number)
    third = letter_template_return(actor=KEEPER, number=1, based_on=2)
    assert (third.number, third.returns_to, third.closing) == (3, 1, saved.closing)
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    published()
    letter = RatingLetter.objects.get()
    for kind in ("plain", "html"):
        assert "Ждём предложений до 28 декабря 2023 г." in part(letter, kind)
        assert "+7 (000) 000-00-00" in part(letter, kind)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"closing": "Первая.\nДо {срока}."}, "closing", "Строка 2"),
        ({"opening_few": "Нет {месяц"}, "opening_few", "Строка 1"),
        ({"own_name": " "}, "own_name", ""),
        ({"closing": "о" * 401}, "closing", "400"),
    ],
)
def test_words_that_cannot_be_set_are_refused_by_field_and_line(
    changes: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        letter_template_save(actor=KEEPER, texts=texts(**changes), note="проба", based_on=0)
    assert field in refusal.value.errors
    assert words in str(refusal.value.errors[field])
    assert not LetterTemplate.objects.exists()


def test_words_that_do_not_fit_the_page_are_refused_and_the_version_in_force_stays() -> None:
    with pytest.raises(InvalidInput, match="сверстать"):
        letter_template_save(
            actor=KEEPER, texts=texts(letterhead="\n".join("А" * 99), own_name="\n".join("Б" * 99)), note="проба",
            based_on=0,
        )  # fmt: skip
    assert not LetterTemplate.objects.exists()


def test_two_people_cannot_overwrite_each_other_and_others_may_not_edit() -> None:
    letter_template_save(actor=KEEPER, texts=texts(), note="первая", based_on=0)
    with pytest.raises(InvalidInput, match="1"):
        letter_template_save(actor=KEEPER, texts=texts(), note="вторая", based_on=0)
    with pytest.raises(NotAllowed):
        letter_template_save(actor=Scope(), texts=texts(), note="чужая", based_on=1)


def test_many_letters_are_written_by_the_worker_after_the_publication_and_only_once(settings: Any) -> None:
    settings.LONG_LETTERS = 3
    settings.RATING_SECOND_PERSON = False
    loaded("case3")
    draft = slice_close(actor=SYSTEM, period="2023-11")
    keeper = reader("methodologist")
    noted: list[tuple[str, int, int]] = []
    with clock.at(PUBLISHED_AT):
        answer = keeper.post(f"/rating/2023-11/r{draft.revision}/publish/", follow=True)
        assert "Письма составляются" in answer.content.decode().replace("\u00a0", " ")
        assert not RatingLetter.objects.exists()
        task = LongTask.objects.get(kind="rating.letters")
        for _attempt in range(2):  # a worker that died after its work is followed by another
            result = work_of(task).run(task, lambda *note: noted.append(note))
    assert RatingLetter.objects.count() == OutboundMail.objects.filter(kind="rating-letter").count() == 7
    assert result["letters"] == 0
    assert noted[6:] == [("letters", 7, 7)]


def test_a_head_without_dative_stops_no_other_letter_and_opens_a_task() -> None:
    loaded("case3")
    AuthorityHead.objects.filter(authority__region="R3").update(name_dative="")
    slice_ = published()
    sent = set(RatingLetter.objects.values_list("region", flat=True))
    assert sent == {"R1", "R2", "R4", "R5", "R6", "R7"}
    task = StaffTask.objects.open().get(object_key="region:R3")
    assert task.kind == StaffTaskKind.MAIL_FAILED
    AuthorityHead.objects.filter(authority__region="R3").update(name_dative="Верховской А. С.")
    with clock.at(PUBLISHED_AT):
        again = letters_queue(slice=slice_, actor=SYSTEM)
    assert "R3" in {letter.region_id for letter in again}


def test_a_page_that_cannot_be_set_opens_a_task_with_the_reason_and_the_publication_stands() -> None:
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    words = {**texts(), "letterhead": "А\n" * 99}  # past the proof of the service
    broken = LetterTemplate.objects.create(**words, number=1, note="", created_at=PUBLISHED_AT)
    slice_ = published()
    assert not slice_.is_draft
    assert not OutboundMail.objects.exists()
    task = StaffTask.objects.open().get(object_key="region:77")
    assert "не удалось сверстать: письмо не помещается на один лист" in task.reason
    LetterTemplate.objects.create(
        **texts(), number=2, returns_to=broken.number, note="", created_at=PUBLISHED_AT
    )
    with clock.at(PUBLISHED_AT):
        assert len(letters_queue(slice=slice_, actor=SYSTEM)) == 1


def test_a_letter_that_cannot_be_written_for_any_reason_is_a_task_and_the_others_go() -> None:
    loaded("case3")
    # Past the proof of the service: a KeyError while the letter is written.
    words = {**texts(), "opening_few": "До {срока}."}
    LetterTemplate.objects.create(**words, number=1, note="", created_at=PUBLISHED_AT)
    slice_ = published()
    few = set(slice_.scores.filter(status="few").values_list("region", flat=True))
    assert few
    assert set(RatingLetter.objects.values_list("region", flat=True)) == (
        set(slice_.scores.values_list("region", flat=True)) - few
    )
    for code in few:
        task = StaffTask.objects.open().get(object_key=f"region:{code}")
        assert task.kind == StaffTaskKind.MAIL_FAILED
        assert "срока" in task.reason
    assert not LetterLink.objects.filter(region__in=few).exists()
    LetterTemplate.objects.create(**texts(), number=2, note="", created_at=PUBLISHED_AT)
    with clock.at(PUBLISHED_AT):
        assert {letter.region_id for letter in letters_queue(slice=slice_, actor=SYSTEM)} == few


def test_a_database_that_fails_is_no_fault_of_a_letter_and_stops_the_publication() -> None:
    loaded("case3")
    with connection.execute_wrapper(_no_links), pytest.raises(OperationalError, match="gone"):
        published()
    assert not StaffTask.objects.filter(kind=StaffTaskKind.MAIL_FAILED).exists()
    assert not OutboundMail.objects.exists()


def _no_links(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """A database that is gone when the first link is written."""
    if sql.startswith('INSERT INTO "rating_letterlink"'):
        raise OperationalError("gone")
    return execute(sql, params, many, context)


def test_the_preview_shows_what_would_go_and_a_test_goes_to_oneself_alone() -> None:
    loaded("case3")
    draft = slice_close(actor=SYSTEM, period="2023-11")
    AuthorityHead.objects.filter(authority__region="R2").update(emails=[])
    keeper, coordinator = reader("methodologist"), reader("foreign")
    with clock.at(PUBLISHED_AT):
        page = keeper.get("/rating/2023-11/r1/letters/")
        foreseen = keeper.get("/rating/2023-11/r1/letters/R4/pdf/")
        tried = keeper.post("/rating/2023-11/r1/letters/R4/test/")
        slice_publish(actor=SYSTEM, slice_id=draft.pk)
    assert page.status_code == 200
    assert "нет адреса" in page.content.decode()
    assert foreseen["Content-Type"] == "application/pdf"
    assert tried.status_code == 302
    mail = OutboundMail.objects.get(kind="rating-letter-test")
    assert mail.subject.startswith("Проверка")
    assert mail.recipient_email == "methodologist@example.org"
    letter = RatingLetter.objects.originals().get(region="R4")
    copy = RatingLetter.objects.get(region="R4", kind=LetterKind.COPY)
    assert attached(message(copy))[".pdf"] == foreseen.content  # all but the personal link of the head
    assert coordinator.get(f"/letters/{copy.pk}/pdf/").content == foreseen.content
    assert keeper.get(f"/letters/{letter.pk}/pdf/").content == attached(message(letter))[".pdf"]
    assert coordinator.get(f"/letters/{letter.pk}/pdf/").status_code == 403
    assert coordinator.get(f"/letters/{letter.pk}/xlsx/").status_code == 200
    assert reader("coordinator").get("/rating/2023-11/r1/letters/").status_code == 403


def test_the_page_of_the_template_saves_refuses_previews_and_returns(as_person: Any) -> None:
    keeper: Client = as_person("methodologist")
    assert keeper.get("/letters/template/").status_code == 200
    data = {**texts(closing="Ждём ответа."), "note": "проба", "based_on": "0"}
    assert keeper.post("/letters/template/", {**data, "preview": "1"}).content.startswith(b"%PDF")
    assert keeper.post("/letters/template/", data).status_code == 302
    refused = keeper.post("/letters/template/", {**data, "closing": "{срок}", "based_on": "1"})
    assert refused.status_code == 400
    assert "{срок}" in refused.content.decode()
    assert keeper.post("/letters/template/", {**data, "closing": "", "based_on": "1"}).status_code == 302
    assert keeper.post("/letters/template/1/").status_code == 302
    assert LetterTemplate.objects.first().closing == "Ждём ответа."
    assert as_person("controller").get("/letters/template/").status_code == 403
