from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("meetings")

    def ready(self) -> None:
        """Make the notices and lists of this room known, and that drafts of assignments are issued with their
        protocol."""
        from assignments.holding import issue_held_back_by
        from associations.meetings_held import register_meetings
        from meetings import approval_notices, attendance_lists, lists, notices
        from meetings.selectors.held import held_by_association
        from meetings.selectors.minutes import why_held_back

        notices.register()
        approval_notices.register()
        lists.register()
        attendance_lists.register()
        issue_held_back_by(why_held_back)
        register_meetings(held_by_association)
