from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("audit")

    def ready(self) -> None:
        from auditlog.models import LogEntry

        from audit.trail import stamp

        pre_save.connect(stamp, sender=LogEntry, dispatch_uid="audit.stamp")
