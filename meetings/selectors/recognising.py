"""Reading a pasted list of those present: which region, cluster or coordinator each line names.

A line may be anything that people and programs of videoconferences write: «Томская область», «70-001», «Щёкин Иван»,
«Томская область (Щёкин И. П.)». Names are looked for as whole words, the longest first.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import posts_on
from common.names import clean_name, name_key
from common.scope import Role, Scope
from meetings.models import ClusterAttendance, Invitation, Meeting
from regions.models import Region

LEAST = 4
"""Shorter names would be found inside anything."""
MOST_LINES = 2000
_PARTS = re.compile(r"[,;\t|()\[\]–—]|\s-\s")
_NUMBER = re.compile(r"^\s*\d{1,4}[.)]\s+")


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a mark is for: a region (`cluster` empty) or one of its clusters by code."""

    region: str
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was written: the parties that it names and who was there, or why it names nobody."""

    text: str
    parties: Sequence[Party] = ()
    names: Sequence[str] = ()
    attendee: str = ""
    why: str = ""


@dataclass(slots=True)
class Directory:
    """What the parties of a meeting are called, by keys of names (`common.names.name_key`)."""

    regions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    clusters: dict[str, set[Party]] = field(default_factory=lambda: defaultdict(set))
    people: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    posts: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    titles: dict[Party, str] = field(default_factory=dict)
    full_names: dict[int, str] = field(default_factory=dict)
    invited: set[Party] = field(default_factory=set)


def directory_of(scope: Scope, meeting: Meeting) -> Directory:
    """All regions, the invited clusters and the coordinators of the day of the meeting; a fixed number of queries."""
    found = Directory()
    for region in Region.objects.visible_to(scope):
        party = Party(region.pk)
        found.titles[party] = region.name
        names = (region.name_ru, region.name_en, region.brief_ru, region.brief_en, region.genitive_ru)
        for key in _keys(names):
            found.regions[key].add(region.pk)
    invitations = Invitation.objects.visible_to(scope).filter(meeting=meeting)
    found.invited = {Party(code) for code in invitations.values_list("region", flat=True)}
    rows = ClusterAttendance.objects.visible_to(scope).filter(invitation__meeting=meeting)
    for row in rows.select_related("invitation", "cluster"):
        party = Party(row.invitation.region_id, row.cluster.code)
        found.invited.add(party)
        found.titles[party] = row.cluster.display_name
        for key in _keys((row.cluster.code, row.cluster.title, row.cluster.name)):
            found.clusters[key].add(party)
    _add_people(found, meeting)
    return found


def _add_people(found: Directory, meeting: Meeting) -> None:
    for person, region, _position in posts_on(meeting.day, Role.COORDINATOR):
        found.posts[person].add(region)
    for user in User.objects.filter(Q(pk__in=list(found.posts))):
        found.full_names[user.pk] = user.get_full_name()
        last, first, middle = user.last_name, user.first_name, user.patronymic
        initials = " ".join(f"{name[0]}." for name in (first, middle) if name)
        ways = (
            f"{last} {first} {middle}", f"{last} {first}", f"{first} {last}", f"{first} {middle} {last}",
            f"{last} {initials}", f"{last} {initials.replace(' ', '')}", f"{initials} {last}",
            f"{initials.replace(' ', '')} {last}",
        )  # fmt: skip
        for key in _keys(ways):
            found.people[key].add(user.pk)


def _keys(names: Iterable[str]) -> set[str]:
    keys = {name_key(name).strip(". ") for name in names if name}
    return {key for key in keys if len(key) >= LEAST}


def read_list(text: str, directory: Directory) -> list[Line]:
    """Every line that says something, in its order; of the same line written twice only the first."""
    lines = dict.fromkeys(
        filter(None, (clean_name(_NUMBER.sub("", line)) for line in re.split(r"[\r\n]+", text)))
    )
    return [_line(line, directory) for line in list(lines)[:MOST_LINES]]


def _line(text: str, directory: Directory) -> Line:
    key = name_key(text)
    clusters = _found(key, directory.clusters)
    people = _found(key, directory.people)
    regions = {code for name in _found(key, directory.regions) for code in directory.regions[name]}
    if clusters:
        return _of_clusters(text, directory, clusters, regions)
    persons = {pk for name in people for pk in directory.people[name]}
    if len(persons) > 1 and regions:
        persons = {pk for pk in persons if directory.posts[pk] & regions}
    codes = regions or {code for pk in persons for code in directory.posts[pk]}
    if not codes:
        return Line(text, why=_("no region, cluster or coordinator is called so"))
    if not regions and len(persons) > 1:
        return Line(text, why=_("several coordinators are called so: add the region"))
    attendee = directory.full_names[persons.pop()] if len(persons) == 1 else _rest(text, directory)
    return _named(text, directory, [Party(code) for code in sorted(codes)], attendee)


def _of_clusters(text: str, directory: Directory, names: Sequence[str], regions: set[str]) -> Line:
    parties: set[Party] = set()
    for name in names:
        called = directory.clusters[name]
        if len(called) > 1:
            called = {party for party in called if party.region in regions}
        if len(called) != 1:
            return Line(text, why=_("several clusters are called so: add the region or the code"))
        parties |= called
    return _named(text, directory, sorted(parties, key=lambda one: (one.region, one.cluster)), "")


def _named(text: str, directory: Directory, parties: Sequence[Party], attendee: str) -> Line:
    names = [directory.titles[party] for party in parties]
    if strangers := [directory.titles[party] for party in parties if party not in directory.invited]:
        return Line(text, why=_("not invited to this meeting: %(names)s") % {"names": ", ".join(strangers)})
    return Line(text, parties, names, attendee)


def _found(key: str, names: Mapping[str, object]) -> list[str]:
    """The names that stand in a key as whole words, without those that lie inside a longer one."""
    found: list[str] = []
    for name in sorted((name for name in names if name in key), key=len, reverse=True):
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", key):
            continue
        key = key.replace(name, "\0")
        found.append(name)
    return found


def _rest(text: str, directory: Directory) -> str:
    """What of a line names no region: probably who was there."""
    parts = (clean_name(part) for part in _PARTS.split(text))
    return ", ".join(part for part in parts if part and not _found(name_key(part), directory.regions))
