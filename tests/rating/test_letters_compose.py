"""What the letter says: in good Russian, the same in text and HTML, with losses that sum."""

import re
from html import unescape

import pytest

from clusters.models import Cluster
from common import clock
from common.formatting import score
from common.scope import SYSTEM
from rating.letters import compose_letter
from rating.models import RatingLetter, RegionScore
from rating.selectors.letters import letter_sources
from rating.services import slice_close, slice_publish
from rating.templatetags.russian import forms
from regions.models import Region
from regions.selectors import heads_in_office
from tests.rating.mailroom import PUBLISHED_AT, appoint, loaded, message, part, published, text_of
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def moscow_letter() -> str:
    """The letter about case 1."""
    load(read("case1"))
    Region.objects.filter(code="77").update(name_ru="Москва", genitive_ru="Москвы")
    Cluster.objects.filter(code="A2").update(title="АгроМосква")
    Cluster.objects.filter(code="A1").update(name="ПроЛом & Ко", title="ПроЛом & Ко")
    appoint("77", "minister@moscow.example")
    published()
    return text_of("77")


def test_the_first_sentence_is_the_whole_message(moscow_letter: str) -> None:
    paragraphs = moscow_letter.split("\n\n")
    assert paragraphs[0] == "Министру образования региона 77\nВерховской А. С."
    assert paragraphs[1] == "О рейтинге эффективности регионального управления проектом за ноябрь 2023 года"
    assert paragraphs[2] == "Уважаемая Анна Сергеевна!"
    assert paragraphs[3] == (
        "Балл Москвы за ноябрь 2023 года — 70,71 из 100 (жёлтая зона, на границе зон), место 1 из 1; "
        "сравнить с предыдущим месяцем нельзя: в нём оценки не было; итог за три месяца — 70,71."
    )


def test_losses_name_item_cluster_and_reason_and_sum(moscow_letter: str) -> None:
    assert "ГДЕ ПОТЕРЯНЫ 29,29 БАЛЛА" in moscow_letter
    assert (
        "1. п. 4 протокола № 1 от 10.11.2023, «I4». Кластер: ПроЛом & Ко. "
        "Причина: не исполнено, просрочено на 6 дней. Потеря: −21,43\n"
        "2. п. 1 протокола № 1 от 10.11.2023, «I1». Кластер: АгроМосква. "
        "Причина: исполнено позже срока на 12 дней. Потеря: −4,29\n"
        "3. п. 2 протокола № 1 от 10.11.2023, «I2». Кластер: ПроЛом & Ко. "
        "Причина: исполнено позже срока на 2 дня. Потеря: −2,86\n"
        "Ещё 1 поручение: −0,71\n"
        "Всего: −29,29"
    ) in moscow_letter


def test_actions_say_until_when_and_promise_nothing(moscow_letter: str) -> None:
    assert "ЧТО БОЛЬШЕ ВСЕГО ВЛИЯЕТ НА БАЛЛ ЗА ДЕКАБРЬ" in moscow_letter
    assert re.search(
        r"1\. п\. 4 протокола № 1 от 10\.11\.2023, «I4»; кластер: ПроЛом & Ко; срок истёк 24 ноября 2023 г\., "
        r"отчёт засчитывается и сейчас: до \d+,\d\d балла\n",
        moscow_letter,
    )
    assert "На 8 декабря 2023 г. у кластеров региона просрочено 1 поручение." in moscow_letter


def test_the_small_print_names_slice_and_address(moscow_letter: str) -> None:
    digest = RegionScore.objects.get().slice.input_sha256
    assert "https://portal.example/letters/open/?key=" in moscow_letter
    assert (
        "Срез за ноябрь 2023 г., редакция 1, методика 1.0, контрольная сумма исходных данных "
        f"{digest[:8]}…{digest[-8:]}." in moscow_letter
    )


def test_the_subject_names_month_and_region(moscow_letter: str) -> None:
    letter = RatingLetter.objects.get()
    assert message(letter)["Subject"] == (
        "О рейтинге эффективности регионального управления проектом за ноябрь 2023 года — Москва"
    )


def test_html_carries_the_facts_of_the_text_and_escapes_names(moscow_letter: str) -> None:
    html = part(RatingLetter.objects.get(), "html")
    assert "ПроЛом &amp; Ко" in html
    shown = plain(html)
    assert moscow_letter.split("\n\n")[3] in shown
    for figure in re.findall(r"\d+,\d\d", moscow_letter):
        assert figure in shown
    assert "<script" not in html
    assert "http" not in html.replace("https://portal.example/", "")


@pytest.mark.parametrize(
    ("code", "lead"),
    [
        ("R1", "Балл R1 за ноябрь 2023 года — 100,00 из 100 (зелёная зона), место 1 из 4 "
               "(места с 1 по 3 неотличимы от случайности);"),
        ("R4", "Балл R4 за ноябрь 2023 года — 50,00 из 100 (красная зона), место 4 из 4;"),
        ("R5", "Балл R5 за ноябрь 2023 года — 100,00 из 100 (зелёная зона, на границе зон), без места: со сроком "
               "в этом месяце у региона 3 поручения, а место определяется начиная с 5;"),
        ("R6", "Балл R6 за ноябрь 2023 года не определяется: поручений со сроком в этом месяце у кластеров "
               "региона не было."),
        ("R7", "Балл R7 за ноябрь 2023 года не определяется: кластеров региона в проекте пока нет."),
    ],
)  # fmt: skip
def test_every_kind_of_region_has_its_own_first_sentence(code: str, lead: str) -> None:
    loaded("case3")
    published()
    assert lead in text_of(code)
    assert lead.rstrip(";.") in plain(part(RatingLetter.objects.get(region=code), "html"))


def test_a_region_without_losses_reads_that_all_was_done_in_time() -> None:
    loaded("case3")
    published()
    text = text_of("R1")
    assert "В срок и без возвратов исполнено всё: 40 поручений из 40. Потерь нет." in text
    assert "потеряны" not in text.lower()
    assert "Просроченных поручений у кластеров региона на 8 декабря 2023 г. нет." in text
    assert "Благодарим за организацию исполнения." in text


def test_a_signal_against_the_country_is_said_in_words() -> None:
    loaded("case3")
    published()
    assert "Балл ниже общего по стране (79,61), и случайностью это не объясняется." in text_of("R4")
    assert "случайностью это не объясняется" not in text_of("R3")


def test_shown_losses_of_every_region_sum_to_what_is_missing() -> None:
    loaded("case3")
    published()
    for row in RegionScore.objects.filter(score__isnull=False):
        shown = re.findall(r"(?:Потеря|поручени[а-я]+): −(\d+),(\d\d)$", text_of(row.region_id), re.MULTILINE)
        assert sum(int(whole) * 100 + int(part_) for whole, part_ in shown) == 10_000 - row.score
        assert score(row.score) in text_of(row.region_id)


def test_no_line_of_the_text_is_ragged() -> None:
    loaded("case3")
    published()
    for letter in RatingLetter.objects.all():
        text = part(letter, "plain")
        assert "  " not in text
        assert "\n\n\n" not in text
        assert " ." not in text
        assert ".." not in text
        assert "None" not in text
        assert "  " not in plain(part(letter, "html"))


def test_the_months_of_a_region_are_a_picture_in_the_html_and_a_list_in_the_text() -> None:
    loaded("case2")
    with clock.at(PUBLISHED_AT):
        slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    published("2023-12")
    letter = RatingLetter.objects.get(region="41", slice__period="2023-12")

    text = part(letter, "plain")
    assert "БАЛЛ ПО МЕСЯЦАМ\n\nянварь 2023: без оценки\n" in text
    assert "\nноябрь 2023: 50,00\nдекабрь 2023: 78,67\n" in text
    html = part(letter, "html")
    (alternative,) = re.findall(r'<img src="cid:history@profportal" alt="([^"]+)"', html)
    assert alternative.endswith("ноябрь 2023 — 50,00; декабрь 2023 — 78,67.")
    assert '<source media="(max-width:480px)" srcset="cid:history-narrow@profportal">' in html
    images = [found for found in message(letter).walk() if found.get_content_type() == "image/png"]
    assert [image["Content-ID"] for image in images] == [
        "<history@profportal>",
        "<history-narrow@profportal>",
    ]
    assert [int.from_bytes(image.get_content()[16:20], "big") for image in images] == [1120, 500]


def test_a_region_with_one_month_gets_no_picture_of_a_line(moscow_letter: str) -> None:
    assert "БАЛЛ ПО МЕСЯЦАМ" not in moscow_letter
    assert "cid:" not in part(RatingLetter.objects.get(), "html")


def test_the_same_source_gives_the_same_letter_with_its_picture() -> None:
    loaded("case2")
    with clock.at(PUBLISHED_AT):
        slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    slice_ = published("2023-12")
    heads = heads_in_office(PUBLISHED_AT.date())

    (first,), (again,) = (
        [compose_letter(one) for one in letter_sources(slice_, heads, None, PUBLISHED_AT.date())]
        for _time in range(2)
    )

    assert first == again
    assert len(first.pictures) == 2


@pytest.mark.parametrize(
    ("count", "word"),
    [
        (0, "дней"),
        (1, "день"),
        (2, "дня"),
        (5, "дней"),
        (11, "дней"),
        (14, "дней"),
        (21, "день"),
        (112, "дней"),
    ],
)
def test_words_bend_after_their_number(count: int, word: str) -> None:
    assert forms(count, "день,дня,дней") == word
