"""What every page shows around its content: destinations with what waits there, the reader, the look."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.policies import can_see_appointments
from accounts.sessions import session_ends
from assignments.enums import ASKED_BY_REGIONS, TRANSITIONS
from assignments.models import Execution
from assignments.policies import can_review
from clusters.models import Association
from clusters.policies import can_import_clusters
from common import clock
from common.http import is_refused
from common.scope import Role, Scope, scope_of
from dashboard.display import display_of
from dashboard.focus import chosen_key, focus_of, has_several, places_of
from dashboard.selectors.groups import WAITING, in_group
from notifications.models import Notice, StaffTask
from notifications.policies import can_see_digests
from regions.models import Region
from regions.selectors import calendar_for

COUNT_SHOWN = 999
"""A badge holds three figures; beyond that the exact number is on the page itself."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An entry of the main menu; `names` are the views under which it is the current one."""

    url_name: str
    label: str | Promise
    names: frozenset[str]
    short: str | Promise = ""


RATING = Destination("rating:latest", gettext_lazy("Rating"), frozenset())
WORK = Destination(
    "dashboard:inbox",
    gettext_lazy("Assignments"),
    frozenset(
        {"inbox", "registry", "review", "review-decide", "review-result", "execution", "execution-undo"}
    )
    | {f"review-{page}" for page in ("next", "one", "skip", "claim", "accept", "return", "undo")}
    | {"remarks", "remark-edit", "matrix", "workbooks", "workbook", "execution-note"}
    | {f"execution-{action}" for action in TRANSITIONS}
    | {
        "requests",
        "requests-decide",
        "requests-result",
        "hand-in",
        "hand-in-result",
        "saved-views",
        "request-grant",
        "request-refuse",
        "request-withdraw",
    }
    | {"questions", "question", "question-answer", "question-rewrite", "execution-ask-question"}
    | {f"execution-ask-{kind}" for kind in ASKED_BY_REGIONS},
)
PROTOCOLS = Destination("assignments:protocols", gettext_lazy("Protocols"), frozenset())
MEETINGS = Destination("meetings:meetings", gettext_lazy("Meetings"), frozenset())
CYCLOGRAM = Destination("cyclogram:matrix", gettext_lazy("Cyclogram"), frozenset())
REGIONS = Destination(
    "dashboard:regions",
    gettext_lazy("Regions"),
    frozenset(
        {
            "regions",
            "region",
            "coordinators",
            "coordinator-appoint",
            "coordinator-hand-over",
            "coordinator-leave",
            "coordinator-order",
        }
    ),
)
CLUSTERS = Destination("dashboard:clusters", gettext_lazy("Clusters"), frozenset({"clusters", "cluster"}))
ASSOCIATIONS = Destination("associations:associations", gettext_lazy("Associations"), frozenset())
LETTERS = Destination("rating:letters", gettext_lazy("Letters"), frozenset({"letters", "letter"}))
TASKS = Destination(
    "dashboard:staff-tasks",
    gettext_lazy("Tasks"),
    frozenset({"staff-tasks", "staff-task-close", "digests", "ladder", "appointments", "appointment"})
    | {f"appointment-{page}" for page in ("add", "edit", "letter", "close", "item", "answer")},
)

NOTICES = Destination(
    "dashboard:notices", gettext_lazy("Notifications"), frozenset({"notices", "notice-open"})
)
SEARCH = Destination("dashboard:search", gettext_lazy("Search"), frozenset({"search"}))
BAR_PLACES = 5
"""Places in the bar of a phone; the last one unfolds the rest when there are more destinations."""


@cache
def _address(name: str) -> str:
    """The address of a page without parts of its own: every page names a dozen of them, and none ever changes."""
    return reverse(name)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page. Three queries at most for whoever signed in, for a coordinator his calendar besides.

    None for the public; on the page of an error nothing is counted.
    """
    scope = scope_of(request)
    focus = focus_of(request) if has_several(scope) else scope
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    nav = list(_nav(request, scope, focus))
    bell = _bell(request, scope) if signed_in else None
    search_url = _address("dashboard:search") if signed_in or settings.RATING_IS_PUBLIC else ""
    shown, folded = _bottom(request, nav, bell, search_url)
    return {
        "scope": scope,
        "is_demo": settings.IS_DEMO,
        "display": display_of(request),
        "nav": nav,
        "bell": bell,
        "bottom": shown,
        "bottom_more": folded,
        "search_url": search_url,
        "places": places_of(scope) if signed_in else (),
        "place": chosen_key(request) if signed_in else "",
        "person": user.get_short_name() if signed_in else "",
        "person_role": role_words(focus) if signed_in else None,
        "menu": _menu(scope) if signed_in else [],
        "session": _session(request) if signed_in else None,
        "sign_in_url": _address("account_login"),
        "sign_out_url": _address("account_logout"),
    }


def _session(request: HttpRequest) -> dict[str, Any]:
    """What the page must know to warn before the sign-in ends and to keep what was typed, and for whom."""
    return {
        "person": request.user.pk,
        "ends": int(session_ends(request) * 1000),
        "warning": settings.SESSION_WARNING_SECONDS,
        "url": _address("accounts:session"),
    }


def _destinations(scope: Scope) -> list[Destination]:
    found = [RATING] if not scope.is_public or settings.RATING_IS_PUBLIC else []
    if scope.is_centre or scope.regions:
        found += [WORK, PROTOCOLS]
    if scope.is_centre or scope.regions or scope.associations:
        found += [MEETINGS, CYCLOGRAM]
    if not scope.is_public:
        found += [REGIONS, CLUSTERS, ASSOCIATIONS]
    if scope.is_centre:
        found += [LETTERS, TASKS]
    return found


def _bell(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The way to the notices, with the number of those that were not read."""
    if is_refused(request):
        return _entry(request, NOTICES)
    count = Notice.objects.visible_to(scope).unread().order_by()[: COUNT_SHOWN + 1].count()
    words = ngettext("%(count)s not read", "%(count)s not read", count) % {"count": count}
    return _entry(request, NOTICES, min(count, COUNT_SHOWN), words)


def _bottom(
    request: HttpRequest, nav: list[dict[str, Any]], bell: dict[str, Any] | None, search_url: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The bar of a phone: what it shows, and what is folded behind its last place."""
    entries = [*nav, *([bell] if bell else []), *([_entry(request, SEARCH)] if search_url else [])]
    return (
        (entries, [])
        if len(entries) <= BAR_PLACES
        else (entries[: BAR_PLACES - 1], entries[BAR_PLACES - 1 :])
    )


def _entry(request: HttpRequest, place: Destination, count: int = 0, words: str = "") -> dict[str, Any]:
    match = request.resolver_match
    room, here = (match.app_name, match.url_name) if match else ("", "")
    section = getattr(request, "section", "")  # a page of no room of its own says where it belongs
    return {
        "url": _address(place.url_name),
        "label": place.label,
        "count": count,
        "count_label": words,
        "current": place.url_name == section if section else _is_current(place, room, here or ""),
    }


def _nav(request: HttpRequest, scope: Scope, focus: Scope) -> Iterator[dict[str, Any]]:
    for place in _destinations(scope):
        count, words = (0, "") if is_refused(request) else _waiting(place, focus, scope)
        yield _entry(request, place, min(count, COUNT_SHOWN), words)


def _is_current(place: Destination, room: str, here: str) -> bool:
    """A room of its own is one place; pages of the dashboard and letters are told apart by name."""
    own_room = place.url_name.partition(":")[0]
    if place is RATING:
        return room == own_room and here not in LETTERS.names
    if place is CLUSTERS and room == "clusters":
        return True
    return room == own_room and (here in place.names or not place.names)


def _waiting(place: Destination, scope: Scope, whole: Scope) -> tuple[int, str]:
    """What waits for the reader at a place, and the same in words; days are counted as for his `whole` scope."""
    if place is TASKS:
        count = StaffTask.objects.visible_to(scope).open().count()
        return count, ngettext("%(count)s open task", "%(count)s open tasks", count) % {"count": count}
    if place is not WORK:
        return 0, ""
    rows = Execution.objects.visible_to(scope).order_by()
    if can_review(scope):
        count = rows.in_review()[: COUNT_SHOWN + 1].count()
        return count, ngettext("%(count)s report to review", "%(count)s reports to review", count) % {
            "count": count
        }
    if scope.coordinated:
        own = rows.filter(region__in=scope.coordinated).filter(
            in_group(WAITING, clock.today(), calendar_for(whole))
        )
        count = own[: COUNT_SHOWN + 1].count()
        return count, ngettext("%(count)s overdue or due soon", "%(count)s overdue or due soon", count) % {
            "count": count
        }
    return 0, ""


def _menu(scope: Scope) -> list[dict[str, str]]:
    links = [("accounts:profile", _("Profile"))]
    if scope.has(Role.ADMINISTRATOR):
        links += [
            ("accounts:people", _("People and roles")),
            ("accounts:audit-tokens", _("Tokens of auditors")),
            ("regions:calendar", _("Working days")),
            ("dashboard:webhooks", _("Notices of other systems")),
        ]
    if can_see_digests(scope):
        links.append(("dashboard:digests", _("Who gets what tomorrow")))
    if can_see_appointments(scope):
        links.append(("dashboard:appointments", _("Appointment of coordinators")))
    if can_import_clusters(scope):
        links.append(("clusters:imports", _("Import of clusters")))
    return [{"url": _address(name), "label": label} for name, label in links]


class RoleWords(NamedTuple):
    """The strongest role of a person and where it is held; that of an association is its name alone."""

    place: str
    role: str = ""


def role_words(scope: Scope) -> RoleWords | None:
    """Who the person is in the head of the page; None for somebody without roles."""
    centre = (
        (Role.ADMINISTRATOR, _("administrator")),
        (Role.CONTROLLER, _("controller")),
        (Role.METHODOLOGIST, _("methodologist")),
    )
    for role, word in centre:
        if role in scope.roles:
            return RoleWords(_("Centre"), word)
    if scope.coordinated:
        return RoleWords(_regions(scope.coordinated), _("coordinator"))
    if scope.overseen:
        return RoleWords(_regions(scope.overseen), _("head of the authority"))
    if scope.associations:
        names = Association.objects.visible_to(scope).filter(pk__in=scope.associations)
        return RoleWords(", ".join(association.name for association in names))
    return None


def _regions(codes: frozenset[str]) -> str:
    names = [region.brief for region in Region.objects.filter(code__in=codes).by_name()[:2]]
    more = len(codes) - len(names)
    return ", ".join(names) + (_(" and %(count)s more") % {"count": more} if more > 0 else "")
