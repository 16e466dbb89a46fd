"""How long a sign-in lasts: a fixed time from its beginning, which the person himself may prolong by the hour.

Being busy prolongs nothing, so a browser left open is safe the next morning. Whoever is warned may stay: each time an
hour more, up to a day in all (WCAG 2.2.1 asks for ten times at least).
"""

from django.conf import settings
from django.http import HttpRequest

from common import clock

SIGNED_IN_AT, ENDS_AT = "signed_in_at", "ends_at"


def session_begin(request: HttpRequest) -> None:
    """Note that the sign-in begins now."""
    now = clock.now().timestamp()
    request.session[SIGNED_IN_AT], request.session[ENDS_AT] = now, now + settings.SESSION_COOKIE_AGE


def session_ends(request: HttpRequest) -> float:
    """The instant at which the sign-in ends, as a timestamp; zero for a session without notes."""
    return request.session.get(ENDS_AT, 0.0)


def session_seconds_left(request: HttpRequest) -> float:
    """Seconds until the sign-in ends; below zero it is over. A session without notes is over."""
    return session_ends(request) - clock.now().timestamp()


def session_prolong(request: HttpRequest) -> float:
    """Let the person stay a while from now, within the longest time of a sign-in; seconds that are left."""
    latest = request.session[SIGNED_IN_AT] + settings.SESSION_LONGEST_SECONDS
    wished = clock.now().timestamp() + settings.SESSION_STAY_SECONDS
    request.session[ENDS_AT] = max(request.session[ENDS_AT], min(wished, latest))
    return session_seconds_left(request)
