"""All addresses of the portal. Each room brings its own; this module only says where they hang."""

from django.urls import include, path

from accounts.views.profile import language
from profportal.health import healthz

handler400 = "common.http.bad_request"
handler404 = "common.http.not_found"

urlpatterns = [
    path("", include("assignments.urls")),
    path("", include("clusters.urls")),
    path("", include("cyclogram.urls")),
    path("", include("associations.urls")),
    path("", include("meetings.urls")),
    path("", include("rating.urls")),
    path("", include("regions.urls")),
    path("", include("dashboard.urls")),  # after the rooms: /clusters/import/ is not the cluster "import"
    path("accounts/", include("accounts.auth_urls")),
    path("accounts/", include("accounts.urls")),
    path("api/v1/", include("profportal.api")),
    path("i18n/setlang/", language, name="set_language"),
    path("healthz", healthz, name="healthz"),
]
