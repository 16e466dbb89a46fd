from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.logs import configure


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("common")

    def ready(self) -> None:
        configure()
