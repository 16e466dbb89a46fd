"""What the database itself keeps: help is written once, an approved report stands still."""

from django.db import migrations

from audit.append_only import append_only_table, frozen_columns

OF_AN_APPROVED_REPORT = (
    "id",
    "association_id",
    "year",
    "state",
    "words",
    "figures",
    "created_by_id",
    "created_at",
    "chair",
    "approved_by_id",
    "approved_at",
)


class Migration(migrations.Migration):
    dependencies = [("associations", "0004_work_of_associations")]

    operations = [
        append_only_table("associations_helprecord"),
        frozen_columns("associations_annualreport", OF_AN_APPROVED_REPORT, once="OLD.state = 'approved'"),
    ]
