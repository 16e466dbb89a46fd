"""The same small cast in every test.

Two regions with clusters (Tomsk, Omsk) and one without (Chukotka); two associations; one person per role.
Everything is made by the production models; passwords are `PASSWORD`. They make it once in a process: every test gets
a copy of those rows in one statement per table, because most tests begin with the cast.
"""

import pickle
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_save

from accounts.enums import Position
from accounts.models import Membership, User
from accounts.selectors import scope_for
from clusters.enums import ClusterKind
from clusters.models import Association, AssociationMember, Cluster, Industry, Process
from common.scope import PUBLIC, Role, Scope
from regions.models import AuthorityHead, FederalDistrict, Region, RegionalAuthority

PASSWORD = "correct horse battery staple"
SINCE = date(2023, 9, 1)


@dataclass(frozen=True)
class Cast:
    """People by role, and the places that they belong to."""

    tomsk: Region
    omsk: Region
    chukotka: Region
    machines: Industry
    farming: Industry
    headcount: Process
    machine_builders: Association
    farmers: Association
    tomsk_machines: Cluster
    tomsk_farming: Cluster
    omsk_machines: Cluster
    nameless: Cluster
    administrator: User
    controller: User
    methodologist: User
    tomsk_coordinator: User
    tomsk_deputy: User
    omsk_coordinator: User
    chair: User
    tomsk_minister: User
    newcomer: User

    def scope(self, name: str) -> Scope:
        """The scope of a person by the name of the field; `public` is the public."""
        return PUBLIC if name == "public" else scope_for(getattr(self, name))


def _region(
    code: str, name: str, name_en: str, genitive: str, district: FederalDistrict, zone: str
) -> Region:
    region = Region.objects.create(
        code=code, name_ru=name, name_en=name_en, short_ru=name[:5], brief_ru=name, brief_en=name_en,
        genitive_ru=genitive, district=district, timezone=zone,
    )  # fmt: skip
    RegionalAuthority.objects.create(region=region, name=f"орган управления образованием {genitive}")
    return region


def _user(email: str, last: str, first: str, patronymic: str) -> User:
    return User.objects.create_user(
        f"{email}@example.org", PASSWORD, last_name=last, first_name=first, patronymic=patronymic
    )


def _member(user: User, role: Role, **where: object) -> User:
    Membership.objects.create(user=user, role=role, starts_on=SINCE, **where)
    return user


def _regions() -> tuple[Region, Region, Region]:
    """Tomsk and Omsk in Siberia, Chukotka in the Far East."""
    siberia = FederalDistrict.objects.create(
        code="siberia", name_ru="Сибирский федеральный округ", name_en="Siberian", short_ru="СФО", order=1
    )
    far_east = FederalDistrict.objects.create(
        code="far_east",
        name_ru="Дальневосточный федеральный округ",
        name_en="Far Eastern",
        short_ru="ДФО",
        order=2,
    )
    return (
        _region("70", "Томская область", "Tomsk Oblast", "Томской области", siberia, "Asia/Tomsk"),
        _region("55", "Омская область", "Omsk Oblast", "Омской области", siberia, "Asia/Omsk"),
        _region("87", "Чукотский автономный округ", "Chukotka", "Чукотского автономного округа", far_east,
                "Asia/Anadyr"),
    )  # fmt: skip


def _head(region: Region) -> AuthorityHead:
    """The head of the authority of Tomsk, with an address."""
    return AuthorityHead.objects.create(
        authority=region.authority, post_title="Министр образования Томской области",
        post_title_dative="Министру образования Томской области", last_name="Верховская", first_name="Анна",
        patronymic="Сергеевна", name_dative="Верховской А. С.", salutation="Уважаемая Анна Сергеевна!",
        emails=["minister@tomsk.example"], starts_on=SINCE,
    )  # fmt: skip


def _industries() -> tuple[Industry, Industry]:
    return (
        Industry.objects.create(
            slug="machine_building", order=1, name_ru="Машиностроение", name_en="Mechanical engineering"
        ),
        Industry.objects.create(
            slug="agriculture", order=2, name_ru="Сельское хозяйство", name_en="Agriculture"
        ),
    )


def _headcount() -> Process:
    return Process.objects.create(
        slug="student_headcount_control", order=1, kind="cross_cutting", name_ru="Контроль контингента студентов",
        name_en="Monitoring of student headcount", start_month=1, end_month=12, months_basis="assumption",
        group_confidence="high",
    )  # fmt: skip


def _association(slug: str, industry: Industry) -> Association:
    association = Association.objects.create(slug=slug, name_ru=industry.name_ru, name_en=industry.name_en)
    association.industries.add(industry)
    return association


def _cluster(
    code: str, region: Region, name: str = "", industry: Industry | None = None, year: int | None = None
) -> Cluster:
    kind = ClusterKind.OPC if name else ""
    return Cluster.objects.create(
        code=code, region=region, name=name, industry=industry, kind=kind, cohort_year=year
    )


def _people(tomsk: Region, omsk: Region, association: Association) -> dict[str, User]:
    """One person per role, and one without any; the keys are the fields of the cast."""
    return {
        "administrator": _member(_user("administrator", "Админова", "Ольга", "Игоревна"), Role.ADMINISTRATOR),
        "controller": _member(_user("controller", "Контролёров", "Пётр", "Ильич"), Role.CONTROLLER),
        "methodologist": _member(_user("methodologist", "Методист", "Нина", "Львовна"), Role.METHODOLOGIST),
        "tomsk_coordinator": _member(
            _user("tomsk", "Щёкин", "Иван", "Петрович"), Role.COORDINATOR, region=tomsk, position=Position.MAIN
        ),
        "tomsk_deputy": _member(
            _user("deputy", "Томина", "Вера", "Олеговна"), Role.COORDINATOR, region=tomsk, position=Position.DEPUTY
        ),
        "omsk_coordinator": _member(
            _user("omsk", "Омский", "Олег", "Юрьевич"), Role.COORDINATOR, region=omsk, position=Position.MAIN
        ),
        "chair": _member(
            _user("chair", "Главный", "Глеб", "Глебович"), Role.ASSOCIATION,
            association=association, position=Position.CHAIR,
        ),
        "tomsk_minister": _member(_user("minister", "Верховская", "Анна", "Сергеевна"), Role.MINISTER, region=tomsk),
        "newcomer": _user("newcomer", "Новиков", "Нил", "Нилович"),
    }  # fmt: skip


def _cast_made() -> Cast:
    tomsk, omsk, chukotka = _regions()
    _head(tomsk)
    machines, farming = _industries()
    headcount = _headcount()
    machine_builders = _association("machine-builders", machines)
    farmers = _association("farmers", farming)
    tomsk_machines = _cluster("70-001", tomsk, "ПроЛом", machines, 2023)
    tomsk_farming = _cluster("70-002", tomsk, "АгроТом", farming, 2024)
    omsk_machines = _cluster("55-001", omsk, "Омские машины", machines, 2023)
    nameless = _cluster("55-002", omsk)
    AssociationMember.objects.create(association=machine_builders, cluster=tomsk_machines, starts_on=SINCE)
    return Cast(
        tomsk=tomsk,
        omsk=omsk,
        chukotka=chukotka,
        machines=machines,
        farming=farming,
        headcount=headcount,
        machine_builders=machine_builders,
        farmers=farmers,
        tomsk_machines=tomsk_machines,
        tomsk_farming=tomsk_farming,
        omsk_machines=omsk_machines,
        nameless=nameless,
        **_people(tomsk, omsk, machine_builders),
    )


@cache
def _rows_made() -> bytes:
    """The cast and its rows in the order of their making, as the models made them; nothing stays in the database."""
    rows: list[Model] = []

    def note(instance: Model, **_: object) -> None:
        if not isinstance(instance, LogEntry):
            rows.append(instance)

    post_save.connect(note)
    try:
        with transaction.atomic():
            cast = _cast_made()
            rows += Association.industries.through.objects.all()
            transaction.set_rollback(True)
    finally:
        post_save.disconnect(note)
    return pickle.dumps((cast, rows))


def build_cast() -> Cast:
    """Write the cast into the database of the test."""
    cast, rows = pickle.loads(_rows_made())  # noqa: S301  our own bytes
    by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, same in by_model.items():
        model._base_manager.bulk_create(same)
    return cast
