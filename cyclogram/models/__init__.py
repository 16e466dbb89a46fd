"""The cyclogram: versions of the plan, stages of clusters, lanes with indicators, regional supervisory boards."""

from cyclogram.models.boards import BoardDecision, BoardMember, BoardSession, SupervisoryBoard
from cyclogram.models.indicators import Checkpoint, Indicator, IndicatorValue, IndicatorValueEvent
from cyclogram.models.plans import PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.models.stages import ClusterStage, StageEvent, StageEvidence

__all__ = [
    "BoardDecision",
    "BoardMember",
    "BoardSession",
    "Checkpoint",
    "ClusterStage",
    "Indicator",
    "IndicatorValue",
    "IndicatorValueEvent",
    "PlanCheckpoint",
    "PlanStage",
    "PlanVersion",
    "StageEvent",
    "StageEvidence",
    "SupervisoryBoard",
]
