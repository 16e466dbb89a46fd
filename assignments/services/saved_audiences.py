"""Keeping audiences under a name."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.audience import Audience
from assignments.models import SavedAudience
from assignments.policies import can_draft, can_keep_audience
from assignments.services.protocols import checked_rule
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.names import name_key, one_line
from common.scope import Scope
from common.versions import require_version

NAME_LIMIT = 100


@transaction.atomic
def saved_audience_add(
    *, actor: Scope, name: str, addressee: str, rule: Mapping[str, Any] | Audience, shared: bool = False
) -> SavedAudience:
    """Keep a rule under a name of one's own; the same kept twice is one. Raises NotAllowed, InvalidInput by field."""
    if not can_draft(actor) or actor.user_id is None:
        raise NotAllowed(_("Audiences are kept by those who draft protocols."))
    name = _clean_name(name)
    data = checked_rule(rule, addressee).to_json()
    twin = _twin(actor.user_id, name)
    if twin is not None:
        if (twin.rule, twin.addressee, twin.shared) == (data, addressee, shared):
            return twin
        raise _name_taken()
    return SavedAudience.objects.create(
        name=name,
        addressee=addressee,
        rule=data,
        shared=shared,
        owner_id=actor.user_id,
        created_at=clock.now(),
    )


@transaction.atomic
def saved_audience_rename(
    *, actor: Scope, saved_id: int, version: int | None, name: str, shared: bool
) -> SavedAudience:
    """Give another name, or share it, or share it no more.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    row = _kept(actor, saved_id)
    require_version(row, version)
    name = _clean_name(name)
    twin = _twin(row.owner_id, name)
    if twin is not None and twin.pk != row.pk:
        raise _name_taken()
    row.name, row.shared = name, shared
    row.version += 1
    row.save()
    return row


@transaction.atomic
def saved_audience_delete(*, actor: Scope, saved_id: int, version: int | None) -> None:
    """Forget the name; items drafted by it keep their rule. Raises Missing, NotAllowed, StaleVersion."""
    row = _kept(actor, saved_id)
    require_version(row, version)
    row.delete()


def _kept(actor: Scope, saved_id: int) -> SavedAudience:
    row: SavedAudience = SavedAudience.objects.select_for_update().fetch(actor, pk=saved_id)
    if not can_keep_audience(actor, row):
        raise NotAllowed(_("A saved audience is changed by its owner; a shared one by administrators too."))
    return row


def _clean_name(name: str) -> str:
    name = one_line(name, field="name")
    if not name:
        raise InvalidInput({"name": _("Give the audience a name.")})
    if len(name) > NAME_LIMIT:
        raise InvalidInput({"name": _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT}})
    return name


def _twin(owner_id: int, name: str) -> SavedAudience | None:
    """What the person keeps under this name in any case of letters; whoever asks too waits until the end."""
    hold(f"saved_audiences:{owner_id}")
    rows = SavedAudience.objects.filter(owner=owner_id)
    return next((row for row in rows if name_key(row.name) == name_key(name)), None)


def _name_taken() -> InvalidInput:
    return InvalidInput({"name": _("You keep another audience under this name.")})
