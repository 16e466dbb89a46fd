"""What has happened since the person last looked: the page of the bell. A notice is read by a form, never by a link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.scope import scope_of
from dashboard.lists import ALL_NOTICES, notices_narrowed
from dashboard.paging import keyset_page
from notifications.models import Notice
from notifications.services import notice_read, notices_read_all

A_PAGE = 25


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The person's own notices, newest first: the unread ones, or all of them."""
    scope = scope_of(request)
    unread = Notice.objects.visible_to(scope).unread().order_by().count()
    shown = notices_narrowed(scope, request.GET)
    context = {
        "page": keyset_page(shown, field="created_at", query=request.GET, descending=True, size=A_PAGE),
        "unread": unread,
        "shows_all": request.GET.get("show") == ALL_NOTICES,
    }
    return render(request, "dashboard/notices.html", context)


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a notice is read and go where it leads; what the person may no longer see is 404 there."""
    notice = notice_read(actor=scope_of(request), notice_id=pk)
    return redirect(notice.link)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that everything is read."""
    count = notices_read_all(actor=scope_of(request))
    done = ngettext("%(count)s notification is read.", "%(count)s notifications are read.", count)
    messages.success(request, done % {"count": count} if count else _("There was nothing unread."))
    return redirect("dashboard:notices")
