"""The past of stages comes in by a table: checked, shown, then entered; clusters without a plan are listed."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common import clock
from cyclogram.enums import StageState
from cyclogram.models import ClusterStage
from tests.assignments.sheets import lines_of, saved
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, plan, plan_stage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEAD = "код кластера\tэтап\tфактическое начало\tфактическое завершение"
WHY = "Акты из архива"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def stages(cast: Cast) -> list[ClusterStage]:
    stage = plan_stage(plan(2023))
    return [cluster_stage(cluster, stage) for cluster in (cast.tomsk_machines, cast.omsk_machines)]


def send(client: Client, *rows: str, **said: str) -> Any:
    text = "\n".join((HEAD, *rows))
    return client.post(reverse("cyclogram:history"), {"text": text, "reason": WHY, **said})


def test_rows_are_shown_first_and_entered_by_the_second_press(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    client = as_person("controller")
    rows = ("70-001\tЗакупки\t01.03.2023\t20.08.2023", "55-001\tprocurement\t2023-03-05\t2023-09-10")
    shown = send(client, *rows)
    assert "Закрыть 2 этапа" in shown.text
    assert not ClusterStage.objects.closed().exists()
    digest = shown.context["form"]["checked"].value()
    text = shown.context["form"]["text"].value()
    done = client.post(
        reverse("cyclogram:history"), {"text": text, "reason": WHY, "checked": digest, "enter": "1"}
    )
    assert done.status_code == 302
    first = ClusterStage.objects.get(cluster__code="70-001")
    assert (first.state, first.actual_to, first.reason) == ("done", date(2023, 8, 20), WHY)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("70-999\tЗакупки\t01.03.2023\t20.08.2023", "70-999"),
        ("70-001\tРемонт\t01.03.2023\t20.08.2023", "нет такого этапа"),
        ("70-001\tЗакупки\t20.08.2023\t01.03.2023", "раньше"),
        ("70-001\tЗакупки\t01.03.2023\t20.08.2027", "ещё не наступил"),
        ("70-001\tЗакупки\tвесной\t20.08.2023", "28.05.2026"),
        ("70-001\tЗакупки\t31.02.2023\t20.08.2023", "31.02.2023"),
        ("70-001\tЗакупки\t\t", "не заполнены"),
    ],
)
def test_a_wrong_row_is_named_with_its_column_and_nothing_is_entered(
    as_person: Callable[[str], Client], stages: list[ClusterStage], row: str, words: str
) -> None:
    answer = send(as_person("controller"), row, enter="1")
    assert answer.status_code == 400
    assert words in answer.text
    assert not ClusterStage.objects.closed().exists()


def test_a_stage_that_is_over_or_stands_twice_is_refused(
    as_person: Callable[[str], Client], stages: list[ClusterStage], cast: Cast
) -> None:
    row = "70-001\tЗакупки\t01.03.2023\t20.08.2023"
    assert "повторяется" in send(as_person("controller"), row, row).text
    ClusterStage.objects.all().delete()
    cluster_stage(cast.tomsk_machines, stages[0].stage, StageState.DONE)
    assert "не открыт" in send(as_person("controller"), row).text


def test_the_template_comes_back_filled_in(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    client = as_person("controller")
    content = client.get(reverse("cyclogram:history-form")).getvalue()
    head, *rows = lines_of(content)
    assert {row[0] for row in rows} == {"70-001", "55-001"}
    own = next(row for row in rows if row[0] == "70-001")
    own[3:5] = [date(2023, 3, 1), date(2023, 8, 20)]
    upload = SimpleUploadedFile("stages.xlsx", saved([head, *rows]))
    shown = client.post(reverse("cyclogram:history"), {"file": upload, "reason": WHY})
    assert "Закрыть 1 этап" in shown.text


@pytest.mark.parametrize("text", ["", "просто слова", "код кластера\tэтап\n70-001\tЗакупки"])
def test_what_is_no_table_is_refused_at_its_field(
    as_person: Callable[[str], Client], stages: list[ClusterStage], text: str
) -> None:
    answer = as_person("controller").post(reverse("cyclogram:history"), {"text": text, "reason": WHY})
    assert answer.status_code == 400
    assert WHY in answer.text


def test_clusters_without_a_plan_are_listed_with_what_to_do(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    html = as_person("methodologist").get(reverse("cyclogram:unlaid")).text
    assert "Внесите год отбора в реестр кластеров." in html
    assert "Составить план для года отбора" in html
    assert "без плана" in as_person("controller").get(reverse("cyclogram:matrix")).text
    assert "без плана: почему" not in as_person("tomsk_coordinator").get(reverse("cyclogram:matrix")).text


def test_the_matrix_is_taken_away_as_a_workbook(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    content = as_person("controller").get(f"{reverse('cyclogram:matrix-export')}?region=70").getvalue()
    head, row, done, late = lines_of(content)
    assert head[:6] == ["Регион", "Кластер", "Код", "Готово", "С опозданием", "Закупки"]
    assert row[:6] == ["Томская область", "ПроЛом", "70-001", "0/1", 1.0, "■"]
    assert (done[3], done[5], late[4], late[5]) == ("0/1", "0/1", 1.0, 1.0)
    refused = as_person("controller").get(f"{reverse('cyclogram:matrix-export')}?region=nowhere")
    assert refused.status_code == 400
