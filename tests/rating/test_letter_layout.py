"""The layout of the letter that the centre edits: proved before it holds, shut off from files and network, the same
bytes for the same version."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from common import clock
from common.errors import InvalidInput
from common.scope import SYSTEM, Role, Scope
from notifications.models import OutboundMail, StaffTask
from rating import letter_press
from rating.letter_cell import FAULT
from rating.letter_paper import ROOMS, letter_pdf, missing_requisites, page_text
from rating.letter_press import FORBIDDEN, LetterNotSet, shipped_layout
from rating.letter_samples import LONG_TITLE, sample_letters
from rating.letter_words import MOST_CHARACTERS, LetterWords
from rating.models import LetterTemplate, RatingLetter
from rating.models.letter_templates import TEXT_FIELDS
from rating.services import letter_template_return, letter_template_save, letters_queue
from rating.services.letter_templates import NO_TABLE
from tests.rating.mailroom import PUBLISHED_AT, appoint, message, published
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
KEEPER = Scope(user_id=None, roles=frozenset({Role.METHODOLOGIST}))
OTHER = shipped_layout().replace('ink = rgb("#1d3557")', 'ink = rgb("#35571d")')


def texts(**changes: str) -> dict[str, str]:
    """The words and the layout of the portal with some of them changed."""
    words = LetterWords()
    return {field: getattr(words, field) for field in TEXT_FIELDS} | changes


def saved(layout: str, based_on: int = 0) -> LetterTemplate:
    return letter_template_save(actor=KEEPER, texts=texts(layout=layout), note="вёрстка", based_on=based_on)


def paper(layout: str, kind: str = "red") -> bytes:
    return letter_pdf(sample_letters(LetterWords(layout=layout))[kind], NO_TABLE)


def refusal(layout: str) -> str:
    """Why the layout may not hold; it stands at the field of the layout, and the version in force stays."""
    with pytest.raises(InvalidInput) as refused, translation.override("en"):
        saved(layout)
    assert set(refused.value.errors) == {"layout"}
    assert not LetterTemplate.objects.exists()
    return str(refused.value)


def line_of(layout: str, words: str) -> int:
    return 1 + next(number for number, line in enumerate(layout.split("\n")) if words in line)


def test_a_layout_of_the_centre_is_set_like_that_of_the_portal_and_the_same_version_gives_the_same_bytes() -> (
    None
):
    assert paper(OTHER) == paper(OTHER) != paper("")
    assert paper(shipped_layout() + "// a note\n") == paper("")


def test_a_version_holds_its_layout_whole_and_an_earlier_one_comes_back_with_it() -> None:
    first = saved("")
    assert first.layout == shipped_layout()
    second = saved(OTHER.replace("\n", "\r\n"), first.number)
    assert second.layout == OTHER
    third = letter_template_return(actor=KEEPER, number=1, based_on=2)
    assert (third.number, third.layout) == (3, shipped_layout())


def test_letters_are_set_with_the_layout_in_force() -> None:
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    saved(OTHER.replace("[#line]", "[#upper(line)]"))
    published()
    attached = next(iter(message(RatingLetter.objects.get()).iter_attachments())).get_content()
    assert attached.startswith(b"%PDF")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in attached


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("#foo", "there is no name “foo”"),
        ("#strong[", "a bracket or a quotation mark is not closed"),
        ("#letter.rank", "the letter has no value “rank”"),
        ("#text(colour: red)[x]", "there is no argument “colour”"),
        ('#panic("so")', "so"),
    ],
)
def test_a_layout_that_does_not_compile_is_refused_with_the_line_and_the_reason(
    added: str, words: str
) -> None:
    layout = shipped_layout() + added + "\n"
    said = refusal(layout)
    assert f"Line {line_of(layout, added)} of the layout, “{added}”: " in said
    assert words in said


def test_a_layout_of_two_pages_is_refused_even_without_its_own_check() -> None:
    assert "does not fit on one page" in refusal(shipped_layout() + "#pagebreak()\nЕщё.\n")


@pytest.mark.parametrize(
    ("there", "instead", "lacks"),
    [
        ("align(center, letter.salutation)", "[]", "salutation"),
        ("par(letter.post)", "[]", "addressee"),
        ("par(text(size: 9.5pt, letter.number_line))", "[]", "date and outgoing number"),
        ("  letter.signer_post,\n", "  [],\n", "signature"),
        ("for line in letter.foot { par(line) }", "", "executor and the way to check"),
        ("letter.enclosures", "[]", "the list of enclosures"),
    ],
)
def test_a_layout_that_leaves_a_requisite_out_is_refused_by_its_name(
    there: str, instead: str, lacks: str
) -> None:
    layout = shipped_layout().replace(there, instead)
    said = refusal(layout)
    assert "lacks on its page: " in said
    assert lacks in said


def test_a_layout_that_shows_no_losses_or_nothing_at_all_is_found_out() -> None:
    assert "losses and actions" in refusal(
        shipped_layout().replace("heading(level: 2, letter.losses_title)", "return")
    )
    with translation.override("en"):
        empty = missing_requisites(sample_letters(LetterWords(layout="Письмо."))["red"], NO_TABLE)
    assert {"addressee", "signature", "heading"} <= set(empty)


def test_a_page_without_words_for_its_pictures_is_not_for_a_reader_of_the_screen() -> None:
    said = refusal(shipped_layout().replace(", alt: letter.qr_words", ""))
    assert "a reader of the screen" in said
    assert "missing alt text" in said


@pytest.mark.parametrize(
    "reading",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../etc/passwd")',
        '#image("/etc/hostname")',
        '#json("main")',
    ],
)
def test_a_layout_reads_no_files(reading: str) -> None:
    layout = shipped_layout() + reading + "\n"
    said = refusal(layout)
    assert f"Line {line_of(layout, reading)} of the layout, “" in said


def test_a_file_that_is_there_is_not_found_by_a_layout(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("тайна")
    with pytest.raises(LetterNotSet):
        paper(f'{shipped_layout()}#read("{tmp_path / "secret.txt"}")\n')


@pytest.mark.parametrize(
    "fetching",
    [
        '#import "@preview/cetz:0.3.1"',
        '#include "@preview/cetz:0.3.1"',
        '#eval("import \\"@preview/cetz:0.3.1\\"")',
        '#dictionary(std).at("ev" + "al")("1")',
        '#plugin(bytes(""))',
    ],
)
def test_a_layout_may_not_name_what_could_fetch_a_package(fetching: str) -> None:
    layout = shipped_layout() + fetching + "\n"
    said = refusal(layout)
    assert f"Line {line_of(layout, fetching)} of the layout, “{fetching}”: a layout may not use “" in said
    assert not FORBIDDEN.search("import-date re-eval standard")


def test_the_process_that_sets_a_layout_finds_a_shut_door_behind_every_address() -> None:
    asked = {"files": {"main": '#import "@preview/cetz:0.3.1"'}, "inputs": {}, "label": ""}
    with pytest.raises(LetterNotSet) as refused:
        letter_press._in_a_cell(asked)
    assert "Connection refused" in str(refused.value.message)
    assert FAULT != 0


@pytest.mark.parametrize(
    "bomb", ["#let a = range(2000000000)", "#let f(x) = f(x + 1)\n#f(0)", "#while 1 < 2 { [x] }"]
)
def test_a_layout_that_eats_time_or_memory_is_stopped_and_the_portal_lives(bomb: str) -> None:
    with pytest.raises(LetterNotSet):
        paper(shipped_layout() + bomb + "\n")


def test_a_stored_layout_that_no_longer_holds_is_a_task_of_each_region_and_loses_nothing() -> None:
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    LetterTemplate.objects.create(**texts(layout="#foo\n"), number=1, note="", created_at=PUBLISHED_AT)
    slice_ = published()
    assert not OutboundMail.objects.exists()
    assert "foo" in StaffTask.objects.open().get(object_key="region:77").reason
    LetterTemplate.objects.create(**texts(), number=2, note="", created_at=PUBLISHED_AT)
    with clock.at(PUBLISHED_AT):
        assert len(letters_queue(slice=slice_, actor=SYSTEM)) == 1


LONGEST = LetterWords(
    opening_ranked=("Направляем итоги работы кластеров региона за прошедший месяц. " * 9)[
        : MOST_CHARACTERS["opening_ranked"]
    ],
    closing=("Ждём предложений по устранению причин. " * 20)[: MOST_CHARACTERS["closing"]],
    signer_name="Константинопольский К. К.",
    phone="+7 (000) 000-00-00, доб. 1234",
)


def test_the_longest_correction_keeps_three_reasons_and_three_actions() -> None:
    """Words grow short, type and lines grow small, before a row is left out."""
    source = sample_letters(LONGEST)["correction"]
    page = page_text(source, NO_TABLE)
    for number in (1, 2, 3):
        assert page.count(f"п. {number}.2 протокола № 16-ДСП/1") == 2
    assert "полный перечень — в приложении 2" in page
    assert "Ещё" not in page
    assert LONG_TITLE[:20] in page
    assert missing_requisites(source, NO_TABLE) == []
    assert min(room.size for room in ROOMS) >= 9


def test_the_page_saves_a_layout_shows_it_as_pdf_refuses_a_broken_one_and_puts_the_shipped_one_back(
    as_person: AsPerson,
) -> None:
    keeper = as_person("methodologist")
    assert "letter.salutation" in keeper.get("/letters/template/").content.decode()
    data = {**texts(layout=OTHER), "note": "цвет", "based_on": "0"}
    assert keeper.post("/letters/template/", {**data, "preview": "1"}).content.startswith(b"%PDF")
    assert keeper.post("/letters/template/", data).status_code == 302
    assert LetterTemplate.objects.get().layout == OTHER

    broken = {**data, "layout": OTHER + "#foo\n", "based_on": "1"}
    for pressed in ({}, {"preview": "1"}):
        refused = keeper.post("/letters/template/", {**broken, **pressed})
        assert refused.status_code == 400
        page = refused.content.decode()
        assert f"Строка {OTHER.count(chr(10)) + 1} вёрстки, «#foo»: нет имени «foo»" in page
        assert "#foo" in page
    shipped = keeper.post("/letters/template/", {**broken, "shipped": "1"})
    assert shipped.status_code == 200
    assert "#foo" not in shipped.content.decode()
    assert LetterTemplate.objects.count() == 1


def test_a_letter_that_cannot_be_set_is_a_sentence_in_the_preview() -> None:
    load(read("case1"))
    appoint("77", "minister@moscow.example")
    slice_ = published()
    LetterTemplate.objects.create(**texts(layout="#foo\n"), number=1, note="", created_at=PUBLISHED_AT)
    with clock.at(PUBLISHED_AT):
        answer = reader("methodologist").get(f"/rating/{slice_.period}/r1/letters/77/pdf/")
    assert answer.status_code == 409
    assert "foo" in answer.content.decode()


def test_a_source_with_other_words_is_another_letter() -> None:
    source = sample_letters(LetterWords())["green"]
    assert letter_pdf(source, NO_TABLE) != letter_pdf(replace(source, words=LONGEST), NO_TABLE)
