"""What runs through all clusters: days of the lanes, plans and counted values of indicators, a few boards."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from common import clock
from common.scope import SYSTEM, Scope
from cyclogram.models import Indicator, IndicatorValue
from cyclogram.selectors.values import EntryRow, entry_rows
from cyclogram.services.boards import board_save, decision_save, member_save, session_save
from cyclogram.services.lanes import checkpoints_lay
from cyclogram.services.values import Entry, values_accept, values_enter, values_plan, values_return
from demo.cyclogram import coordinators
from regions.models import Region

COUNTED = ("students", "admitted", "publications", "board_sessions", "employment", "employer_funds")
PLANS = {
    "students": 420, "admitted": 380, "publications": 24, "board_sessions": 4, "employment": 82,
    "employer_funds": 60,
}  # fmt: skip
"""What an average place plans for a year."""
SOURCE = "Отчёт региона о реализации проекта"
REMARK = "Не сходится с формой СПО-1: уточните число обучающихся."
REGIONS, DAYS_LEFT_OPEN = 12, 1
SHOWN = "74"
"""The region whose coordinator is among the printed sign-ins."""
NAMES = (
    ("Верещагина Ольга Сергеевна", "заместитель губернатора", "chair", "authority"),
    ("Ларионов Павел Андреевич", "генеральный директор опорного предприятия", "deputy", "employer"),
    ("Тихонова Мария Игоревна", "начальник отдела профессионального образования", "secretary", "authority"),
    ("Крылов Денис Олегович", "директор базового колледжа", "member", "college"),
    ("Жданова Елена Петровна", "председатель областной организации профсоюза", "member", "union"),
)
SUBJECTS = (
    "О ходе подготовки колледжей к приёмной кампании и об участии работодателей",
    "Об исполнении показателей Паспорта проекта и о закупке оборудования",
    "Об итогах полугодия и о планах кластеров на новый учебный год",
)
DECISIONS = (
    "Согласовать перечень оборудования для лабораторий и направить его в кластеры.",
    "Работодателям представить сведения о вложенных средствах.",
)


def run_the_lanes(planner: Scope, controller: Scope) -> None:
    """Lay the days of the lanes; some regions have counted three quarters, the last one waits for the centre."""
    checkpoints_lay(actor=SYSTEM)
    people = coordinators()
    codes = sorted(people, key=lambda code: (code != SHOWN, code))[:REGIONS]
    rng = Random("lanes")  # noqa: S311  invented figures, not a secret
    indicators = list(Indicator.objects.filter(key__in=COUNTED).order_by("order"))
    days = _days(clock.today())
    for number, day in enumerate(days, 1):
        part = Decimal(number) / len(days)
        rows = entry_rows(SYSTEM, day, codes, indicators)
        values_plan(actor=planner, day=day, entries=[_planned(row, part) for row in rows])
        for code in codes:
            own = [row for row in entry_rows(SYSTEM, day, [code], indicators) if rng.random() > 0.06]
            values_enter(actor=people[code], day=day, entries=[_counted(row, part, rng) for row in own])
        if number <= len(days) - DAYS_LEFT_OPEN:
            values_accept(actor=controller, chosen=_waiting(day))
    for region in codes[1:2]:
        returned = dict(list(_waiting(days[-1], region).items())[:2])
        values_return(actor=controller, chosen=returned, remark=REMARK)
    for place, code in enumerate(codes[: REGIONS // 2]):
        _board(people[code], Region.objects.get(code=code), rng, place)


def _days(today: date) -> list[date]:
    """The first days of the last four quarters."""
    index = today.year * 4 + (today.month - 1) // 3
    return [date((index - back) // 4, (index - back) % 4 * 3 + 1, 1) for back in (3, 2, 1, 0)]


def _planned(row: EntryRow, part: Decimal) -> Entry:
    amount = PLANS[row.indicator.key] * (1 if row.indicator.unit == "percent" else part)
    return Entry(row.indicator.key, row.place.code, Decimal(round(amount)), seen=_seen(row))


def _counted(row: EntryRow, part: Decimal, rng: Random) -> Entry:
    amount = float(PLANS[row.indicator.key]) * rng.uniform(0.82, 1.1)
    if row.indicator.unit != "percent":
        amount *= float(part)
    return Entry(row.indicator.key, row.place.code, Decimal(round(amount)), SOURCE, _seen(row))


def _seen(row: EntryRow) -> int:
    return row.value.version if row.value else 0


def _waiting(day: date, region: str = "") -> dict[int, int]:
    rows = IndicatorValue.objects.all().waiting().filter(counted_on=day)
    if region:
        rows = rows.of_region(region)
    return dict(rows.values_list("pk", "version"))


def _board(actor: Scope, region: Region, rng: Random, place: int) -> None:
    """A board with its members, three sessions and their decisions."""
    today = clock.today()
    founded = today.replace(month=2, day=1) - timedelta(days=rng.randrange(200, 500))
    board_save(
        actor=actor, region=region.code, version=None, founded_on=founded,
        name=f"Региональный наблюдательный совет, {region.name}",
        founded_by=f"Распоряжение от {founded:%d.%m.%Y} № {rng.randrange(20, 400)}-р",
    )  # fmt: skip
    for name, post, role, side in _shifted(NAMES, place):
        member_save(
            actor=actor, region=region.code, member_id=None, version=None, name=name, post=post, role=role,
            side=side, starts_on=founded,
        )  # fmt: skip
    for number, subject in enumerate(SUBJECTS, 1):
        held_on = today - timedelta(days=90 * (len(SUBJECTS) - number) + 20)
        session = session_save(
            actor=actor, region=region.code, session_id=None, version=None, held_on=held_on, subject=subject,
            protocol_number=str(number),
        )  # fmt: skip
        for position, text in enumerate(DECISIONS):
            done = held_on + timedelta(days=15) if number < len(SUBJECTS) and not position else None
            decision_save(
                actor=actor, region=region.code, session_id=session.pk, decision_id=None, version=None,
                text=text, responsible="Базовые колледжи кластеров", due_on=held_on + timedelta(days=30),
                done_on=done,
            )  # fmt: skip


def _shifted(people: Iterable[tuple[str, str, str, str]], place: int) -> list[tuple[str, str, str, str]]:
    """The same posts with the names of others, so that no two boards are alike."""
    rows = list(people)
    names = [name for name, *_rest in rows]
    return [
        (names[(index + place) % len(names)], post, role, side)
        for index, (_name, post, role, side) in enumerate(rows)
    ]
