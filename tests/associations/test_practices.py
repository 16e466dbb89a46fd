"""The practice library: who writes, who decides, who scores, what is refused and what stays in the history."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.selectors import scope_for
from associations.enums import PRACTICE_STEPS, PracticeState, ReplicationState
from associations.models import Expertise, Practice, PracticeFile, Replication
from associations.selectors.experts import experts_offered
from associations.selectors.leaders import leaders
from associations.selectors.practices import practice_page, practices_for
from associations.services.practices import comment_add, practice_file_remove
from associations.services.replications import replication_end, replication_start
from clusters.models import Organisation
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Role
from notifications.models import Notice
from tests.associations.practices import CARD, act, farmer, points, published, repeated, scored, written
from tests.cast import SINCE, Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 5, 20)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with clock.at(NOW):
        yield


def kinds(practice: Practice) -> list[str]:
    return list(practice.events.values_list("kind", flat=True))


# The course


def test_a_practice_goes_from_the_draft_to_the_library(cast: Cast) -> None:
    practice = published(cast)

    assert (practice.state, practice.published_on) == (PracticeState.PUBLISHED, TODAY)
    assert kinds(practice) == ["submitted", "appointed", "scored", "appointed", "scored", "published"]
    page = practice_page(cast.scope("chair"), practice.pk)
    assert page.mean is not None
    assert (page.mean.points, page.mean.share) == (37.5, 75)


def test_selection_stands_between_the_submission_and_the_experts(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    assert act(cast, "chair", "select", practice).state == PracticeState.SELECTION
    assert act(cast, "chair", "appoint", practice, expert=cast.methodologist.pk).state == PracticeState.REVIEW


@pytest.mark.parametrize("each", [(), (10,)])
def test_two_experts_score_before_anything_is_published(cast: Cast, each: tuple[int, ...]) -> None:
    practice = scored(cast, *each)
    if not each:
        act(cast, "chair", "appoint", practice, expert=cast.methodologist.pk)
    with pytest.raises(ImpossibleStep, match="2"):
        act(cast, "chair", "publish", practice, valid_until=date(2027, 1, 1))


def test_a_low_mean_and_a_silent_expert_keep_a_practice_out_of_the_library(cast: Cast) -> None:
    low = scored(cast, 6, 5)
    with pytest.raises(ImpossibleStep, match="55"):
        act(cast, "chair", "publish", low, valid_until=date(2027, 1, 1))
    act(cast, "chair", "appoint", low, expert=cast.controller.pk)
    with pytest.raises(ImpossibleStep, match="не дал"):
        act(cast, "chair", "publish", low, valid_until=date(2027, 1, 1))
    act(cast, "chair", "relieve", low, expert=cast.controller.pk)
    assert kinds(low)[-1] == "relieved"
    assert not Expertise.objects.filter(expert=cast.controller).exists()


def test_an_expert_who_has_scored_is_not_relieved(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        act(cast, "chair", "relieve", scored(cast, 8), expert=cast.methodologist.pk)


def test_a_returned_practice_is_changed_and_scored_anew(cast: Cast) -> None:
    practice = act(cast, "chair", "return", scored(cast, 8, 7), reason="Нет плана занятий.")
    assert (practice.state, practice.expertises.count()) == (PracticeState.RETURNED, 0)
    assert "scored" in kinds(practice)
    changed = written(cast, practice_id=practice.pk, version=practice.version, title="Наставник и план")
    assert act(cast, "tomsk_coordinator", "submit", changed).state == PracticeState.SUBMITTED


def test_a_practice_that_is_handed_in_is_taken_back_before_it_is_changed(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    with pytest.raises(ImpossibleStep):
        written(cast, practice_id=practice.pk, version=practice.version)
    assert act(cast, "tomsk_deputy", "recall", practice).is_editable


def test_a_rejected_practice_says_why_and_stays_out(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    with pytest.raises(InvalidInput, match="отклон"):
        act(cast, "chair", "reject", practice, reason=" ")
    assert act(cast, "chair", "reject", practice, reason="Это уже есть.").state == PracticeState.REJECTED
    with pytest.raises(ImpossibleStep):
        act(cast, "tomsk_coordinator", "submit", practice)


def test_a_second_press_does_the_same_once_and_an_older_version_nothing(cast: Cast) -> None:
    practice = written(cast)
    act(cast, "tomsk_coordinator", "submit", practice, version=1)
    assert act(cast, "tomsk_coordinator", "submit", practice, version=1).version == 2
    assert kinds(practice) == ["submitted"]
    with pytest.raises(StaleVersion):
        act(cast, "chair", "select", practice, version=1)


def test_an_outdated_practice_says_so_and_gets_a_new_last_day(cast: Cast) -> None:
    practice = published(cast)
    with pytest.raises(InvalidInput):
        act(cast, "chair", "prolong", practice, valid_until=TODAY)
    act(cast, "chair", "prolong", practice, valid_until=date(2026, 6, 1))
    with clock.at(datetime(2026, 6, 2, 9, 0, tzinfo=UTC)):
        assert practice_page(cast.scope("omsk_coordinator"), practice.pk).is_outdated
        assert practices_for(cast.scope("omsk_coordinator"), cast.headcount.pk, None) == []
        with pytest.raises(ImpossibleStep):
            repeated(cast, practice)


# Who does what


@pytest.mark.parametrize("name", sorted(PRACTICE_STEPS))
def test_whoever_is_of_no_side_does_nothing(cast: Cast, name: str) -> None:
    practice = scored(cast, 8)
    said: dict[str, Any] = {
        "appoint": {"expert": cast.controller.pk}, "relieve": {"expert": cast.controller.pk},
        "score": {"points": points(5), "comment": "Да"}, "publish": {"valid_until": date(2027, 1, 1)},
        "prolong": {"valid_until": date(2027, 1, 1)}, "return": {"reason": "Нет"},
        "reject": {"reason": "Нет"}, "withdraw": {"reason": "Нет"},
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        act(cast, "controller", name, practice, **said.get(name, {}))


def test_another_association_and_another_region_do_not_see_what_is_under_way(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    for scope in (cast.scope("omsk_coordinator"), scope_for(farmer(cast)), cast.scope("public")):
        with pytest.raises(Missing):
            practice_page(scope, practice.pk)
    assert practice_page(cast.scope("tomsk_minister"), practice.pk).acts == frozenset()


def test_a_draft_is_read_in_its_region_alone(cast: Cast) -> None:
    practice = written(cast)
    for who in ("chair", "administrator", "methodologist"):
        with pytest.raises(Missing):
            practice_page(cast.scope(who), practice.pk)
    assert practice_page(cast.scope("tomsk_deputy"), practice.pk).can_write


def test_a_region_writes_for_itself_alone(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        written(cast, who="omsk_coordinator")
    with pytest.raises(NotAllowed):
        written(cast, who="tomsk_minister")


def test_a_methodologist_who_coordinates_the_region_decides_nothing_on_its_practice(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.methodologist, role=Role.COORDINATOR, region=cast.tomsk, position="deputy", starts_on=SINCE
    )
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    with pytest.raises(NotAllowed):
        act(cast, "methodologist", "select", practice)


# Conflict of interest


def test_nobody_of_the_region_of_the_author_is_appointed(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    for who in ("tomsk_coordinator", "tomsk_deputy", "tomsk_minister"):
        with pytest.raises(InvalidInput, match="онфликт интересов"):
            act(cast, "chair", "appoint", practice, expert=getattr(cast, who).pk)
    offered = [pk for pk, _name in experts_offered(practice)]
    assert cast.omsk_coordinator.pk in offered
    assert not {cast.tomsk_coordinator.pk, cast.tomsk_deputy.pk, cast.tomsk_minister.pk} & set(offered)


def test_an_expert_who_came_to_the_region_after_the_appointment_does_not_score(cast: Cast) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    act(cast, "chair", "appoint", practice, expert=cast.omsk_coordinator.pk)
    Membership.objects.create(
        user=cast.omsk_coordinator,
        role=Role.COORDINATOR,
        region=cast.tomsk,
        position="deputy",
        starts_on=SINCE,
    )
    with pytest.raises(NotAllowed, match="онфликт интересов"):
        act(cast, "omsk_coordinator", "score", practice, points=points(9), comment="Отлично")
    assert not practice.expertises.exclude(scored_at=None).exists()


@pytest.mark.parametrize("who", ["newcomer", None])
def test_an_expert_is_somebody_of_the_portal(cast: Cast, who: str | None) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    with pytest.raises(InvalidInput):
        act(cast, "chair", "appoint", practice, expert=getattr(cast, who).pk if who else 10**6)


def test_an_expert_is_appointed_and_scores_once(cast: Cast) -> None:
    practice = scored(cast, 8)
    with pytest.raises(InvalidInput):
        act(cast, "chair", "appoint", practice, expert=cast.methodologist.pk)
    with pytest.raises(NotAllowed):
        act(cast, "methodologist", "score", practice, points=points(9), comment="Ещё раз")


@pytest.mark.parametrize("wrong", [{}, {"problem": 11}, {"novelty": -1}])
def test_points_are_given_by_every_criterion_within_its_bounds(cast: Cast, wrong: dict[str, int]) -> None:
    practice = act(cast, "tomsk_coordinator", "submit", written(cast))
    act(cast, "chair", "appoint", practice, expert=cast.methodologist.pk)
    given = {**points(5), **wrong} if wrong else {}
    with pytest.raises(InvalidInput) as refusal:
        act(cast, "methodologist", "score", practice, points=given, comment="Да")
    assert set(refusal.value.errors) == set(wrong or points(0))


@pytest.mark.parametrize("who", ["controller", "chair", "omsk_coordinator"])
def test_an_expert_who_has_not_scored_reads_nobodys_points(cast: Cast, who: str) -> None:
    practice = scored(cast, 8)
    act(cast, "chair", "appoint", practice, expert=getattr(cast, who).pk)
    page = practice_page(cast.scope(who), practice.pk)
    assert (page.mean, page.conclusions) == (None, [])
    assert all(one.scored_at is None for one in page.experts)
    assert "scored" not in {event.kind for event in page.history}
    act(cast, who, "score", practice, points=points(7), comment="Да")
    mean = practice_page(cast.scope(who), practice.pk).mean
    assert mean is not None
    assert mean.experts == 2


def test_the_author_reads_the_conclusions_without_the_names(cast: Cast) -> None:
    practice = scored(cast, 8, 7)
    page = practice_page(cast.scope("tomsk_coordinator"), practice.pk)
    assert (len(page.conclusions), page.experts) == (2, [])
    assert {event.kind for event in page.history} == {"submitted"}
    assert len(practice_page(cast.scope("chair"), practice.pk).experts) == 2


# What a card must say


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"steps": ""}, "steps"),
        ({"results": "Стало лучше."}, "results"),
        ({"cluster": 10**6}, "cluster"),
        ({"college": 10**6}, "college"),
        ({"enterprise": 10**6}, "enterprise"),
    ],
)
def test_a_card_without_its_parts_is_refused_by_the_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        written(cast, **changes)
    assert list(refusal.value.errors) == [field]
    assert not Practice.objects.exists()


def test_cluster_and_association_are_of_one_industry_and_the_cluster_of_the_region(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="отрасл"):
        written(cast, association=cast.farmers.pk)
    with pytest.raises(InvalidInput, match="региону"):
        written(cast, cluster=cast.omsk_machines.pk)


def test_college_and_enterprise_take_part_in_the_cluster(cast: Cast) -> None:
    college = Organisation.objects.create(kind="college", name="Томский колледж")
    factory = Organisation.objects.create(kind="employer", name="Томский завод")
    cast.tomsk_farming.network_colleges.add(college)
    cast.tomsk_machines.employers.add(factory)
    with pytest.raises(InvalidInput):
        written(cast, college=college.pk)
    row = written(cast, cluster=None, college=college.pk, enterprise=factory.pk)
    assert (row.cluster, row.college, row.enterprise) == (None, college, factory)


def test_a_card_is_entered_once_however_it_is_pressed(cast: Cast) -> None:
    assert written(cast) == written(cast)
    assert Practice.objects.count() == 1


def test_files_stand_on_the_card_and_are_taken_off_while_it_is_written(cast: Cast) -> None:
    practice = written(cast, files=[SimpleUploadedFile("план.pdf", PDF)])
    stored = PracticeFile.objects.get()
    with pytest.raises(Missing):
        practice_file_remove(actor=cast.scope("omsk_coordinator"), practice_id=practice.pk, file_id=stored.pk)
    act(cast, "tomsk_coordinator", "submit", practice)
    with pytest.raises(ImpossibleStep):
        practice_file_remove(
            actor=cast.scope("tomsk_coordinator"), practice_id=practice.pk, file_id=stored.pk
        )
    act(cast, "tomsk_coordinator", "recall", practice)
    practice_file_remove(actor=cast.scope("tomsk_coordinator"), practice_id=practice.pk, file_id=stored.pk)
    assert not PracticeFile.objects.exists()


def test_a_file_that_lies_about_its_kind_leaves_no_card(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        written(cast, files=[SimpleUploadedFile("план.pdf", b"MZ nothing of the kind")])
    assert list(refusal.value.errors) == ["files"]
    assert not Practice.objects.exists()


# «We carry it out»


def test_another_region_carries_a_practice_out_and_says_what_came_of_it(cast: Cast) -> None:
    practice = published(cast)
    row = repeated(cast, practice)
    assert repeated(cast, practice) == row
    done = replication_end(
        actor=cast.scope("omsk_coordinator"), replication_id=row.pk, version=1, state="done",
        ended_on=TODAY, result="88 % доходят до практики.",
    )  # fmt: skip
    counted = Practice.objects.for_list().get(pk=practice.pk)
    assert (done.state, counted.carried_out, counted.going) == (ReplicationState.DONE, 1, 0)
    assert practice_page(cast.scope("chair"), practice.pk).by_region == [(cast.omsk, 1, 0)]


@pytest.mark.parametrize(
    ("who", "cluster", "starts_on", "refusal"),
    [
        ("tomsk_coordinator", "tomsk_machines", TODAY, InvalidInput),
        ("omsk_coordinator", "tomsk_farming", TODAY, NotAllowed),
        ("chair", "omsk_machines", TODAY, NotAllowed),
        ("omsk_coordinator", "omsk_machines", date(2026, 5, 21), InvalidInput),
    ],
)
def test_who_may_not_carry_it_out_is_refused(
    cast: Cast, who: str, cluster: str, starts_on: date, refusal: type[Exception]
) -> None:
    practice = published(cast)
    with pytest.raises(refusal):
        replication_start(
            actor=cast.scope(who),
            practice_id=practice.pk,
            cluster=getattr(cast, cluster).pk,
            starts_on=starts_on,
        )
    assert not Replication.objects.exists()


@pytest.mark.parametrize(
    ("state", "ended_on", "result", "field"),
    [
        ("done", None, "Да", "ended_on"),
        ("done", date(2026, 5, 21), "Да", "ended_on"),
        ("stopped", date(2026, 3, 31), "Нет", "ended_on"),
        ("done", TODAY, " ", "result"),
        ("going", TODAY, "", "ended_on"),
    ],
)
def test_an_end_says_when_and_with_what(
    cast: Cast, state: str, ended_on: date | None, result: str, field: str
) -> None:
    row = repeated(cast, published(cast))
    with pytest.raises(InvalidInput) as refusal:
        replication_end(
            actor=cast.scope("omsk_coordinator"), replication_id=row.pk, version=1, state=state,
            ended_on=ended_on, result=result,
        )  # fmt: skip
    assert list(refusal.value.errors) == [field]


def test_a_practice_that_others_repeat_is_withdrawn_by_the_association_alone_and_stays_readable(
    cast: Cast,
) -> None:
    practice = published(cast)
    row = repeated(cast, practice)
    with pytest.raises(ImpossibleStep, match="1"):
        act(cast, "tomsk_coordinator", "withdraw", practice, reason="Передумали.")
    act(cast, "chair", "withdraw", practice, reason="Изменился закон.")

    page = practice_page(cast.scope("omsk_coordinator"), practice.pk)
    assert (page.practice.state, list(page.replications)) == (PracticeState.WITHDRAWN, [row])
    told = Notice.objects.filter(person=cast.omsk_coordinator, data__kind="withdrawn")
    assert told.exists()
    assert kinds(practice)[-1] == "withdrawn"


def test_its_author_withdraws_a_practice_that_nobody_repeats(cast: Cast) -> None:
    practice = published(cast)
    withdrawn = act(cast, "tomsk_coordinator", "withdraw", practice, reason="Больше не работает.")
    assert withdrawn.state == PracticeState.WITHDRAWN


# Comments, offers, leaders, notices


def test_a_published_practice_is_discussed_and_a_draft_is_not(cast: Cast) -> None:
    with pytest.raises(ImpossibleStep):
        comment_add(actor=cast.scope("tomsk_coordinator"), practice_id=written(cast).pk, text="Да")
    Practice.objects.all().delete()
    practice = published(cast)
    said = comment_add(actor=cast.scope("omsk_coordinator"), practice_id=practice.pk, text="Сколько часов?")
    assert (
        comment_add(actor=cast.scope("omsk_coordinator"), practice_id=practice.pk, text="Сколько часов?")
        == said
    )
    with pytest.raises(InvalidInput):
        comment_add(actor=cast.scope("omsk_coordinator"), practice_id=practice.pk, text=" ")


def test_practices_of_the_same_process_are_offered_the_own_industry_first(cast: Cast) -> None:
    practice = published(cast)
    scope = cast.scope("omsk_coordinator")
    assert practices_for(scope, cast.headcount.pk, cast.machines.pk) == [practice]
    assert practices_for(scope, None, cast.machines.pk) == []
    assert practices_for(scope, "another", cast.machines.pk) == []


def test_leaders_are_counted_by_what_their_practices_gave_to_others(cast: Cast) -> None:
    assert leaders(cast.scope("chair"), cast.machine_builders.pk).regions == []
    practice = published(cast)
    repeated(cast, practice)
    found = leaders(cast.scope("omsk_coordinator"), cast.machine_builders.pk)

    (leader,) = found.regions
    assert (leader.name, leader.practices, leader.done, leader.going) == ("Томская область", 1, 0, 1)
    assert leader.points == 12
    assert (found.colleges, found.day) == ([], TODAY)
    assert leaders(cast.scope("chair"), cast.farmers.pk).regions == []


def test_whom_it_concerns_is_told(cast: Cast) -> None:
    practice = published(cast)
    repeated(cast, practice)
    by_person: dict[str, list[str]] = {}
    for notice in Notice.objects.order_by("pk"):
        by_person.setdefault(notice.person.email, []).append(notice.data.get("kind") or notice.data["state"])
    assert by_person["chair@example.org"] == ["submitted", "scored", "scored", "going"]
    assert by_person["omsk@example.org"] == ["appointed"]
    assert by_person["tomsk@example.org"] == ["published", "going"]


# The database


@pytest.mark.parametrize(
    "values",
    [
        {"state": "published"},
        {"state": "published", "published_on": TODAY, "valid_until": date(2026, 5, 1)},
    ],
)
def test_the_database_refuses_a_published_practice_without_its_days(
    cast: Cast, values: dict[str, Any]
) -> None:
    practice = written(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.filter(pk=practice.pk).update(**values)


# Pages


def test_the_whole_way_on_the_pages(cast: Cast, as_person: Callable[[str], Client]) -> None:
    tomsk = as_person("tomsk_coordinator")
    typed = {**CARD, "version": "", "region": "70", "association": cast.machine_builders.pk, "process": ""}
    answer = tomsk.post(reverse("associations:practice-create"), typed)
    practice = Practice.objects.get()
    assert answer.headers["Location"] == practice.get_absolute_url()
    assert "Подать в ассоциацию" in tomsk.get(practice.get_absolute_url()).content.decode()

    refused = tomsk.post(reverse("associations:practice-submit", args=[practice.pk]), {"version": 9})
    assert refused.status_code == 409
    assert "изменил" in refused.content.decode()
    tomsk.post(reverse("associations:practice-submit", args=[practice.pk]), {"version": 1})
    chair = as_person("chair")
    page = chair.get(practice.get_absolute_url()).content.decode()
    assert "Омский Олег Юрьевич" in page
    assert "Щёкин Иван" not in page
    assert practice.title in chair.get(reverse("associations:practices")).content.decode()
    assert (
        practice.title
        not in as_person("omsk_coordinator").get(reverse("associations:practices")).content.decode()
    )


def test_the_library_is_narrowed_and_taken_away(cast: Cast, as_person: Callable[[str], Client]) -> None:
    published(cast)
    person = as_person("omsk_coordinator")
    address = reverse("associations:practices")
    assert "Наставник" in person.get(address, {"q": "наставник"}).content.decode()
    assert "По фильтру ничего не найдено" in person.get(address, {"q": "трактор"}).content.decode()
    assert person.get(address, {"state": "nothing"}).status_code == 400
    csv = person.get(reverse("dashboard:list-table", kwargs={"name": "practices", "form": "csv"}))
    assert "Наставник" in csv.content.decode("utf-8-sig")
    rows = person.get("/api/v1/practices/").json()["results"]
    assert [row["carried_out"] for row in rows] == [0]
    assert person.get(f"/api/v1/practices/{rows[0]['id']}/").json()["region"] == "70"


def test_practices_are_found_by_the_search_of_the_portal(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    practice = published(cast)
    found = as_person("omsk_coordinator").get("/search/", {"q": "наставник первого"}).content.decode()
    assert practice.get_absolute_url() in found
    assert (
        practice.get_absolute_url()
        not in as_person("public").get("/search/", {"q": "наставник первого"}).content.decode()
    )
