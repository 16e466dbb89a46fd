from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingConfig(AppConfig):
    name = "rating"
    verbose_name = _("rating")

    def ready(self) -> None:
        """Make the notices, the long work and the lists of this room known.

        The room below is told which published month an event belongs to: it decides what a decision corrects.
        """
        from assignments.services.corrections import published_month_known_by
        from rating import lists, long_work, notices
        from rating.selectors.corrections import month_of_instant

        notices.register()
        lists.register()
        long_work.register_kinds()
        published_month_known_by(month_of_instant)
