"""A practice from the coordinator who wrote it to the region that repeats it, the leaders and the annual report."""

import pytest

from associations.models import AnnualReport, Practice, Replication
from common import clock
from tests.e2e.conftest import Visit
from tests.e2e.visitors import WAYS, Visitor
from tests.e2e.world import Autumn
from tests.files.samples import PDF

pytestmark = pytest.mark.browser
TITLE = "Наставник ведёт группу с первого дня"
PARTS = {
    "problem": "Половина студентов не доходит до практики.",
    "steps": "Назначить наставника, составить план, встречаться.",
    "resources": "Один наставник на десять студентов.",
    "results": "Стало лучше.",
}


def test_a_cluster_is_invited_and_its_region_agrees(visit: Visit, autumn: Autumn) -> None:
    chair, region = visit("chair"), visit("omsk_coordinator")
    chair.open(f"/associations/{autumn.cast.machine_builders.pk}/joining/")
    chair.follow(chair.page.get_by_role("link", name="Пригласить кластер"))
    chair.is_pleased("task-joining-create")
    chair.open(f"/associations/{autumn.cast.machine_builders.pk}/joining/")
    chair.send(chair.form("/invite-all/"))
    assert "Приглашён 1 кластер" in chair.text("body")
    region.open("/")
    region.follow(region.page.get_by_role("link", name="Приглашение ассоциации"))
    region.is_pleased("task-joining")
    region.hands.choose(region.page.locator("#id_accept"), "no")
    with region.refused(400):
        region.send("#answer form")
    region.hands.choose(region.page.locator("#id_accept"), "yes")
    region.send("#answer form")
    chair.open(f"/associations/{autumn.cast.machine_builders.pk}/")
    assert "Омские машины" in chair.text("#members")


def written(author: Visitor, autumn: Autumn) -> Practice:
    """A practice typed into its form, once without a figure in its results, and handed in."""
    author.open("/practices/new/")
    author.hands.write(author.page.locator("#id_title"), TITLE)
    author.hands.choose(author.page.locator("#id_association"), str(autumn.cast.machine_builders.pk))
    author.hands.choose(author.page.locator("#id_cluster"), str(autumn.cast.tomsk_machines.pk))
    for name, text in PARTS.items():
        author.hands.write(author.page.locator(f"#id_{name}"), text)
    with author.refused(400):
        author.send("main form[data-guard]")
    assert "результаты в цифрах" in author.text()
    author.hands.write(author.page.locator("#id_results"), "Доходят 92 % вместо 51 %.")
    author.hands.attach(
        author.page.locator("input[type=file]"),
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF},
    )
    author.send("main form[data-guard]")
    author.is_pleased("task-practice-draft")
    author.open(f"{Practice.objects.get().get_absolute_url()}edit/")
    author.is_pleased("task-practice-edit")
    author.open(Practice.objects.get().get_absolute_url())
    author.send(author.form("/submit/"))
    return Practice.objects.get()


def scored(visit: Visit, chair: Visitor, practice: Practice, autumn: Autumn) -> None:
    """The chair appoints two experts one after the other, and each gives his points."""
    for person in ("methodologist", "omsk_coordinator"):
        chair.open(practice.get_absolute_url())
        form = chair.form("/appoint/")
        chair.hands.choose(form.locator("select"), str(getattr(autumn.cast, person).pk))
        chair.send(form)
        expert = visit(person)
        expert.open(practice.get_absolute_url())
        form = expert.form("/score/")
        for field in form.locator("input[type=number]").all():
            expert.hands.write(field, "8")
        expert.hands.write(form.locator("textarea"), "Можно повторить.")
        expert.is_pleased(f"task-practice-score-{person}")
        expert.send(form)


@pytest.mark.parametrize("way", WAYS)
def test_a_practice_is_scored_published_repeated_and_told_of(visit: Visit, autumn: Autumn, way: str) -> None:
    author = visit("tomsk_coordinator", **WAYS[way])
    practice = written(author, autumn)

    chair = visit("chair")
    chair.open("/")
    chair.follow(chair.page.get_by_role("link", name=f"Решить по практике «{TITLE}»"))
    scored(visit, chair, practice, autumn)
    chair.open(practice.get_absolute_url())
    chair.is_pleased("task-practice-publish")
    chair.send(chair.form("/publish/"))
    assert "опубликована" in chair.text("body")

    other = visit("omsk_coordinator", **WAYS[way])
    other.open(practice.get_absolute_url())
    form = other.page.locator("#replicate form")
    other.hands.choose(form.locator("select"), str(autumn.cast.omsk_machines.pk))
    other.send(form)
    assert "внедряется" in other.text("#replications")
    other.is_pleased("task-practice-repeated")
    replication = Replication.objects.get()
    assert replication.cluster == autumn.cast.omsk_machines
    other.open(f"/replications/{replication.pk}/")
    other.is_pleased("task-replication")

    chair.open(f"/associations/{autumn.cast.machine_builders.pk}/leaders/")
    assert "Томская область" in chair.text("#regions")
    chair.is_pleased("task-leaders")
    chair.open(f"/associations/{autumn.cast.machine_builders.pk}/reports/")
    chair.hands.write(chair.page.locator("#id_year"), str(clock.today().year))
    chair.send("main form[data-guard]")
    assert TITLE in chair.text()
    assert "Омские машины, Омская область" in chair.text()
    chair.is_pleased("task-annual-report")
    chair.send(chair.form("/approve/"))
    assert AnnualReport.objects.get().is_approved
    assert "Отчёт утверждён" in chair.text("body")
