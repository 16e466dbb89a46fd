from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    name = "clusters"
    verbose_name = _("clusters")

    def ready(self) -> None:
        """Make the lists of this room known."""
        from clusters import lists

        lists.register()
