from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    name = "regions"
    verbose_name = _("regions")

    def ready(self) -> None:
        """Make the lists of this room known."""
        from regions import lists

        lists.register()
