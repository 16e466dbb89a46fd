"""Series and meetings, their agenda, participation, the protocol as a document, calendar subscriptions."""

from meetings.models.agenda import AgendaItem, AgendaNote, Decision
from meetings.models.calendars import CalendarKey
from meetings.models.meetings import Meeting, MeetingEvent
from meetings.models.participation import Attendance, ClusterAttendance, Invitation
from meetings.models.protocols import MeetingProtocol, ProtocolApproval, ProtocolRemark, ProtocolTemplate
from meetings.models.series import LONGEST_MINUTES, TERMS, MeetingSeries, MeetingTerms, SeriesAgendaRow

__all__ = [
    "LONGEST_MINUTES",
    "TERMS",
    "AgendaItem",
    "AgendaNote",
    "Attendance",
    "CalendarKey",
    "ClusterAttendance",
    "Decision",
    "Invitation",
    "Meeting",
    "MeetingEvent",
    "MeetingProtocol",
    "MeetingSeries",
    "MeetingTerms",
    "ProtocolApproval",
    "ProtocolRemark",
    "ProtocolTemplate",
    "SeriesAgendaRow",
]
