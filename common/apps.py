from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from common.logs import configure
from common.text_search import teach_sqlite


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("common")

    def ready(self) -> None:
        configure()
        connection_created.connect(teach_sqlite, dispatch_uid="common.text_search")
