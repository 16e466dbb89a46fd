"""What is sent to the addresses of the practice library."""

from typing import Any

from associations.models import Practice, Replication
from tests.architecture.matrix.world import Address, World
from tests.associations.practices import CARD, points

ACTS = (
    "submit", "recall", "select", "appoint", "relieve", "score", "return", "reject", "publish", "prolong", "withdraw",
)  # fmt: skip


def _version(_world: World, address: Address) -> int | str:
    known = Practice.objects.filter(pk=address.get("pk", 0)).values_list("version", flat=True).first()
    return known or ""


def _act(world: World, address: Address) -> dict[str, Any]:
    """What any act may ask for."""
    return {
        "version": _version(world, address), "expert": world.cast.controller.pk, "reason": "Дополнить.",
        "valid_until": "2027-05-01", "comment": "Можно повторить.", **points(7),
    }  # fmt: skip


def _relieve(world: World, address: Address) -> dict[str, Any]:
    return {"version": _version(world, address), "expert": world.cast.methodologist.pk}


def _card(world: World, address: Address) -> dict[str, Any]:
    return {
        **CARD, "version": _version(world, address), "region": "70",
        "association": world.cast.machine_builders.pk, "process": "",
    }  # fmt: skip


def _ended(_world: World, address: Address) -> dict[str, Any]:
    known = Replication.objects.filter(pk=address.get("pk", 0)).values_list("version", flat=True).first()
    return {"version": known or "", "state": "done", "ended_on": "2026-04-12", "result": "Стало 88 %."}


def _repeated(world: World, _address: Address) -> dict[str, Any]:
    return {"cluster": world.cast.nameless.pk, "starts_on": "2026-04-12"}


PRACTICE_BODIES: dict[str, Any] = {
    **{f"associations:practice-{name}": _act for name in ACTS},
    "associations:practice-relieve": _relieve,
    "associations:practice-create": _card,
    "associations:practice-edit": _card,
    "associations:practice-comment": lambda _world, _address: {"text": "Сколько часов?"},
    "associations:practice-replicate": _repeated,
    "associations:practice-file-remove": lambda _world, _address: {},
    "associations:replication": _ended,
}
