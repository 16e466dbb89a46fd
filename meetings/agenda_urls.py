"""Addresses of series, meetings, their agendas and their course; `meetings.urls` includes them."""

from django.urls import URLPattern, path

from meetings.views import agenda, meetings, proposals, running, series

MEETING = "meetings/<int:pk>/"
ITEM = f"{MEETING}items/<int:item>/"
DECISION = f"{ITEM}decisions/<int:decision>/"
SERIES = "meetings/series/<int:pk>/"
PROPOSAL = "meetings/proposals/<int:pk>/"

agenda_urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.meeting_create, name="meeting-create"),
    path("meetings/record/", meetings.meeting_record, name="meeting-record"),
    path("meetings/series/", series.series_list, name="series-list"),
    path("meetings/series/new/", series.series_create, name="series-create"),
    path(SERIES, series.series, name="series"),
    path(f"{SERIES}edit/", series.series_edit, name="series-edit"),
    path(f"{SERIES}stop/", series.series_stop, name="series-stop"),
    path(f"{SERIES}resume/", series.series_resume, name="series-resume"),
    path("meetings/proposals/", proposals.proposals, name="proposals"),
    path("meetings/proposals/new/", proposals.proposal_create, name="proposal-create"),
    path(f"{PROPOSAL}withdraw/", proposals.proposal_withdraw, name="proposal-withdraw"),
    path(f"{PROPOSAL}decline/", proposals.proposal_decline, name="proposal-decline"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}edit/", meetings.meeting_edit, name="meeting-edit"),
    path(f"{MEETING}open/", meetings.meeting_open, name="meeting-open"),
    path(f"{MEETING}move/", meetings.meeting_move, name="meeting-move"),
    path(f"{MEETING}cancel/", meetings.meeting_cancel, name="meeting-cancel"),
    path(f"{MEETING}start/", meetings.meeting_start, name="meeting-start"),
    path(f"{MEETING}close/", meetings.meeting_close, name="meeting-close"),
    path(f"{MEETING}fill/", agenda.agenda_fill, name="agenda-fill"),
    path(f"{MEETING}sources/remove/", agenda.source_remove, name="source-remove"),
    path(f"{MEETING}sources/restore/", agenda.source_restore, name="source-restore"),
    path(f"{MEETING}tell/", agenda.agenda_tell, name="agenda-tell"),
    path(f"{MEETING}order/", agenda.agenda_order, name="agenda-order"),
    path(f"{MEETING}screen/", running.screen, name="screen"),
    path(f"{MEETING}show/", running.item_show, name="item-show"),
    path(f"{MEETING}items/new/", agenda.item_create, name="item-create"),
    path(ITEM, running.item, name="item"),
    path(f"{ITEM}edit/", agenda.item_edit, name="item-edit"),
    path(f"{ITEM}take/", agenda.item_take, name="item-take"),
    path(f"{ITEM}remove/", agenda.item_remove, name="item-remove"),
    path(f"{ITEM}restore/", agenda.item_restore, name="item-restore"),
    path(f"{ITEM}move/", agenda.item_move, name="item-move"),
    path(f"{ITEM}note/", running.note, name="note"),
    path(f"{ITEM}decide/", running.decide, name="decide"),
    path(f"{ITEM}assign/", running.assign, name="assign"),
    path(f"{DECISION}edit/", running.decision_edit, name="decision-edit"),
    path(f"{DECISION}delete/", running.decision_delete, name="decision-delete"),
    path(f"{DECISION}answer/", running.decision_answer, name="decision-answer"),
]
