from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("assignments")

    def ready(self) -> None:
        """Make the notices of this room known."""
        from assignments import notices

        notices.register()
