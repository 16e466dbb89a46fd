"""What the demonstration has of the next version and of other systems: a draft, an address switched off."""

from accounts.models import User
from accounts.selectors import scope_for
from common import clock
from notifications.models import WebhookEndpoint
from rating.models import Methodology, Slice
from rating.selectors.versions import earliest_month
from rating.services import draft_begin, trial_run

PLATFORM = "https://monitoring.example/profportal"
"""An address that leads nowhere (RFC 2606): it stays switched off, so nothing is ever sent."""
NOTE = "Платформа мониторинга, тестовый контур"
REASON = (
    "Опоздание до трёх дней чаще всего вызвано почтой: потери за него меньше, за долгое опоздание – больше."
)
STEPS = [[3, 90], [10, 60], [30, 30], [None, 10]]


def prepare_the_next_version() -> None:
    """The methodologist has begun a draft and tried it on the newest published month; an address waits to be told."""
    newest = Slice.objects.filter(status="published").order_by("-period").first()
    methodology = Methodology.objects.order_by("-effective_from").first()
    if newest is None or methodology is None:
        return
    methodologist = scope_for(User.objects.get(email="methodologist@centre.example"))
    params = {
        **methodology.to_params(),
        "version": "2.0",
        "effective_from": earliest_month(),
        "late_steps": STEPS,
    }
    draft = draft_begin(actor=methodologist, params=params, reason=REASON)
    trial_run(actor=methodologist, draft_id=draft.pk, periods=[newest.period])
    WebhookEndpoint.objects.create(
        url=PLATFORM,
        note=NOTE,
        is_active=False,
        created_at=clock.now(),
        created_by=User.objects.get(email="administrator@centre.example"),
    )
