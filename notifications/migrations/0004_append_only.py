from django.db import migrations

from audit.append_only import append_only_table


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_long_task")]

    operations = [append_only_table("notifications_mailevent")]
