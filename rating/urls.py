"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from common import converters  # noqa: F401 -- it knows the formats
from rating.letter_urls import letter_urlpatterns
from rating.objection_urls import objection_urlpatterns
from rating.publication_urls import publication_urlpatterns
from rating.views import (
    comparison,
    digests,
    downloads,
    executions,
    keeping,
    lifts,
    methods,
    months,
    scorecards,
    versions,
)

app_name = "rating"


MONTH = "rating/<str:period>/"
REVISION = "rating/<str:period>/r<int:revision>/"

urlpatterns: list[URLPattern | URLResolver] = [
    *letter_urlpatterns,
    *objection_urlpatterns,
    *publication_urlpatterns,
    path("rating/", months.latest, name="latest"),
    path("rating/running/", months.running, name="running"),
    path("rating/running/lifts/", lifts.regions, name="lifts"),
    path("rating/running/lifts/executions/", lifts.executions, name="lifts-executions"),
    path("rating/method/", methods.method, name="method"),
    path("rating/method/terms/", methods.terms, name="terms"),
    path("rating/method/versions/", versions.versions, name="versions"),
    path("rating/method/versions/<int:pk>/", versions.version_draft, name="version-draft"),
    path("rating/method/versions/<int:pk>/try/", versions.version_try, name="version-try"),
    path("rating/method/versions/<int:pk>/approve/", versions.version_approve, name="version-approve"),
    path("rating/method/versions/<int:pk>/withdraw/", versions.version_withdraw, name="version-withdraw"),
    path("rating/close/", keeping.close, name="close"),
    path(MONTH, months.month, name="month"),
    path(f"{MONTH}revise/", keeping.revise, name="revise"),
    path(f"{MONTH}regions/<str:code>/", scorecards.region, name="scorecard"),
    path(f"{MONTH}regions/<str:code>/executions/", executions.executions, name="executions"),
    path(f"{MONTH}regions/<str:code>/executions/<str:execution>/", executions.execution, name="execution"),
    path(f"{MONTH}compare/", comparison.compare, name="compare"),
    path(f"{MONTH}method/", methods.slice_method, name="month-method"),
    path(f"{MONTH}digest/", digests.digest, name="digest"),
    path(f"{MONTH}audit.json", downloads.audit, name="audit"),
    path(f"{MONTH}table.<data_format:form>", downloads.export, name="export"),
    path(REVISION, months.month, name="revision"),
    path(f"{REVISION}publish/", keeping.publish, name="publish"),
    path(f"{REVISION}regions/<str:code>/", scorecards.region, name="scorecard-revision"),
    path(f"{REVISION}regions/<str:code>/executions/", executions.executions, name="executions-revision"),
    path(
        f"{REVISION}regions/<str:code>/executions/<str:execution>/",
        executions.execution,
        name="execution-revision",
    ),
    path(f"{REVISION}compare/", comparison.compare, name="compare-revision"),
    path(f"{REVISION}method/", methods.slice_method, name="month-method-revision"),
    path(f"{REVISION}digest/", digests.digest, name="digest-revision"),
    path(f"{REVISION}digest.<document_format:form>", digests.paper, name="digest-paper"),
    path(f"{REVISION}audit.json", downloads.audit, name="audit-revision"),
    path(f"{REVISION}table.<data_format:form>", downloads.export, name="export-revision"),
]
