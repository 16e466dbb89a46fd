"""The tables of a month as CSV, XLSX and JSON, the dictionary of their columns, and the audit file of a slice."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from common.http import CSV, XLSX, download
from common.scope import scope_of
from rating import dictionary, exports
from rating.models import AuditFile, RegionScore, Slice
from rating.selectors import audit_json
from rating.selectors.changes import changes_of
from rating.selectors.districts import district_scores
from rating.selectors.pages import SliceEntry, SliceIndex, slice_index
from rating.selectors.shares import cluster_shares, national_shares
from rating.views.public import answered, file_answered, rating_page, sign_in_first

JSON = "application/json"
FORMATS = {
    "csv": (exports.table_csv, CSV),
    "xlsx": (exports.table_workbook, XLSX),
    "json": (exports.table_json, JSON),
}


@require_safe
@rating_page
def export(request: HttpRequest, period: str, form: str, revision: int | None = None) -> HttpResponse:
    """The whole table of a revision with the dictionary of its columns."""
    scope = scope_of(request)
    index = slice_index(scope)
    entry = index.find(period, revision)
    rows = RegionScore.objects.visible_to(scope).filter(slice=entry.id).for_table()
    return _table(request, index, entry, form, dictionary.REGIONS_TABLE, lambda _slice: rows)


@require_safe
@rating_page
def districts(request: HttpRequest, period: str, form: str, revision: int | None = None) -> HttpResponse:
    """The federal districts of a revision."""
    index = slice_index(scope_of(request))
    entry = index.find(period, revision)
    return _table(
        request,
        index,
        entry,
        form,
        dictionary.DISTRICTS_TABLE,
        lambda slice_: district_scores(entry, slice_.methodology.params()),
    )


@require_safe
@rating_page
def changes(request: HttpRequest, period: str, form: str, revision: int | None = None) -> HttpResponse:
    """What a revision changed for whom."""
    index = slice_index(scope_of(request))
    entry = index.find(period, revision)
    return _table(
        request, index, entry, form, dictionary.CHANGES_TABLE, lambda _: changes_of(index, entry).regions
    )


@require_safe
def items(request: HttpRequest, period: str, form: str, revision: int | None = None) -> HttpResponse:
    """The national shares of the items that this person may open."""
    scope = scope_of(request)
    index = slice_index(scope)
    entry = index.find(period, revision)
    return _table(
        request,
        index,
        entry,
        form,
        dictionary.ITEMS_TABLE,
        lambda _: national_shares(scope, entry),
        for_all=False,
    )


@require_safe
def clusters(
    request: HttpRequest, period: str, code: str, form: str, revision: int | None = None
) -> HttpResponse:
    """The share of each cluster of a region, for the region itself and the centre."""
    index = slice_index(scope_of(request))
    entry = index.find(period, revision)
    found = cluster_shares(scope_of(request), entry, code)
    table, name = dictionary.CLUSTERS_TABLE, found.score.region.name
    return _table(
        request, index, entry, form, table, lambda _: found.clusters, of=name, part=f"-{code}", for_all=False
    )


def _table(
    request: HttpRequest,
    index: SliceIndex,
    entry: SliceEntry,
    form: str,
    table: dictionary.Table,
    rows: Callable[[Slice], Iterable[Any]],
    *,
    of: str = "",
    part: str = "",
    for_all: bool = True,
) -> HttpResponse:
    """A table in one format, with the tag of its revision; `for_all`: it is the same for everybody, and open to all."""

    def made() -> HttpResponse:
        write, content_type = FORMATS[form]
        slice_ = Slice.objects.select_related("methodology").fetch(scope_of(request), pk=entry.id)
        name = f"{FILE_NAMES[table.name]}{part}-{_name(entry)}.{form}"
        return download(write(table, slice_, rows(slice_), of), content_type, name)

    return file_answered(
        request, index.fingerprint(entry), entry, made, for_all=for_all and settings.RATING_IS_PUBLIC
    )


FILE_NAMES = {"table": "rating", **{name: name for name in ("districts", "clusters", "items", "changes")}}


@require_safe
@rating_page
def columns(request: HttpRequest) -> HttpResponse:
    """The dictionary of all columns as JSON, texts in the reader's language."""
    rows = [entry._asdict() for entry in dictionary.entries()]

    def made() -> HttpResponse:
        return JsonResponse({"columns": rows}, json_dumps_params={"ensure_ascii": False, "indent": 1})

    return answered(request, repr(rows), made)


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
        return download(audit_json(frozen), JSON, f"audit-{_name(entry)}.json")

    return file_answered(request, digest, entry, made, for_all=settings.AUDIT_FILE_IS_PUBLIC)


def _name(entry: SliceEntry) -> str:
    return f"{entry.period}-r{entry.revision}"
