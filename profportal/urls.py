"""All addresses of the portal. Each room brings its own; this module only says where they hang."""

from django.urls import include, path

from profportal.health import healthz

urlpatterns = [
    path("", include("dashboard.urls")),
    path("", include("assignments.urls")),
    path("", include("clusters.urls")),
    path("", include("rating.urls")),
    path("accounts/", include("accounts.urls")),
    path("api/v1/", include("profportal.api")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", healthz, name="healthz"),
]
