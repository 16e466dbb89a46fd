"""The filters of a list under a name of the person's own choice."""

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import ListPage
from assignments.models import SavedView
from assignments.rules import clean_text
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.names import one_line
from common.scope import Scope

MAX_NAME = 60
MAX_QUERY = 1000
MAX_VIEWS = 20
"""Of one list: more names than that are looked for longer than the filters are set anew."""


@transaction.atomic
def saved_view_save(*, actor: Scope, page: str, name: str, query: str) -> SavedView:
    """Keep filters under a name; the same name again keeps the newer ones. Raises NotAllowed, InvalidInput."""
    if actor.user_id is None:
        raise NotAllowed(_("Sign in to keep views."))
    if page not in ListPage.values:
        raise InvalidInput({"page": _("This list keeps no views.")})
    text = _clean_name(name)
    kept = clean_text(query, field="query", limit=MAX_QUERY)
    hold(f"saved_views:{actor.user_id}")
    own = SavedView.objects.visible_to(actor).filter(page=page)
    if own.exclude(name=text).count() >= MAX_VIEWS:
        message = _("At most %(limit)s views are kept for one list: delete one first.")
        raise InvalidInput({"name": message % {"limit": MAX_VIEWS}})
    view, _made = SavedView.objects.update_or_create(
        person_id=actor.user_id, page=page, name=text, defaults={"query": kept}
    )
    return view


@transaction.atomic
def saved_view_rename(*, actor: Scope, view_id: int, name: str) -> SavedView:
    """Give an own view another name, which no other view of the list bears. Raises Missing, InvalidInput."""
    view: SavedView = SavedView.objects.select_for_update().fetch(actor, pk=view_id)
    text = _clean_name(name)
    hold(f"saved_views:{actor.user_id}")
    if SavedView.objects.visible_to(actor).filter(page=view.page, name=text).exclude(pk=view.pk).exists():
        raise InvalidInput({"name": _("Another view bears this name.")})
    view.name = text
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def saved_view_delete(*, actor: Scope, view_id: int) -> str:
    """Delete an own view; gives the list that it belonged to. Raises Missing."""
    view: SavedView = SavedView.objects.fetch(actor, pk=view_id)
    page = view.page
    view.delete()
    return page


def _clean_name(name: str) -> str:
    text = clean_text(name, field="name", limit=MAX_NAME, required=_("Name the view."))
    return one_line(text, field="name")
