"""What the associations plan and do."""

from associations.models.events import AssociationEvent, EventFile, EventParticipant, Publicity
from associations.models.joining import FoundingMark, Joining
from associations.models.practices import (
    Expertise,
    ExpertPoints,
    Practice,
    PracticeComment,
    PracticeEvent,
    PracticeFile,
    Replication,
)
from associations.models.reports import AnnualReport
from associations.models.roadmap import Milestone
from associations.models.support import (
    Curatorship,
    Direction,
    GroupMember,
    GroupTask,
    HelpRecord,
    PeerQuestion,
    SupportRequest,
    WorkingGroup,
)

__all__ = [
    "AnnualReport",
    "AssociationEvent",
    "Curatorship",
    "Direction",
    "EventFile",
    "EventParticipant",
    "ExpertPoints",
    "Expertise",
    "FoundingMark",
    "GroupMember",
    "GroupTask",
    "HelpRecord",
    "Joining",
    "Milestone",
    "PeerQuestion",
    "Practice",
    "PracticeComment",
    "PracticeEvent",
    "PracticeFile",
    "Publicity",
    "Replication",
    "SupportRequest",
    "WorkingGroup",
]
