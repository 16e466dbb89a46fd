from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingConfig(AppConfig):
    name = "rating"
    verbose_name = _("rating")

    def ready(self) -> None:
        """Make the notices of this room known, and tell the room below which published month an event belongs to:
        it decides what a decision corrects."""
        from assignments.services.corrections import published_month_known_by
        from rating import notices
        from rating.selectors.corrections import month_of_instant

        notices.register()
        published_month_known_by(month_of_instant)
