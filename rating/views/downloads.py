"""The table of a month as CSV and XLSX, and the audit file of a slice."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.http import CSV, XLSX, download
from common.scope import scope_of
from rating import exports
from rating.models import AuditFile, RegionScore, Slice
from rating.selectors import audit_json
from rating.selectors.pages import SliceEntry, slice_index
from rating.views.public import answered, kept_private, rating_page, sign_in_first

FORMATS = {
    "csv": (exports.table_csv, CSV),
    "xlsx": (exports.table_workbook, XLSX),
}


@require_safe
@rating_page
def export(request: HttpRequest, period: str, form: str, revision: int | None = None) -> HttpResponse:
    """The whole table of a revision with a dictionary of its columns; `form` is csv or xlsx."""
    scope = scope_of(request)
    index = slice_index(scope)
    entry = index.find(period, revision)

    def made() -> HttpResponse:
        write, content_type = FORMATS[form]
        slice_ = Slice.objects.select_related("methodology").fetch(scope, pk=entry.id)
        rows = RegionScore.objects.visible_to(scope).filter(slice=slice_).for_table()
        return download(write(slice_, rows), content_type, f"rating-{_name(entry)}.{form}")

    return answered(request, index.fingerprint(entry), made)


@require_safe
@rating_page
def audit(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """The frozen inputs of a slice, byte for byte as they were hashed, for those who may recompute it."""
    if not request.user.is_authenticated and not settings.AUDIT_FILE_IS_PUBLIC:
        return sign_in_first(request)
    scope = scope_of(request)
    entry = slice_index(scope).find(period, revision)
    digest = Slice.objects.visible_to(scope).values_list("input_sha256", flat=True).get(pk=entry.id)
    frozen: AuditFile = AuditFile.objects.fetch(scope, slice_id=entry.id)

    def made() -> HttpResponse:
        return download(audit_json(frozen), "application/json", f"audit-{_name(entry)}.json")

    if entry.is_draft:
        return kept_private(request, made())
    return answered(request, digest, made)


def _name(entry: SliceEntry) -> str:
    return f"{entry.period}-r{entry.revision}"
