"""What the database itself keeps: the history of a practice and what was said about it are written once."""

from django.db import migrations

from audit.append_only import append_only_table


class Migration(migrations.Migration):
    dependencies = [("associations", "0002_practices")]

    operations = [
        append_only_table("associations_practiceevent"),
        append_only_table("associations_practicecomment"),
    ]
