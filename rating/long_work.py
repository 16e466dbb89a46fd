"""Closing, correcting and the letters of a month as long work: what the worker does, what the page says about it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.selectors import scope_for
from assignments.models import Execution
from common.formatting import month_name
from common.scope import Scope
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start
from rating.models import Slice
from rating.selectors.letters import COMPOSE
from rating.services.letters import letters_queue
from rating.services.slices import closing_checked, revision_checked, slice_close, slice_revise
from rating.services.versions import trial_checked, trial_run

CLOSE, REVISE, TRY = "rating.close", "rating.revise", "rating.try"
STAGES = {
    "inputs": gettext_lazy("The event log is read and frozen"),
    "executions": gettext_lazy("Executions are counted"),
    "regions": gettext_lazy("Scores and losses of the regions are computed"),
    "storing": gettext_lazy("Everything is checked once more and stored"),
}


def is_long(threshold: int) -> bool:
    """Whether a month holds so much that a person would wait for its computation."""
    return Execution.objects.rated()[:threshold].count() >= threshold


def close_start(*, actor: Scope, period: str) -> LongTask:
    """Queue the closing of a month; two people who press at once watch the same work. Raises as `slice_close`."""
    closing_checked(actor=actor, period=period)
    return long_task_start(actor=actor, kind=CLOSE, key=period, arguments={"period": period})


def revise_start(*, actor: Scope, period: str, corrections_as_of: datetime, reason: str) -> LongTask:
    """Queue a correction; the same one twice is one work. Raises as `slice_revise`."""
    revision_checked(actor=actor, period=period, corrections_as_of=corrections_as_of, reason=reason)
    instant = corrections_as_of.isoformat()
    digest = sha256(f"{instant}|{reason.strip()}".encode()).hexdigest()[:40]
    arguments = {"period": period, "corrections_as_of": instant, "reason": reason}
    return long_task_start(actor=actor, kind=REVISE, key=f"{period}:{digest}", arguments=arguments)


def _close(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    slice_ = slice_close(actor=scope_for(task.person), period=task.arguments["period"], watch=watch)
    return {"slice": slice_.pk}


def _revise(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    slice_ = slice_revise(
        actor=scope_for(task.person),
        period=task.arguments["period"],
        corrections_as_of=datetime.fromisoformat(task.arguments["corrections_as_of"]),
        reason=task.arguments["reason"],
        watch=watch,
    )
    return {"slice": slice_.pk}


def _compose_letters(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    slice_ = Slice.objects.select_related("methodology").get(pk=task.arguments["slice"])
    queued = letters_queue(slice=slice_, actor=scope_for(task.person), watch=watch)
    return {"slice": slice_.pk, "letters": len(queued)}


def _letters_queued(task: LongTask) -> Outcome:
    count = task.result["letters"]
    words = ngettext("%(count)s letter is queued.", "%(count)s letters are queued.", count) % {"count": count}
    address = f"{reverse('rating:letters')}?month={_slice(task).period}"
    return Outcome(words, address, _("Open the letters"))


def _letters_counted(done: int, total: int) -> str:
    words = ngettext("%(done)s of %(count)s letter", "%(done)s of %(count)s letters", total)
    return words % {"done": done, "count": total}


def trial_start(*, actor: Scope, draft_id: int, periods: list[str]) -> LongTask:
    """Queue the trial of a draft on published months. Raises as `trial_run`."""
    draft, slices = trial_checked(actor=actor, draft_id=draft_id, periods=periods)
    months = [slice_.period for slice_ in slices]
    digest = sha256(f"{draft.digest}|{months}".encode()).hexdigest()[:40]
    arguments = {"draft": draft.pk, "version": draft.version, "months": months}
    return long_task_start(actor=actor, kind=TRY, key=f"{draft.pk}:{digest}", arguments=arguments)


def _try(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    asked = task.arguments
    trial_run(actor=scope_for(task.person), draft_id=asked["draft"], periods=asked["months"], watch=watch)
    return {}


def _tried(task: LongTask) -> Outcome:
    words = _("The months are recomputed; nothing that is published has changed.")
    return Outcome(words, _draft_url(task), _("Open the draft of the version"))


def _draft_url(task: LongTask) -> str:
    return reverse("rating:version-draft", args=[task.arguments["draft"]])


def _months_tried(done: int, total: int) -> str:
    words = ngettext("%(done)s of %(count)s month", "%(done)s of %(count)s months", total)
    return words % {"done": done, "count": total}


def _slice(task: LongTask) -> Slice:
    return Slice.objects.get(pk=task.result["slice"])


def _closed(task: LongTask) -> Outcome:
    slice_ = _slice(task)
    words = _("%(month)s is closed: the draft waits for publication.") % {"month": month_name(slice_.period)}
    return Outcome(words, slice_.get_absolute_url(), _("Open the draft"))


def _revised(task: LongTask) -> Outcome:
    slice_ = _slice(task)
    words = _("Revision %(number)s is computed and waits for publication.") % {"number": slice_.revision}
    return Outcome(words, slice_.get_absolute_url(), _("Open the draft"))


def _trail() -> list[tuple[str, str]]:
    return [(_("Rating"), reverse("rating:latest")), (_("Closing of months"), reverse("rating:close"))]


def _regions_counted(done: int, total: int) -> str:
    words = ngettext("%(done)s of %(count)s region", "%(done)s of %(count)s regions", total)
    return words % {"done": done, "count": total}


COUNTED = {"regions": _regions_counted}


def register_kinds() -> None:
    """Called once when the room is ready."""
    register(
        CLOSE,
        LongWork(
            run=_close,
            title=lambda task: _("Closing: %(month)s") % {"month": month_name(task.arguments["period"])},
            stages=STAGES,
            outcome=_closed,
            back=lambda _task: reverse("rating:close"),
            counted=COUNTED,
            section="rating:latest",
            trail=_trail,
        ),
    )
    register(
        COMPOSE,
        LongWork(
            run=_compose_letters,
            title=lambda task: _("Letters: %(month)s") % {"month": month_name(task.key.partition(":")[0])},
            stages={"letters": gettext_lazy("Letters are written and queued")},
            outcome=_letters_queued,
            back=lambda _task: reverse("rating:letters"),
            counted={"letters": _letters_counted},
            section="rating:latest",
            trail=_trail,
        ),
    )
    register(
        TRY,
        LongWork(
            run=_try,
            title=lambda task: _("Trial of version %(version)s") % {"version": task.arguments["version"]},
            stages={"trial": gettext_lazy("Published months are recomputed with other parameters")},
            outcome=_tried,
            back=_draft_url,
            counted={"trial": _months_tried},
            section="rating:latest",
            trail=_trail,
        ),
    )
    register(
        REVISE,
        LongWork(
            run=_revise,
            title=lambda task: _("Correction: %(month)s") % {"month": month_name(task.arguments["period"])},
            stages=STAGES,
            outcome=_revised,
            back=lambda task: reverse("rating:revise", args=[task.arguments["period"]]),
            counted=COUNTED,
            section="rating:latest",
            trail=_trail,
        ),
    )
