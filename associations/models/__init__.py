"""What the associations plan and do."""

from associations.models.practices import (
    Expertise,
    ExpertPoints,
    Practice,
    PracticeComment,
    PracticeEvent,
    PracticeFile,
    Replication,
)
from associations.models.roadmap import Milestone

__all__ = [
    "ExpertPoints",
    "Expertise",
    "Milestone",
    "Practice",
    "PracticeComment",
    "PracticeEvent",
    "PracticeFile",
    "Replication",
]
