from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssociationsConfig(AppConfig):
    name = "associations"
    verbose_name = _("industry associations")

    def ready(self) -> None:
        """Make the notices and lists of this room known."""
        from associations import lists, notices, work_lists

        notices.register()
        lists.register()
        work_lists.register()
