"""What is sent to the addresses of plans, moves, lanes, values and boards."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cyclogram.models import (
    BoardDecision,
    BoardMember,
    BoardSession,
    Checkpoint,
    ClusterStage,
    IndicatorValue,
    PlanStage,
    PlanVersion,
    SupervisoryBoard,
)
from tests.architecture.matrix.stages import COHORT
from tests.architecture.matrix.world import Address, World
from tests.files.samples import PDF

Body = dict[str, Any]
DAY = "01.04.2026"


def _version_of(model: Any, **lookup: Any) -> int:
    found = model.objects.filter(**lookup).values_list("version", flat=True).first()
    return found or 1


def _stage_form(**changes: Any) -> Body:
    return {
        "kind": "first_year", "order": 20, "name_ru": "Закупки", "name_en": "Procurement", "from_month": 3,
        "to_month": 8, "closing": "document", "closes_with": "Акт", "indicator": "", "owner": "", "basis": "",
        **changes,
    }  # fmt: skip


def _mark_form() -> Body:
    return {"name_ru": "Ввод", "name_en": "Start", "rhythm": "once", "month": 6, "day": 10, "basis": ""}


def _plan_version(_world: World, address: Address) -> Body:
    return {"version": _version_of(PlanVersion, pk=address["pk"]), "note": "Сроки уточнены"}


def _stage_version(_world: World, address: Address) -> Body:
    return {"version": _version_of(PlanStage, pk=address["pk"])}


def _checkpoint(_world: World, address: Address) -> Body:
    return {
        "version": _version_of(Checkpoint, pk=address["pk"]), "name_ru": "Форма", "name_en": "Form",
        "held_on": "02.10.2026", "note": "Перенос",
    }  # fmt: skip


def _decision(world: World, _address: Address) -> Body:
    """Values of both regions: whoever decides sees both."""
    values = [place.board.value for place in (world.tomsk, world.omsk)]
    chosen = [f"{row.pk}:{_version_of(IndicatorValue, pk=row.pk)}" for row in values]
    return {"chosen": chosen, "accept": "1"}


def _decision_in_json(world: World, address: Address) -> Body:
    pairs = (key.split(":") for key in _decision(world, address)["chosen"])
    values = [{"id": int(pk), "version": int(version)} for pk, version in pairs]
    return {"decision": "accept", "values": values}


def _act(_world: World, address: Address) -> Body:
    return {
        "act": "begin", "version": _version_of(ClusterStage, pk=address["pk"]), "actual_from": "2024-03-01",
    }  # fmt: skip


def _board(_world: World, address: Address) -> Body:
    return {
        "version": _version_of(SupervisoryBoard, region=address["region"]), "name": "Совет", "founded_on": "",
        "founded_by": "", "act": SimpleUploadedFile("new.pdf", PDF, "application/pdf"),
    }  # fmt: skip


def _member(version: int = 1) -> Body:
    return {
        "version": version,
        "name": "Ларионов П. А.",
        "role": "member",
        "side": "employer",
        "starts_on": DAY,
    }


def _session(version: int = 1) -> Body:
    return {"version": version, "held_on": DAY, "subject": "О закупках", "protocol_number": "2"}


def _resolution(version: int = 1) -> Body:
    return {"version": version, "text": "Принять к сведению.", "due_on": "01.05.2026"}


LANE_BODIES: dict[str, Any] = {
    "cyclogram:move": lambda _w, _a: {
        "process": "stage_open", "cohort": COHORT, "planned_from": "01.04.2024", "planned_to": "01.10.2024",
        "reason": "Поставка",
    },
    "cyclogram:history": lambda _w, _a: {
        "text": "код кластера\tэтап\tфактическое начало\tфактическое завершение\nнет\tнет\t01.03.2024\t20.03.2024",
        "reason": "Архив",
    },
    "cyclogram:checkpoint-create": lambda _w, _a: {
        "process": "headcount_lane", "name_ru": "Форум", "name_en": "Forum", "held_on": "12.11.2026", "note": "",
    },
    "cyclogram:checkpoint": _checkpoint,
    "cyclogram:checkpoint-cancel": _checkpoint,
    "cyclogram:checkpoint-restore": _checkpoint,
    "cyclogram:values-enter": lambda _w, _a: {"amount:students:70": "12", "seen:students:70": "0"},
    "cyclogram:values-decide": _decision,
    "cyclogram:plan-draft": lambda _w, _a: {"cohort_year": 2022, "source_id": "", "note": ""},
    "cyclogram:plan-enforce": _plan_version,
    "cyclogram:plan-discard": _plan_version,
    "cyclogram:plan-stage-create": lambda _w, _a: _stage_form(process="stage_open"),
    "cyclogram:plan-stage": lambda w, a: {**_stage_form(), **_stage_version(w, a)},
    "cyclogram:plan-stage-delete": _stage_version,
    "cyclogram:plan-stage-restore": _stage_version,
    "cyclogram:plan-checkpoint-create": lambda _w, _a: _mark_form(),
    "cyclogram:plan-checkpoint": lambda _w, _a: _mark_form(),
    "cyclogram:plan-checkpoint-delete": lambda _w, _a: {},
    "cyclogram:board-edit": _board,
    "cyclogram:board-member-create": lambda _w, _a: _member(),
    "cyclogram:board-member": lambda _w, a: _member(_version_of(BoardMember, pk=a["pk"])),
    "cyclogram:board-session-create": lambda _w, _a: _session(),
    "cyclogram:board-session": lambda _w, a: _session(_version_of(BoardSession, pk=a["pk"])),
    "cyclogram:board-decision-create": lambda _w, _a: _resolution(),
    "cyclogram:board-decision": lambda _w, a: _resolution(_version_of(BoardDecision, pk=a["pk"])),
    "api:stage-act": _act,
    "api:indicator-values-enter": lambda _w, _a: {
        "day": "2026-04-02", "values": [{"indicator": "students", "place": "70", "amount": "12"}],
    },
    "api:indicator-values-decide": _decision_in_json,
}  # fmt: skip
