"""The note of a region on how its work goes, on the page of an execution."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assignments.policies import can_note
from assignments.services.notes import execution_note_write
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.forms import add_refusal
from common.scope import scope_of
from dashboard.note_forms import NoteForm
from dashboard.selectors.execution import execution_fetch
from dashboard.views.executions import execution_page


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it. What the portal refuses comes back on the same page with everything typed."""
    scope = scope_of(request)
    found = execution_fetch(scope, pk)
    if not can_note(scope, found):
        raise NotAllowed(_("This act is not open to you."))
    form = NoteForm(request.POST, auto_id="note_%s")
    status = 400
    if form.is_valid():
        try:
            execution_note_write(actor=scope, execution_id=pk, **form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
        except (StaleVersion, ImpossibleStep) as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("The note is written."))
            return redirect(f"{found.get_absolute_url()}#note")
    return execution_page(request, execution_fetch(scope, pk), queue=None, status=status, note=form)
