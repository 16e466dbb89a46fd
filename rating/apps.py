from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingConfig(AppConfig):
    name = "rating"
    verbose_name = _("rating")

    def ready(self) -> None:
        """Make the long work of the room known to whoever runs it."""
        import_module("rating.long_work").register_kinds()
