"""What the database itself keeps: logs are written once, a version of the plan that was in force stands still."""

from django.db import migrations

from audit.append_only import append_only_table, frozen_columns

OF_A_PLAN_IN_FORCE = (
    "id",
    "cohort_year",
    "number",
    "note",
    "from_version_id",
    "created_by_id",
    "created_at",
    "in_force_at",
)


class Migration(migrations.Migration):
    dependencies = [("cyclogram", "0001_initial")]

    operations = [
        append_only_table("cyclogram_stageevent"),
        append_only_table("cyclogram_stageevidence"),
        append_only_table("cyclogram_indicatorvalueevent"),
        frozen_columns("cyclogram_planversion", OF_A_PLAN_IN_FORCE, once="OLD.state <> 'draft'"),
    ]
