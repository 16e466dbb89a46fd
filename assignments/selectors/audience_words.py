"""The rule of an audience from words, as people write it in a table: the other direction of `audience.describe`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from assignments.audience import CONDITIONS, Audience
from assignments.enums import AddresseeKind
from clusters.enums import ClusterKind
from clusters.models import Association, Cluster, Industry
from common.errors import InvalidInput
from common.names import name_key
from regions.models import FederalDistrict, Region

LABELS: Mapping[str, tuple[str, ...]] = {
    "cohorts": ("год отбора", "годы отбора", "когорта", "когорты", "cohort", "cohorts"),
    "kinds": ("вид", "виды", "kind", "kinds"),
    "industries": ("отрасль", "отрасли", "industry", "industries"),
    "regions": ("регион", "регионы", "region", "regions"),
    "districts": (
        "федеральный округ", "федеральные округа", "округ", "фо", "federal district", "federal districts", "district",
    ),
    "associations": (
        "ассоциация", "ассоциации", "участник ассоциации", "участники ассоциации", "association", "associations",
        "member of the association",
    ),
    "clusters": (
        "кластер", "кластеры", "отдельные кластеры", "дополнительно", "и дополнительно", "cluster", "clusters",
        "clusters by hand", "and by hand",
    ),
    "": ("региональные координаторы", "координаторы", "regional coordinators", "coordinators"),
}  # fmt: skip
"""Words before a colon, by the list that they name; the last only repeat who executes."""
EVERYONE = frozenset(
    {
        "", "все", "всем", "все кластеры", "всем кластерам", "все регионы", "все координаторы",
        "координаторы всех регионов",
        "all", "everyone", "all clusters", "all regions", "coordinators of all regions",
    }
)  # fmt: skip
_EXCEPT = re.compile(r"(?:кроме|за исключением|except)\b\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)
_LABEL = {word: name for name, words in LABELS.items() for word in words}
_LABELLED = re.compile(
    rf"({'|'.join(sorted(map(re.escape, _LABEL), key=len, reverse=True))})\s*:\s*(.*)", re.DOTALL
)
_COHORT = re.compile(r"(?:когорт[аы]|cohorts?)\s+(.*)", re.DOTALL)
_PARTED = re.compile(r"\s*,\s*|\s+(?:или|or)\s+")
_YEAR = re.compile(r"20[0-9]{2}")
LONGEST_RULE = 4_000
"""Characters: a list of several hundred codes."""


@dataclass(frozen=True, slots=True)
class AudienceIndex:
    """Keys of everything that a rule may mention, by list and by name; saved audiences by name."""

    lists: Mapping[str, Mapping[str, str]]
    saved: Mapping[str, Audience]


def audience_index(saved: Mapping[str, Audience]) -> AudienceIndex:
    """The index of today, in a fixed number of queries; `saved` by name."""
    return AudienceIndex(
        lists={
            "kinds": _kinds(),
            "industries": _named((row.slug, (row.name_ru, row.name_en)) for row in Industry.objects.all()),
            "regions": _named(
                (row.code, (row.name_ru, row.name_en, row.brief_ru, row.brief_en))
                for row in Region.objects.all()
            ),
            "districts": _named(
                (row.code, (row.name_ru, row.name_en, row.short_ru)) for row in FederalDistrict.objects.all()
            ),
            "associations": _named(
                (row.slug, (row.name_ru, row.name_en)) for row in Association.objects.all()
            ),
            "clusters": _named((row.code, (row.code, row.display_name)) for row in Cluster.objects.active()),
        },
        saved={name_key(name): rule for name, rule in saved.items()},
    )


def _named(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    return {name_key(name): key for key, names in rows for name in names if name}


def _kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("ru", "en"):
        with override(language):
            found |= {name_key(str(kind.label)): kind.value for kind in ClusterKind}
    return found


def read_audience(words: str, addressee: str, index: AudienceIndex) -> Audience:
    """The rule that the words mean; InvalidInput for `audience` names the words that mean nothing, or too much."""
    if len(words) > LONGEST_RULE:
        raise InvalidInput(
            {"audience": _("At most %(limit)s characters fit here.") % {"limit": LONGEST_RULE}}
        )
    said = name_key(words)
    if said in EVERYONE:
        return Audience(everyone=True)
    saved = index.saved.get(said)
    if saved is not None:
        return Audience.from_json(saved.to_json(), addressee)
    data: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in said.split(";"))):
        left_out = _EXCEPT.fullmatch(part)
        for name, key in _keys(left_out[1] if left_out else part, addressee, index):
            if name == "everyone" and left_out:
                raise _unknown(part)
            if name == "everyone":
                data[name] = True
            else:
                data.setdefault(f"except_{name}" if left_out else name, []).append(key)
    if not data:
        raise _unknown(words)
    if set(data) <= {"except_regions", "except_clusters"}:
        data["everyone"] = True
    return Audience.from_json(data, addressee)


def _keys(part: str, addressee: str, index: AudienceIndex) -> Iterator[tuple[str, Any]]:
    """(list, key) of every name in one part; a name without a word before it belongs to the list of the one before."""
    name, rest = _labelled(part)
    if not rest:  # a forgotten name is no wish to address the whole country
        raise _unknown(part)
    if rest in EVERYONE:
        yield "everyone", True
        return
    whole = _found(name, rest, addressee, index)
    if len(whole) == 1:
        yield whole[0]
        return
    for word in filter(None, _PARTED.split(rest)):
        said, bare = _labelled(word)
        name = said or name
        found = _found(name, bare, addressee, index)
        if not found:
            raise _unknown(bare)
        if len(found) > 1:
            text = _("“%(word)s” means several things: write “industry: …”, “association: …” and so on.")
            raise InvalidInput({"audience": text % {"word": bare}})
        yield found[0]


def _labelled(words: str) -> tuple[str, str]:
    """The list named before a colon, and the rest. «кластеры: когорта 2023» names the list of cohorts."""
    name = ""
    while found := _LABELLED.fullmatch(words):
        name, words = _LABEL[found[1]] or name, found[2]
    cohort = _COHORT.fullmatch(words)
    return ("cohorts", cohort[1]) if cohort else (name, words)


def _unknown(words: str) -> InvalidInput:
    return InvalidInput({"audience": _("The portal does not know: %(keys)s.") % {"keys": words}})


def _found(name: str, word: str, addressee: str, index: AudienceIndex) -> list[tuple[str, Any]]:
    """What a name may mean in the list, or in any list when none was named."""
    if _YEAR.fullmatch(word) and name in ("cohorts", "clusters", ""):
        return [("cohorts", int(word))]
    lists = [name] if name in index.lists and name != "clusters" else [*CONDITIONS, "clusters"]
    if addressee == AddresseeKind.REGIONS:
        lists = [one for one in lists if one in ("regions", "districts")]
    return [(one, index.lists[one][word]) for one in lists if word in index.lists.get(one, {})]
