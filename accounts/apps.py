from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Note sign-ins from the start of the process, not from its first request."""
        from accounts import middleware  # noqa: F401 -- it listens to sign-ins
