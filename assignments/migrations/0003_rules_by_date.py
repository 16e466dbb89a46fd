"""Control rules hold from a day on. The one version that there can be before this has held since the first month."""

from datetime import date

from django.db import migrations, models

from audit.append_only import frozen_columns
from common.migrating import OnDatabase

BEFORE = ("id", "version", "tz_offset_minutes", "min_lead_days", "max_request_extensions")
TABLE, ALWAYS = "assignments_controlrules", "OLD.id IS NOT NULL"


def thawed(operation: OnDatabase) -> OnDatabase:
    """The operation the other way round: a table is rebuilt while nothing guards it."""
    return OnDatabase(operation.backwards, operation.forwards)


class Migration(migrations.Migration):
    dependencies = [("assignments", "0002_append_only")]

    operations = [
        thawed(frozen_columns(TABLE, BEFORE, once=ALWAYS)),
        migrations.AddField(
            model_name="controlrules",
            name="effective_from",
            field=models.DateField(default=date(2023, 10, 1), unique=True, verbose_name="hold from"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="controlrules",
            name="applied_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="stored states follow them since"),
        ),
        migrations.AlterModelOptions(
            name="controlrules",
            options={
                "ordering": ["effective_from"],
                "verbose_name": "control rules",
                "verbose_name_plural": "control rules",
            },
        ),
        frozen_columns(TABLE, (*BEFORE, "effective_from"), once=ALWAYS),
    ]
