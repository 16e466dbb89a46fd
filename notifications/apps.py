from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("notifications")

    def ready(self) -> None:
        """Make the task known in every process, so that the doorbell can ring it where tasks run in place."""
        import_module("notifications.tasks")
