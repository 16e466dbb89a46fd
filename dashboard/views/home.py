"""The first page of each role."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import clock
from common.scope import scope_of
from dashboard.focus import focus_of
from dashboard.selectors.home import home as home_of
from rating.selectors.objections import preview_notices


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the reader; the public goes to the rating, or to the sign-in while the rating is closed."""
    scope = scope_of(request)
    if not request.user.is_authenticated:
        return redirect("rating:latest" if settings.RATING_IS_PUBLIC else "account_login")
    if scope.is_public:
        return render(request, "dashboard/home_without_roles.html")
    context = {
        "home": home_of(focus_of(request)),
        "today": clock.today(),
        "previews": preview_notices(scope),
    }
    return render(request, "dashboard/home.html", context)
