"""The work of the associations as it might go: practices on their course, groups, curators, help, events, a report."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from accounts.enums import Position
from accounts.models import Membership
from accounts.selectors import scope_for
from associations.enums import Criterion
from associations.models import Practice
from associations.services import review, support
from associations.services.events import event_register, event_save
from associations.services.joining import clusters_to_invite, founding_mark, joining_ask
from associations.services.keeping import kept_save
from associations.services.practices import comment_add, practice_save
from associations.services.replications import replication_end, replication_start
from associations.services.reports import report_begin, report_write
from clusters.models import Association, Cluster, Process
from common import clock
from common.scope import Role, Scope

AGO = timedelta(days=25)
"""How long ago the practices were published."""
CARDS: Sequence[tuple[str, str, str, str, str]] = (
    (
        "Наставник с предприятия ведёт группу с первого дня",
        "Половина первокурсников не доходит до практики: завод они видят впервые на третьем курсе.",
        "1. Предприятие называет наставника для каждой группы.\n2. Колледж и наставник пишут план встреч на год.\n"
        "3. Раз в две недели группа работает в цехе.\n4. В конце семестра наставник оценивает каждого.",
        "Один наставник на пятнадцать студентов, четыре часа в неделю; соглашение о сетевой форме.",
        "До практики доходят 92 % студентов вместо 51 %; трудоустроены по договору 34 человека.",
    ),
    (
        "Программа собирается с предприятием за шесть недель",
        "Программы пишутся год и устаревают к защите.",
        "1. Предприятие описывает рабочее место.\n2. Рабочая группа раскладывает его на навыки.\n"
        "3. Каждый навык получает модуль и проверку.\n4. Защита проходит на предприятии.",
        "Рабочая группа из шести человек, методист на половину ставки.",
        "Срок разработки – 6 недель вместо 40; 11 программ за год.",
    ),
    (
        "Одна лаборатория на три колледжа",
        "Дорогое оборудование простаивает две трети времени.",
        "1. Посчитать загрузку.\n2. Составить общее расписание.\n3. Назначить хозяина и смету.",
        "Расписание в общем доступе, доставка студентов, договор на три стороны.",
        "Загрузка выросла с 31 % до 78 %; занимаются 640 студентов вместо 220.",
    ),
)
"""Title, problem, steps, resources, results."""


def work_of_associations(methodologist: Scope, now: datetime) -> None:
    """Give every association that has members in enough regions a library with its course, and everything else."""
    process = Process.objects.filter(kind="cross_cutting").order_by("order").first()
    for number, association in enumerate(Association.objects.order_by("pk")):
        members = _members(association)
        chair = _chair(association)
        if len(members) < len(CARDS) or chair is None:
            continue
        for place, card in zip(members, CARDS, strict=False):
            with clock.at(now - AGO):
                row = _written(association, place, card, process.pk if process and number % 2 else "")
            if card is CARDS[-1]:
                continue
            with clock.at(now - AGO):
                _published(row, chair, methodologist, members[-1])
            _repeated(row, [one for one in members if one.region_id != place.region_id][:2])
        _supported(association, chair, methodologist, members)


def _members(association: Association) -> list[Cluster]:
    """Members of different regions, by code."""
    rows: QuerySet[Cluster] = Cluster.objects.filter(associations__association=association)
    found: dict[str, Cluster] = {}
    for row in rows.select_related("region").order_by("code"):
        found.setdefault(row.region_id, row)
    return list(found.values())


def _chair(association: Association) -> Scope | None:
    held = Membership.objects.filter(association=association, position=Position.CHAIR)
    chair = held.select_related("user").first()
    return scope_for(chair.user) if chair else None


def _coordinator(region: str) -> Scope:
    held = Membership.objects.in_force(clock.today()).filter(role=Role.COORDINATOR, region=region)
    return scope_for(held.select_related("user").order_by("position", "pk")[0].user)


def _written(
    association: Association, place: Cluster, card: tuple[str, str, str, str, str], process: str
) -> Practice:
    title, problem, steps, resources, results = card
    author = _coordinator(place.region_id)
    row = practice_save(
        actor=author, practice_id=None, version=None, region=place.region_id, association=association.pk,
        cluster=place.pk, college=place.base_college_id, enterprise=place.anchor_employer_id, process=process,
        title=title, problem=problem, steps=steps, resources=resources, results=results,
    )  # fmt: skip
    return review.practice_submit(actor=author, practice_id=row.pk, version=row.version)


def _published(row: Practice, chair: Scope, methodologist: Scope, other: Cluster) -> None:
    """Scored by the methodologist and by the coordinator of another region, then published for two years."""
    for expert, points in ((methodologist, 8), (_coordinator(other.region_id), 9)):
        if other.region_id == row.region_id or expert.user_id is None:
            continue
        row = review.practice_appoint(
            actor=chair, practice_id=row.pk, version=row.version, expert=expert.user_id
        )
        row = review.practice_score(
            actor=expert, practice_id=row.pk, version=row.version, points=dict.fromkeys(Criterion.values, points),
            comment="Шаги понятны, результат подтверждён цифрами.",
        )  # fmt: skip
    until = clock.today() + timedelta(days=730)
    review.practice_publish(actor=chair, practice_id=row.pk, version=row.version, valid_until=until)


def _repeated(row: Practice, places: Sequence[Cluster]) -> None:
    """The first place has carried it out, the second is at it and asks."""
    for number, place in enumerate(places):
        actor = _coordinator(place.region_id)
        started = replication_start(
            actor=actor, practice_id=row.pk, cluster=place.pk, starts_on=clock.today() - timedelta(days=20)
        )
        if number == 0:
            replication_end(
                actor=actor, replication_id=started.pk, version=started.version, state="done",
                ended_on=clock.today() - timedelta(days=2), result="Повторили за три недели: охвачены 48 студентов.",
            )  # fmt: skip
        else:
            comment_add(actor=actor, practice_id=row.pk, text="Сколько часов в неделю отводит предприятие?")


def _supported(
    association: Association, chair: Scope, methodologist: Scope, members: Sequence[Cluster]
) -> None:
    today = clock.today()

    def keep(kind: str, **said: object) -> int:
        row = kept_save(actor=chair, kind=kind, association_id=association.pk, pk=None, version=None, **said)
        return int(row.pk)

    direction = keep("direction", name_ru="Кадры для предприятий", name_en="Staff for enterprises")
    keep("direction", name_ru="Оборудование и лаборатории", name_en="Equipment and laboratories")
    group = keep(
        "group", name="Наставничество на предприятии", direction=direction, aim="Общие правила работы наставника.",
        starts_on=today - timedelta(days=40),
    )  # fmt: skip
    for name, post, is_lead in (
        ("Ковалёва Ирина Сергеевна", "директор колледжа", True),
        ("Сомов Павел Андреевич", "начальник учебного центра", False),
    ):
        keep(
            "member", group=group, name=name, post=post, is_lead=is_lead, starts_on=today - timedelta(days=40)
        )
    keep(
        "task", group=group, text="Собрать договоры с наставниками", responsible="Ковалёва И. С.",
        due_on=today - timedelta(days=5), done_on=today - timedelta(days=6), result="Собраны 14 договоров.",
    )  # fmt: skip
    keep("task", group=group, text="Описать работу наставника по неделям", due_on=today + timedelta(days=20))
    for place in members[:4]:
        if chair.user_id:
            keep("curator", cluster=place.pk, curator=chair.user_id, starts_on=today - timedelta(days=30))
    support.help_record(
        actor=chair, association_id=association.pk, cluster=members[0].pk, kind="visit",
        helped_on=today - timedelta(days=9), text="Вместе с предприятием разобрали план загрузки лаборатории.",
    )  # fmt: skip
    _experts(association, chair, methodologist, members)
    _shown(association, chair, members)
    founding_mark(
        actor=chair, association_id=association.pk, step="decision", done_on=today - timedelta(days=50),
        evidence="Протокол учредительного собрания",
    )  # fmt: skip
    outside = clusters_to_invite(chair, association).order_by("code").first()
    if outside:
        joining_ask(actor=chair, association_id=association.pk, cluster=outside.pk)
    report = report_begin(actor=chair, association_id=association.pk, year=today.year)
    report_write(
        actor=chair, report_id=report.pk, version=report.version,
        words={"summary": "За год ассоциация собрала первые практики и начала сопровождать кластеры."},
    )  # fmt: skip


def _experts(
    association: Association, chair: Scope, methodologist: Scope, members: Sequence[Cluster]
) -> None:
    """One request with its answer, one that waits; a question of a peer."""
    first, second = members[1], members[2]
    asked = support.support_ask(
        actor=_coordinator(first.region_id), association_id=association.pk, cluster=first.pk,
        text="Как рассчитать загрузку лаборатории на три колледжа?",
    )  # fmt: skip
    if methodologist.user_id:
        asked = support.support_assign(
            actor=chair, request_id=asked.pk, version=asked.version, expert=methodologist.user_id
        )
        support.support_answer(
            actor=methodologist, request_id=asked.pk, version=asked.version, hours=Decimal("2.5"),
            answer="Сложите часы модулей по неделям и оставьте пятую часть на обслуживание.",
        )  # fmt: skip
    support.support_ask(
        actor=_coordinator(second.region_id), association_id=association.pk, cluster=second.pk,
        text="Нужен эксперт по договорам сетевой формы.",
    )  # fmt: skip
    support.peer_ask(
        actor=_coordinator(second.region_id), cluster=second.pk, peer=first.pk,
        text="Как вы договорились с предприятием о ставке наставника?",
    )  # fmt: skip


def _shown(association: Association, chair: Scope, members: Sequence[Cluster]) -> None:
    """An event ahead with two people registered, one that was held, two publications."""
    now, today = clock.now(), clock.today()
    begins = now.replace(hour=8, minute=0, second=0, microsecond=0)
    ahead = event_save(
        actor=chair, association_id=association.pk, event_id=None, version=None, name="Слёт лучших практик",
        kind="conference", starts_at=begins + timedelta(days=18), ends_at=begins + timedelta(days=18, hours=6),
        place="Видеоконференция", about="Авторы практик отвечают на вопросы тех, кто внедряет.", seats=60,
        state="announced",
    )  # fmt: skip
    for place in members[:2]:
        event_register(actor=_coordinator(place.region_id), event_id=ahead.pk)
    held = event_save(
        actor=chair, association_id=association.pk, event_id=None, version=None, name="День открытых цехов",
        kind="event", starts_at=begins - timedelta(days=12), ends_at=begins - timedelta(days=12, hours=-5),
        place="Предприятия отрасли", state="announced",
    )  # fmt: skip
    event_save(
        actor=chair, association_id=association.pk, event_id=held.pk, version=held.version, name=held.name,
        kind=held.kind, starts_at=held.starts_at, ends_at=held.ends_at, place=held.place, state="held",
        outcome="Приняли 9 предприятий, пришли 1 240 школьников.", reach=1_240,
    )  # fmt: skip
    kept_save(
        actor=chair, kind="publicity", association_id=association.pk, pk=None, version=None,
        subject="Выпуск о наставниках", channel="broadcast", planned_on=today - timedelta(days=15),
        done_on=today - timedelta(days=14), reach=18_000,
    )  # fmt: skip
    kept_save(
        actor=chair, kind="publicity", association_id=association.pk, pk=None, version=None,
        subject="Стенд на отраслевой выставке", channel="exhibition", planned_on=today + timedelta(days=30),
    )  # fmt: skip
