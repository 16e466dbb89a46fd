"""Whom an item of a protocol is addressed to: a rule over clusters or over regional coordinators.

The rule is kept as JSON on the item and is read strictly. Values of one list are alternatives, lists narrow
each other: cohorts 2023 or 2024 AND one of two industries. Clusters named by hand come on top, exceptions are
taken away at the end. A cluster whose cohort, kind or industry is unknown fits no list of that property.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.enums import AddresseeKind
from clusters.enums import ClusterKind
from common.errors import InvalidInput

LONGEST_KEY = 64
MOST_VALUES = 2000
NAMED_IN_FULL = 6
"""So many clusters are named in the wording of a rule; of more, the number is given."""

CONDITIONS = ("cohorts", "kinds", "industries", "regions", "districts", "associations")
OF_REGIONS = frozenset({"everyone", "regions", "districts", "except_regions"})


def _refuse(message: str) -> InvalidInput:
    return InvalidInput({"audience": message})


def _years(value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(year, int) and not isinstance(year, bool) and 2000 <= year <= 2100 for year in value
    ):
        raise _refuse(_("Audience: cohorts are a list of years."))
    return tuple(sorted(set(value)))


def _keys(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and key.isprintable() for key in value
    ):
        raise _refuse(_("Audience: “%(name)s” is a list of keys.") % {"name": name})
    if name == "kinds" and not set(value) <= set(ClusterKind.values):
        raise _refuse(_("Audience: there is no such kind of cluster."))
    return tuple(sorted(set(value)))


@dataclass(frozen=True, slots=True)
class Audience:
    """The rule of one item. Keys are permanent: codes of regions and clusters, slugs of the rest."""

    everyone: bool = False
    cohorts: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    associations: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()
    except_clusters: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: object, addressee: str = AddresseeKind.CLUSTERS) -> Self:
        """Read the JSON form; InvalidInput names what does not fit: unknown keys, wrong types, mixed rules."""
        if not isinstance(data, Mapping):
            raise _refuse(_("Audience: an object is expected."))
        known = OF_REGIONS if addressee == AddresseeKind.REGIONS else {spec.name for spec in fields(cls)}
        strange = sorted(str(key) for key in data if key not in known)
        if strange:
            raise _refuse(_("Audience: unknown conditions: %(names)s.") % {"names": ", ".join(strange)})
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name == "everyone":
                if not isinstance(value, bool):
                    raise _refuse(_("Audience: “everyone” is true or false."))
                values[name] = value
            else:
                values[name] = _years(value) if name == "cohorts" else _keys(name, value)
                if len(values[name]) > MOST_VALUES:
                    raise _refuse(_("Audience: too many values in one list."))
        audience = cls(**values)
        if audience.everyone and (audience.has_conditions or audience.clusters):
            raise _refuse(_("Audience: choose either everyone or conditions, not both."))
        return audience

    def to_json(self) -> dict[str, Any]:
        """The JSON form without empty parts; `from_json` of it is the same rule."""
        values = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value
        }

    @property
    def has_conditions(self) -> bool:
        return any(getattr(self, name) for name in CONDITIONS)

    @property
    def is_empty(self) -> bool:
        """True when the rule names nobody, whatever clusters there are."""
        return not (self.everyone or self.has_conditions or self.clusters)


@dataclass(frozen=True, slots=True)
class AudienceNames:
    """Names for the keys of rules, read once for all rules of a page; a key without a name stands for itself."""

    industries: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    associations: Mapping[str, str] = field(default_factory=dict)
    clusters: Mapping[str, str] = field(default_factory=dict)


def _either(names: Iterable[str]) -> str:
    return _(" or ").join(names)


def _named(keys: tuple[str, ...], names: Mapping[str, str]) -> list[str]:
    return [names.get(key, key) for key in keys]


def _picked(keys: tuple[str, ...], names: Mapping[str, str]) -> str:
    if len(keys) > NAMED_IN_FULL:
        return ngettext("%(count)s cluster", "%(count)s clusters", len(keys)) % {"count": len(keys)}
    return ", ".join(_named(keys, names))


def _conditions(audience: Audience, names: AudienceNames) -> list[str]:
    kinds = [str(ClusterKind(kind).label) for kind in audience.kinds]
    parts = (
        (_("cohort %(names)s"), [str(year) for year in audience.cohorts]),
        (_("kind: %(names)s"), kinds),
        (_("industry: %(names)s"), _named(audience.industries, names.industries)),
        (_("region: %(names)s"), _named(audience.regions, names.regions)),
        (_("federal district: %(names)s"), _named(audience.districts, names.districts)),
        (_("member of the association: %(names)s"), _named(audience.associations, names.associations)),
    )
    said = {index: text % {"names": _either(values)} for index, (text, values) in enumerate(parts) if values}
    if 3 in said and 4 in said:  # places are alternatives of one another
        said[3] = _either((said.pop(3), said.pop(4)))
    return [said[index] for index in sorted(said)]


def describe(audience: Audience, addressee: str, names: AudienceNames) -> str:
    """The rule in words, in the active language: «кластеры: когорта 2023 или 2024; кроме: …»."""
    of_regions = addressee == AddresseeKind.REGIONS
    parts = []
    if audience.everyone:
        parts.append(_("coordinators of all regions") if of_regions else _("all clusters"))
    conditions = _conditions(audience, names)
    if conditions:
        whom = _("regional coordinators: %(rule)s") if of_regions else _("clusters: %(rule)s")
        parts.append(whom % {"rule": "; ".join(conditions)})
    if audience.clusters:
        by_hand = _("and by hand: %(names)s") if parts else _("clusters by hand: %(names)s")
        parts.append(by_hand % {"names": _picked(audience.clusters, names.clusters)})
    left_out = _named(audience.except_regions, names.regions)
    if audience.except_clusters:
        left_out.append(_picked(audience.except_clusters, names.clusters))
    if left_out:
        parts.append(_("except: %(names)s") % {"names": ", ".join(left_out)})
    return "; ".join(parts) if not audience.is_empty else _("nobody is chosen")
