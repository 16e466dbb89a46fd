from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingConfig(AppConfig):
    name = "rating"
    verbose_name = _("rating")

    def ready(self) -> None:
        """Make the notices of this room known."""
        from rating import notices

        notices.register()
