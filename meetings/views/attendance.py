"""How the regions attend over the meetings, and who never comes."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.parts import page_or_part
from common.scope import scope_of
from meetings.attendance_lists import (
    attendance_filter,
    attendance_narrowed,
    require_reader_of_attendance,
)
from meetings.selectors.attendance import recent_meetings


@require_safe
def attendance(request: HttpRequest) -> HttpResponse:
    """Regions by meetings: all for the centre, its own for a region."""
    scope = scope_of(request)
    require_reader_of_attendance(scope)
    form = attendance_filter(request.GET)
    is_valid = form.is_valid()
    records = attendance_narrowed(scope, form) if is_valid else []
    columns = recent_meetings(records)
    context = {
        "form": form,
        "columns": columns,
        "lines": [(record, [record.at(meeting) for meeting in columns]) for record in records],
        "never": sum(record.never_comes for record in records),
        "is_narrowed": not is_valid or any(form.cleaned_data.values()),
    }
    return page_or_part(
        request, "meetings/participation/attendance.html", "attendance", context, 200 if is_valid else 400
    )
