from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = _("dashboard")

    def ready(self) -> None:
        """Make the long work, the digests and the lists of the room known to whoever runs them."""
        for kind in ("work", "imports", "decisions", "workbooks"):
            import_module(f"dashboard.long_{kind}").register_kinds()
        import_module("dashboard.digests").register()
        import_module("dashboard.lists").register()
