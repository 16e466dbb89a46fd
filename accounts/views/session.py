"""When the sign-in ends, for the page that warns before; and staying longer."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_http_methods

from accounts.sessions import session_prolong, session_seconds_left


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """Whole seconds until the sign-in ends; a POST is the person's word that he stays."""
    left = session_prolong(request) if request.method == "POST" else session_seconds_left(request)
    return JsonResponse({"left": int(left)})
