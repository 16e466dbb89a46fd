"""Addresses of invitations, attendance and calendars; `meetings.urls` includes them."""

from django.urls import URLPattern, path

from meetings.views import answer_links, attendance, calendars, marks, participation

MEETING = "meetings/<int:pk>/"
INVITATION = f"{MEETING}invitations/<str:code>/"

participation_urlpatterns: list[URLPattern] = [
    path("meetings/answer/", answer_links.answer_link, name="answer-link"),
    path("meetings/attendance/", attendance.attendance, name="attendance"),
    path("meetings/calendar/", calendars.calendar, name="calendar"),
    path("meetings/calendar/make/", calendars.calendar_make, name="calendar-make"),
    path("meetings/calendar/revoke/", calendars.calendar_revoke, name="calendar-revoke"),
    path("meetings/calendar/meetings.ics", calendars.calendar_feed, name="calendar-feed"),
    path(f"{MEETING}participants/", participation.participants, name="participants"),
    path(f"{MEETING}meeting.ics", participation.calendar_file, name="calendar-file"),
    path(f"{MEETING}marks/", marks.mark, name="mark"),
    path(f"{MEETING}marks/list/", marks.marks_list, name="marks-list"),
    path(f"{MEETING}check-in/open/", marks.check_in_open, name="check-in-open"),
    path(f"{MEETING}check-in/close/", marks.check_in_close, name="check-in-close"),
    path(INVITATION, participation.invitation, name="invitation"),
    path(f"{INVITATION}answer/", participation.answer, name="answer"),
    path(f"{INVITATION}answer/all/", participation.answer_all, name="answer-all"),
    path(f"{INVITATION}check-in/", marks.check_in, name="check-in"),
    path(f"{INVITATION}renew/", participation.renew, name="invitation-renew"),
]
