from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("assignments")

    def ready(self) -> None:
        """Make the notices, the long work and the lists of this room known."""
        from assignments import lists, long_work, notices

        notices.register()
        long_work.register_kinds()
        lists.register()
