"""The same small cast in every test.

Two regions with clusters (Tomsk, Omsk) and one without (Chukotka); two associations; one person per role.
Everything is made by the production models; passwords are `PASSWORD`.
"""

from dataclasses import dataclass
from datetime import date

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


def build_cast() -> Cast:
    """Write the cast into the database of the test."""
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
    tomsk = _region("70", "Томская область", "Tomsk Oblast", "Томской области", siberia, "Asia/Tomsk")
    omsk = _region("55", "Омская область", "Omsk Oblast", "Омской области", siberia, "Asia/Omsk")
    chukotka = _region("87", "Чукотский автономный округ", "Chukotka", "Чукотского автономного округа", far_east,
                       "Asia/Anadyr")  # fmt: skip
    AuthorityHead.objects.create(
        authority=tomsk.authority, post_title="Министр образования Томской области",
        post_title_dative="Министру образования Томской области", last_name="Верховская", first_name="Анна",
        patronymic="Сергеевна", name_dative="Верховской А. С.", salutation="Уважаемая Анна Сергеевна!",
        emails=["minister@tomsk.example"], starts_on=SINCE,
    )  # fmt: skip
    machines = Industry.objects.create(
        slug="machine_building", order=1, name_ru="Машиностроение", name_en="Mechanical engineering"
    )
    farming = Industry.objects.create(
        slug="agriculture", order=2, name_ru="Сельское хозяйство", name_en="Agriculture"
    )
    headcount = Process.objects.create(
        slug="student_headcount_control", order=1, kind="cross_cutting", name_ru="Контроль контингента студентов",
        name_en="Monitoring of student headcount", start_month=1, end_month=12, months_basis="assumption",
        group_confidence="high",
    )  # fmt: skip
    associations = {}
    for slug, industry in (("machine-builders", machines), ("farmers", farming)):
        associations[slug] = Association.objects.create(
            slug=slug, name_ru=industry.name_ru, name_en=industry.name_en
        )
        associations[slug].industries.add(industry)
    clusters = {
        code: Cluster.objects.create(
            code=code, region=region, name=name, industry=industry, kind=kind, cohort_year=year
        )
        for code, region, name, industry, kind, year in (
            ("70-001", tomsk, "ПроЛом", machines, ClusterKind.OPC, 2023),
            ("70-002", tomsk, "АгроТом", farming, ClusterKind.OPC, 2024),
            ("55-001", omsk, "Омские машины", machines, ClusterKind.OPC, 2023),
            ("55-002", omsk, "", None, "", None),
        )
    }
    AssociationMember.objects.create(
        association=associations["machine-builders"], cluster=clusters["70-001"], starts_on=SINCE
    )
    return Cast(
        tomsk=tomsk, omsk=omsk, chukotka=chukotka, machines=machines, farming=farming, headcount=headcount,
        machine_builders=associations["machine-builders"], farmers=associations["farmers"],
        tomsk_machines=clusters["70-001"], tomsk_farming=clusters["70-002"], omsk_machines=clusters["55-001"],
        nameless=clusters["55-002"],
        administrator=_member(_user("administrator", "Админова", "Ольга", "Игоревна"), Role.ADMINISTRATOR),
        controller=_member(_user("controller", "Контролёров", "Пётр", "Ильич"), Role.CONTROLLER),
        methodologist=_member(_user("methodologist", "Методист", "Нина", "Львовна"), Role.METHODOLOGIST),
        tomsk_coordinator=_member(
            _user("tomsk", "Щёкин", "Иван", "Петрович"), Role.COORDINATOR, region=tomsk, position=Position.MAIN
        ),
        tomsk_deputy=_member(
            _user("deputy", "Томина", "Вера", "Олеговна"), Role.COORDINATOR, region=tomsk, position=Position.DEPUTY
        ),
        omsk_coordinator=_member(
            _user("omsk", "Омский", "Олег", "Юрьевич"), Role.COORDINATOR, region=omsk, position=Position.MAIN
        ),
        chair=_member(
            _user("chair", "Главный", "Глеб", "Глебович"), Role.ASSOCIATION,
            association=associations["machine-builders"], position=Position.CHAIR,
        ),
        tomsk_minister=_member(_user("minister", "Верховская", "Анна", "Сергеевна"), Role.MINISTER, region=tomsk),
        newcomer=_user("newcomer", "Новиков", "Нил", "Нилович"),
    )  # fmt: skip
