from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Note sign-ins from the start of the process; tell the room of notices who people are."""
        from accounts import (
            lists,
            middleware,  # noqa: F401 -- it listens to sign-ins
            notices,
        )
        from accounts.selectors import readers, staff_ids, zones_of_regions
        from notifications.digests import register_readers
        from notifications.notices import register_staff

        notices.register()
        lists.register()
        register_staff(staff_ids)
        register_readers(readers, zones_of_regions)
