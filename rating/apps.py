from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingConfig(AppConfig):
    name = "rating"
    verbose_name = _("rating")

    def ready(self) -> None:
        """Make the notices and the long work of this room known, and tell the room below which published month an
        event belongs to: it decides what a decision corrects."""
        from assignments.services.corrections import published_month_known_by
        from rating import long_work, notices
        from rating.selectors.corrections import month_of_instant

        notices.register()
        long_work.register_kinds()
        published_month_known_by(month_of_instant)
