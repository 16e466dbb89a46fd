"""Regions and clusters: lists and standing pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusters.policies import can_import_clusters
from common import clock
from common.parts import page_or_part
from common.scope import scope_of
from cyclogram.selectors.progress import progress_of_region
from dashboard.lists import cluster_filter, region_filter, regions_narrowed, sees_work
from dashboard.past_forms import AsOfForm, moment_of
from dashboard.selectors import places
from dashboard.views.past import region_page_then
from meetings.selectors.attendance import region_record
from rating.selectors.objections import preview_notices
from rating.selectors.tables import latest_published

PAGE_SIZE = 50


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """All regions; work and coordinators for those who may see them."""
    scope = scope_of(request)
    form = region_filter(scope, request.GET)
    is_valid = form.is_valid()
    found = regions_narrowed(scope, form) if is_valid else []
    latest = latest_published(scope)
    context = {
        "form": form,
        "rows": places.region_rows(scope, found, latest),
        "latest": latest,
        "is_narrowed": bool(request.GET),
        "sees_work": sees_work(scope),
        "sees_all_work": scope.is_centre,
    }
    return page_or_part(request, "dashboard/regions.html", "regions", context, 200 if is_valid else 400)


@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """How a region stands now, or with `as_of` how it stood in the past."""
    moment = moment_of(request.GET)
    if moment is not None:
        return region_page_then(request, code, moment)
    page = places.region_page(scope_of(request), code)
    previews = preview_notices(scope_of(request), code)
    context = {
        "attendance": region_record(scope_of(request), page.region) if page.is_insider else None,
        "stages": progress_of_region(scope_of(request), code, clock.today()),
        "page": page,
        "today": clock.today(),
        "previews": previews,
        "past": None,
        "past_form": AsOfForm(),
    }
    return render(request, "dashboard/region.html", context)


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """The register of clusters."""
    scope = scope_of(request)
    form = cluster_filter(scope, request.GET)
    is_valid = form.is_valid()
    found = places.clusters_found(scope, form.narrowed() if is_valid else places.ClusterFilter())
    page = Paginator(found if is_valid else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "is_narrowed": is_valid and form.narrowed() != places.ClusterFilter(),
        "may_import": can_import_clusters(scope),
    }
    return page_or_part(request, "dashboard/clusters.html", "clusters", context, 200 if is_valid else 400)


@require_safe
def cluster(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of a cluster, and its executions for those who may see them."""
    page = places.cluster_page(scope_of(request), code)
    return render(request, "dashboard/cluster.html", {"page": page, "today": clock.today()})
