"""Which of several regions or associations a person looks at: a default filter, kept in the session.

The scope of the request never changes by it. The focus is a narrower scope for lists and counts that have no filter of
their own; whoever names another of his regions in an address still sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clusters.models import Association
from common.http import FOCUS_KEY
from common.scope import Role, Scope, scope_of
from regions.models import Region

EVERYTHING = ""
REGION, ASSOCIATION = "region", "association"


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can be chosen: `key` is what the form sends, «region:74»."""

    key: str
    label: str


def has_several(scope: Scope) -> bool:
    """Whether there is anything to choose from."""
    return len(scope.regions) + len(scope.associations) > 1


def places_of(scope: Scope) -> Sequence[Place]:
    """The regions by name, then the associations; nothing for who has one place or none. At most two queries."""
    if not has_several(scope):
        return ()
    regions = Region.objects.visible_to(scope).filter(code__in=scope.regions).by_name()
    associations = Association.objects.visible_to(scope).filter(pk__in=scope.associations)
    found = [Place(f"{REGION}:{row.code}", row.brief) for row in regions] if scope.regions else []
    if scope.associations:
        found += [Place(f"{ASSOCIATION}:{row.pk}", row.name) for row in associations]
    return found


def _keys(scope: Scope) -> set[str]:
    regions = {f"{REGION}:{code}" for code in scope.regions}
    return regions | {f"{ASSOCIATION}:{pk}" for pk in scope.associations}


def chosen_key(request: HttpRequest) -> str:
    """The choice of the session while it is still a place of the person's own; else everything."""
    scope = scope_of(request)
    if not has_several(scope):
        return EVERYTHING
    key = request.session.get(FOCUS_KEY, EVERYTHING)
    return key if key in _keys(scope) else EVERYTHING


def focus_of(request: HttpRequest) -> Scope:
    """The scope of the request, narrowed to the chosen place."""
    scope, key = scope_of(request), chosen_key(request)
    return narrowed(scope, key) if key else scope


def chosen_region(request: HttpRequest) -> str:
    """The code of the chosen region; empty when everything or an association is chosen."""
    kind, _colon, code = chosen_key(request).partition(":")
    return code if kind == REGION else ""


def narrowed(scope: Scope, key: str) -> Scope:
    """A scope with one place of those it has; a role without a place left goes with its places."""
    kind, _colon, value = key.partition(":")
    region = frozenset({value}) if kind == REGION else frozenset()
    coordinated, overseen = scope.coordinated & region, scope.overseen & region
    associations = frozenset(pk for pk in scope.associations if kind == ASSOCIATION and str(pk) == value)
    gone = {
        role
        for role, places in (
            (Role.COORDINATOR, coordinated),
            (Role.MINISTER, overseen),
            (Role.ASSOCIATION, associations),
        )
        if not places
    }
    return replace(
        scope,
        roles=scope.roles - gone,
        coordinated=coordinated,
        overseen=overseen,
        associations=associations,
    )


@require_POST
def focus(request: HttpRequest) -> HttpResponse:
    """Keep the choice sent and return to the page it was made on; what is not a choice is passed over."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    key = request.POST.get("place", EVERYTHING)
    if key in _keys(scope_of(request)):
        request.session[FOCUS_KEY] = key
    elif key == EVERYTHING:
        request.session.pop(FOCUS_KEY, None)
    return HttpResponseRedirect(target)
