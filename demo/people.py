"""Invented people: staff of the centre, coordinators, heads of authorities, chairs. All at example domains."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.models import Count

from accounts.enums import Position
from accounts.models import Membership, User
from assignments.models import Execution
from clusters.enums import Wave
from clusters.models import Association, AssociationMember, Cluster, Industry
from common import clock
from common.scope import Role
from regions.models import AuthorityHead, Region

DATA = Path(__file__).parent / "data"
PASSWORD = "demonstration-2026"  # noqa: S105  printed by the command, opens invented data only
DEPUTY_SHARE = 0.2
REGIONS_WITHOUT_ADDRESS = ("87", "83")
"""Regions whose head has no e-mail address: the centre gets a task instead of a letter."""
REGION_WITHOUT_HEAD = "80"
ASSOCIATIONS = 8
CURATORS = 2
OUTSIDE = 5
"""Every so many-th cluster of an industry is not a member yet."""
POSTS = (
    ("Министр образования", "Министру образования"),
    ("Директор департамента образования", "Директору департамента образования"),
    ("Председатель комитета по образованию", "Председателю комитета по образованию"),
)


@dataclass(frozen=True, slots=True)
class Name:
    """A row of the list of invented names, with the forms that an official letter needs."""

    last: str
    first: str
    patronymic: str
    gender: str
    dative_short: str
    dative_full: str
    salutation: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration sign-in, printed when the demo starts."""

    role: str
    email: str


def names() -> list[Name]:
    """The list of invented names."""
    with (DATA / "names.csv").open(encoding="utf-8", newline="") as file:
        return [Name(**row) for row in csv.DictReader(file)]


class Population:
    """Creates the people; the same seed gives the same people."""

    def __init__(self, rng: Random, since: date) -> None:
        self.rng = rng
        self.since = since
        self.names = names()
        # One computed hash serves everybody: hashing two hundred times would cost ten seconds and protect nothing.
        self.password = make_password(PASSWORD, salt="demonstration")
        self.users: list[User] = []
        self.memberships: list[Membership] = []

    def invented(self) -> tuple[str, str, str]:
        """Last, first and patronymic names drawn from three rows of one gender."""
        gender = self.rng.choice(("female", "male"))
        rows = [name for name in self.names if name.gender == gender]
        return self.rng.choice(rows).last, self.rng.choice(rows).first, self.rng.choice(rows).patronymic

    def add(self, email: str, role: Role, *, named: Name | None = None, **place: object) -> User:
        """A person with one membership since the beginning of the demonstration."""
        last, first, patronymic = (named.last, named.first, named.patronymic) if named else self.invented()
        user = User(
            email=email, last_name=last, first_name=first, patronymic=patronymic, password=self.password
        )
        user.save()
        Membership.objects.create(user=user, role=role, starts_on=self.since, **place)
        return user

    def staff(self) -> list[SignIn]:
        """The centre: an administrator, two controllers, a methodologist."""
        people = (
            ("administrator", Role.ADMINISTRATOR),
            ("controller", Role.CONTROLLER),
            ("controller-2", Role.CONTROLLER),
            ("methodologist", Role.METHODOLOGIST),
        )
        for name, role in people:
            self.add(f"{name}@centre.example", role)
        return [SignIn(str(role.label), f"{name}@centre.example") for name, role in people]

    def regions(self) -> None:
        """A coordinator for every region, a deputy for some, and the head of the authority."""
        named = list(self.names)
        self.rng.shuffle(named)
        for name, region in zip(
            named, Region.objects.select_related("authority").order_by("code"), strict=False
        ):
            self.add(
                f"coordinator-{region.code}@regions.example",
                Role.COORDINATOR,
                region=region,
                position=Position.MAIN,
                document=f"приказ № {self.rng.randint(10, 900)}-о",
            )
            if self.rng.random() < DEPUTY_SHARE:
                self.add(
                    f"deputy-{region.code}@regions.example",
                    Role.COORDINATOR,
                    region=region,
                    position=Position.DEPUTY,
                )
            if region.code != REGION_WITHOUT_HEAD:
                self.head(region, name)

    def head(self, region: Region, name: Name) -> None:
        """The head of the authority, who also reads the own region's pages."""
        post, post_dative = self.rng.choice(POSTS)
        email = f"head-{region.code}@regions.example"
        AuthorityHead.objects.create(
            authority=region.authority,
            post_title=f"{post} {region.genitive_ru}",
            post_title_dative=f"{post_dative} {region.genitive_ru}",
            last_name=name.last,
            first_name=name.first,
            patronymic=name.patronymic,
            name_dative=name.dative_short,
            salutation=name.salutation,
            emails=[] if region.code in REGIONS_WITHOUT_ADDRESS else [email],
            starts_on=self.since,
        )
        self.add(email, Role.MINISTER, named=name, region=region)

    def associations(self) -> None:
        """The first associations with most clusters of their industry, a chair and curators each."""
        for industry in Industry.objects.order_by("order")[:ASSOCIATIONS]:
            slug = industry.slug.replace("_", "-")
            association = Association.objects.create(
                slug=slug,
                name_ru=f"Ассоциация кластеров: {industry.name_ru.lower()}",
                name_en=f"Association of clusters: {industry.name_en.lower()}",
                founded_on=self.since,
                wave=Wave.FIRST,
            )
            association.industries.add(industry)
            AssociationMember.objects.bulk_create(
                AssociationMember(association=association, cluster=cluster, starts_on=self.since)
                for number, cluster in enumerate(
                    Cluster.objects.filter(industry=industry).order_by("code"), 1
                )
                if number % OUTSIDE
            )
            self.add(
                f"chair-{slug}@associations.example",
                Role.ASSOCIATION,
                association=association,
                position=Position.CHAIR,
            )
            for number in range(1, CURATORS + 1):
                self.add(
                    f"curator-{slug}-{number}@associations.example",
                    Role.ASSOCIATION,
                    association=association,
                    position=Position.CURATOR,
                )


def sign_ins() -> list[SignIn]:
    """The sign-ins that the command prints: of each role one, and the region that has most to mend now."""
    overdue = Execution.objects.rated().overdue(clock.today())
    region = overdue.values_list("region").annotate(count=Count("pk")).order_by("-count", "region").first()
    code = region[0] if region else "74"
    shown = (
        ("administrator@centre.example", Role.ADMINISTRATOR),
        ("controller@centre.example", Role.CONTROLLER),
        ("methodologist@centre.example", Role.METHODOLOGIST),
        (f"coordinator-{code}@regions.example", Role.COORDINATOR),
        (f"head-{code}@regions.example", Role.MINISTER),
        ("chair-agriculture@associations.example", Role.ASSOCIATION),
    )
    return [SignIn(str(role.label), email) for email, role in shown]
