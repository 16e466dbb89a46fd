"""Addresses of this room."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from associations.views import events, joining, pages, practices, reports, roadmap, work
from associations.work_forms import KEPT_FORMS
from common import converters  # noqa: F401  registers the formats of documents


class KeptKind(StringConverter):
    """The kinds of things that an association keeps."""

    regex = "|".join(KEPT_FORMS)


register_converter(KeptKind, "kept_kind")

app_name = "associations"
PRACTICE_ACTS = [
    path(f"practices/<int:pk>/{name}/", practices.practice_act, {"act": name}, name=f"practice-{name}")
    for name in practices.ACTS
]
SUPPORT_ACTS = [
    path(f"support/<int:pk>/{name}/", work.support_act, {"act": name}, name=f"support-{name}")
    for name in work.SUPPORT_ACTS
]
OF_ASSOCIATION = "associations/<int:association>/"
urlpatterns: list[URLPattern] = [
    path("associations/", pages.associations, name="associations"),
    path("associations/lines/", pages.lines, name="lines"),
    path("associations/roadmap/", roadmap.roadmap, name="roadmap"),
    path("associations/roadmap/new/", roadmap.milestone_create, name="milestone-create"),
    path("associations/roadmap/<int:pk>/", roadmap.milestone, name="milestone"),
    path("associations/public/<slug:slug>/", events.public, name="public"),
    path("associations/<int:pk>/", pages.association, name="association"),
    path("associations/<int:pk>/leaders/", pages.leaders, name="leaders"),
    path("associations/<int:pk>/work/", work.work, name="work"),
    path("associations/<int:pk>/roadmap/", roadmap.own, name="own-roadmap"),
    path("associations/<int:pk>/roadmap.<document_format:form>", roadmap.paper, name="roadmap-paper"),
    path("associations/<int:pk>/joining/", joining.joinings, name="joinings"),
    path("associations/<int:pk>/events/", events.events, name="events"),
    path("associations/<int:pk>/events.ics", events.calendar, name="calendar"),
    path("associations/<int:pk>/reports/", reports.reports, name="reports"),
    path(f"{OF_ASSOCIATION}roadmap/new/", roadmap.milestone_create, name="association-milestone"),
    path(f"{OF_ASSOCIATION}roadmap/copy/", roadmap.copy, name="roadmap-copy"),
    path(f"{OF_ASSOCIATION}keep/<kept_kind:kind>/", work.kept, name="kept-create"),
    path(f"{OF_ASSOCIATION}keep/<kept_kind:kind>/<int:pk>/", work.kept, name="kept"),
    path(f"{OF_ASSOCIATION}help/", work.help_create, name="help-create"),
    path(f"{OF_ASSOCIATION}support/", work.support_create, name="support-create"),
    path(f"{OF_ASSOCIATION}invite/", joining.joining_create, name="joining-create"),
    path(f"{OF_ASSOCIATION}invite-all/", joining.invite_all, name="invite-all"),
    path(f"{OF_ASSOCIATION}leave/", joining.membership_end, name="membership-end"),
    path(f"{OF_ASSOCIATION}founding/", joining.founding, name="founding"),
    path(f"{OF_ASSOCIATION}events/new/", events.event_edit, name="event-create"),
    path(f"{OF_ASSOCIATION}events/<int:pk>/", events.event_edit, name="event-edit"),
    path("events/<int:pk>/", events.event, name="event"),
    path("events/<int:pk>/register/", events.register, name="event-register"),
    path("events/<int:pk>/leave/", events.leave, name="event-leave"),
    path("events/<int:pk>/files/<int:file>/", events.file, name="event-file"),
    path("joining/<int:pk>/", joining.joining, name="joining"),
    path("joining/<int:pk>/withdraw/", joining.joining_withdraw, name="joining-withdraw"),
    path("annual-reports/<int:pk>/", reports.report, name="report"),
    path("annual-reports/<int:pk>/approve/", reports.approve, name="report-approve"),
    path("annual-reports/<int:pk>/paper.<document_format:form>", reports.paper, name="report-paper"),
    path("support/<int:pk>/", work.support, name="support"),
    path("peers/", work.peers, name="peers"),
    path("peers/<int:pk>/", work.peer, name="peer"),
    path("practices/", practices.practices, name="practices"),
    path("practices/new/", practices.practice_create, name="practice-create"),
    path("practices/<int:pk>/", practices.practice, name="practice"),
    path("practices/<int:pk>/edit/", practices.practice_edit, name="practice-edit"),
    path("practices/<int:pk>/files/<int:file>/", practices.file, name="practice-file"),
    path("practices/<int:pk>/files/<int:file>/remove/", practices.file_remove, name="practice-file-remove"),
    path("practices/<int:pk>/comment/", practices.comment, name="practice-comment"),
    path("practices/<int:pk>/replicate/", practices.replicate, name="practice-replicate"),
    path("replications/<int:pk>/", practices.replication, name="replication"),
    *PRACTICE_ACTS,
    *SUPPORT_ACTS,
]
