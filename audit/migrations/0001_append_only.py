from django.conf import settings
from django.db import migrations

from audit.append_only import append_only_table


class Migration(migrations.Migration):
    dependencies = [
        ("auditlog", "0017_add_actor_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [append_only_table("auditlog_logentry")]
