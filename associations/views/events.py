"""Pages of events and publicity, their calendar, and the public page of an association."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from associations.calendars import events_file
from associations.models import AssociationEvent
from associations.policies import can_keep
from associations.selectors import events as selectors
from associations.services import events as services
from associations.services.keeping import require_keeper
from associations.views.editing import edited
from associations.work_forms import EventForm
from clusters.models import Association
from common.http import download
from common.ical import CALENDAR_TYPE
from common.scope import scope_of
from files.http import file_response


@require_safe
def events(request: HttpRequest, pk: int) -> HttpResponse:
    """Events to come and past, and how the project is made known."""
    scope = scope_of(request)
    context = {"page": selectors.events_page(scope, pk), "can_keep": can_keep(scope, pk), "tab": "events"}
    return render(request, "associations/events.html", context)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with its registration."""
    return render(request, "associations/event.html", {"page": selectors.event_page(scope_of(request), pk)})


@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: HttpRequest, association: int, pk: int | None = None) -> HttpResponse:
    """Enter an event, or change one."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=association)
    require_keeper(scope, whose.pk)
    row = AssociationEvent.objects.fetch(scope, pk=pk, association=whose) if pk else None
    if request.method == "POST":
        form = EventForm(request.POST, request.FILES)
    else:
        form = EventForm.of(row) if row else EventForm()
    return edited(
        request, whose, form, row.name if row else gettext_lazy("New event"),
        lambda **said: services.event_save(actor=scope, association_id=whose.pk, event_id=pk, **said),
        back=row.get_absolute_url() if row else reverse("associations:events", args=[whose.pk]),
        done=_("The event is saved."),
    )  # fmt: skip


@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register for an event."""
    services.event_register(actor=scope_of(request), event_id=pk)
    messages.success(request, _("You are registered."))
    return redirect("associations:event", pk)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the own registration."""
    services.event_leave(actor=scope_of(request), event_id=pk)
    messages.success(request, _("Your registration is taken back."))
    return redirect("associations:event", pk)


@require_safe
def file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A material of an event."""
    found = selectors.event_file(scope_of(request), pk, file)
    return file_response(found.file, inline="inline" in request.GET)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The events of an association as a calendar file."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=pk)
    content = events_file(whose.name, selectors.calendar_events(scope, pk))
    return download(content, f"{CALENDAR_TYPE}; charset=utf-8", f"association-{pk}.ics")


@login_not_required
@require_safe
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """What everybody may read of an association, without signing in."""
    return render(request, "associations/public.html", {"page": selectors.public_page(slug)})
