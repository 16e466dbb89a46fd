from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclogramConfig(AppConfig):
    name = "cyclogram"
    verbose_name = _("cyclogram")

    def ready(self) -> None:
        """Make the notices and lists of this room known."""
        from cyclogram import lists, notices

        notices.register()
        lists.register()
