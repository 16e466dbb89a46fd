"""Visibility and joins of the clusters room."""

from typing import Self

from clusters.enums import OrganisationKind
from common.names import words_of
from common.querysets import DatedQuerySetMixin, ScopedQuerySet
from common.scope import Role, Scope


class ClusterQuerySet(ScopedQuerySet):
    """The register of clusters: everybody who signed in sees it; the public does not.

    What clusters do (executions, evidence) has its own, narrower scope.
    """

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """By words of the own name, the base college, the industry, the anchor employer, or by the code."""
        return self.with_words(words_of(text), "search_key", alike=alike)

    def active(self) -> Self:
        return self.filter(closed_on=None)

    def for_list(self) -> Self:
        return self.select_related("region__district", "industry", "base_college", "anchor_employer")


class OrganisationQuerySet(ScopedQuerySet):
    """Colleges and employers follow the register of clusters: everybody who signed in sees them."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def colleges(self) -> Self:
        return self.filter(kind=OrganisationKind.COLLEGE)

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """By words of the name."""
        return self.with_words(words_of(text), "name_key", alike=alike)


class AssociationQuerySet(ScopedQuerySet):
    """Associations are public bodies of the project: seen by everybody who signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()


class AssociationMemberQuerySet(DatedQuerySetMixin, ScopedQuerySet):
    """Which cluster belongs to which association, by dates."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()


class ClusterImportQuerySet(ScopedQuerySet):
    """Imports of the register: administrators alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.has(Role.ADMINISTRATOR) else self.none()
