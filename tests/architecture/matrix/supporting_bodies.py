"""What is sent to the addresses of the work of an association."""

from typing import Any

from associations.models import (
    AnnualReport,
    AssociationEvent,
    Direction,
    Joining,
    PeerQuestion,
    SupportRequest,
)
from tests.architecture.matrix.world import Address, World

Body = dict[str, Any]


def _version(model: Any, address: Address) -> int | str:
    known = model.objects.filter(pk=address.get("pk", 0)).values_list("version", flat=True).first()
    return known or ""


def _direction(_world: World, address: Address) -> Body:
    return {"version": _version(Direction, address), "name_ru": "Наставники", "name_en": "Mentors"}


def _help(world: World, _address: Address) -> Body:
    return {
        "cluster": world.cast.tomsk_machines.pk, "kind": "talk", "helped_on": "2026-04-10", "text": "Созвонились.",
    }  # fmt: skip


def _support(world: World, _address: Address) -> Body:
    return {"cluster": world.cast.tomsk_machines.pk, "text": "Нужен эксперт."}


def _support_act(world: World, address: Address) -> Body:
    return {
        "version": _version(SupportRequest, address), "expert": world.cast.controller.pk, "answer": "Так.",
        "hours": "2", "outcome": "solved",
    }  # fmt: skip


def _invited(world: World, _address: Address) -> Body:
    return {"cluster": world.cast.omsk_machines.pk, "text": ""}


def _joining(_world: World, address: Address) -> Body:
    return {"version": _version(Joining, address), "accept": "yes", "starts_on": "2026-04-15"}


def _event(_world: World, address: Address) -> Body:
    return {
        "version": _version(AssociationEvent, address), "name": "Слёт", "kind": "event",
        "starts_at": "14.05.2026 12:00", "ends_at": "14.05.2026 15:00", "state": "announced",
    }  # fmt: skip


def _peer(world: World, _address: Address) -> Body:
    return {
        "cluster": world.cast.omsk_machines.pk, "peer": world.cast.tomsk_machines.pk, "text": "Сколько станков?",
    }  # fmt: skip


SUPPORTING_BODIES: dict[str, Any] = {
    "associations:kept-create": _direction,
    "associations:kept": _direction,
    "associations:help-create": _help,
    "associations:support-create": _support,
    **{f"associations:support-{name}": _support_act for name in ("assign", "answer", "close", "cancel")},
    "associations:joining-create": _invited,
    "associations:invite-all": lambda _world, _address: {"text": ""},
    "associations:joining": _joining,
    "associations:joining-withdraw": lambda _world, address: {"version": _version(Joining, address)},
    "associations:membership-end": lambda world, _address: {
        "cluster": world.cast.tomsk_machines.pk, "ends_on": "2026-04-30",
    },
    "associations:founding": lambda _world, _address: {
        "step": "decision", "done_on": "2026-04-01", "evidence": "Приказ № 1",
    },
    "associations:roadmap-copy": lambda _world, _address: {"year": 2026},
    "associations:event-create": _event,
    "associations:event-edit": _event,
    "associations:event-register": lambda _world, _address: {},
    "associations:event-leave": lambda _world, _address: {},
    "associations:reports": lambda _world, _address: {"year": 2025},
    "associations:report": lambda _world, address: {
        "version": _version(AnnualReport, address), "summary": "Год.",
    },
    "associations:report-approve": lambda _world, address: {"version": _version(AnnualReport, address)},
    "associations:peers": _peer,
    "associations:peer": lambda _world, address: {
        "version": _version(PeerQuestion, address), "answer": "Двенадцать.",
    },
}  # fmt: skip
