"""How the portal looks for this reader: colours and contrast, kept in two cookies, chosen by plain forms."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

CHOICES = {"theme": ("auto", "light", "dark"), "contrast": ("normal", "high")}
YEAR = 365 * 24 * 3600


def display_of(request: HttpRequest) -> dict[str, str]:
    """The reader's choice for the templates; an absent or unknown cookie means the first of the choices."""
    chosen = {name: request.COOKIES.get(name, "") for name in CHOICES}
    return {name: chosen[name] if chosen[name] in values else values[0] for name, values in CHOICES.items()}


@login_not_required
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the choice sent and return to the page it was made on; what is not a choice is passed over."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, values in CHOICES.items():
        value = request.POST.get(name)
        if value in values:
            response.set_cookie(
                name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
    return response
