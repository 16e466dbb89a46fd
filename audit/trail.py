"""Who acts now, for the rows that the trail writes by itself when an object is saved.

A request says it once (audit.middleware), a service says it for its own actor (audit.services.audited), and the
innermost of them holds. The row takes the portal's clock, so that a past that is lived again reads as that past.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from auditlog.registry import auditlog
from django.db.models import Model

from common import clock
from common.scope import Scope

CHANGED = "changed"
"""What the trail says about a secret: that it was set, and no part of it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act comes from: `actor_id` is asked when a row is written, because tokens sign in late."""

    actor_id: Callable[[], int | None]
    address: str | None = None


_origin: ContextVar[Origin | None] = ContextVar("audit_origin", default=None)


@contextmanager
def acting(actor_id: Callable[[], int | None], *, address: str | None = None) -> Iterator[None]:
    """Rows written inside the block name this actor and network address."""
    token = _origin.set(Origin(actor_id, address))
    try:
        yield
    finally:
        _origin.reset(token)


@contextmanager
def acting_as(actor: Scope) -> Iterator[None]:
    """The same for the actor of a service; the network address of the request around it is kept."""
    outer = _origin.get()
    with acting(lambda: actor.user_id, address=outer.address if outer else None):
        yield


def stamp(instance: Any, **_signal: object) -> None:
    """Before a row of the trail is written: its actor, address and instant, and only what may be told."""
    if not instance._state.adding:
        return
    model = instance.content_type.model_class()
    if instance.changes and model is not None and auditlog.contains(model):
        instance.changes = tellable(model, instance.changes)
    origin = _origin.get()
    if origin is not None:
        instance.remote_addr = origin.address
        if instance.actor_id is None:
            instance.actor_id = origin.actor_id()
    instance.timestamp = clock.now()


def tellable(model: type[Model], changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of an object without its secrets (`mask_fields`) and without what other tables say about it."""
    secrets = auditlog.get_model_fields(model)["mask_fields"]
    elsewhere = {field.name for field in model._meta.get_fields() if not field.concrete}
    return {
        field: ("", CHANGED) if field in secrets else values
        for field, values in changes.items()
        if field not in elsewhere
    }
