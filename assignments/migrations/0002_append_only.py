"""What the database itself keeps: rows written once, columns that stand still, and the indexes of the search.

An item has its code from the issue on; from then on the executions and the rating speak about it. Its short title is
a label, and whom it was addressed to is said by the executions: these two are not held.
"""

from django.db import migrations

from audit.append_only import append_only_table, frozen_columns
from common.text_search import search_indexes

WRITTEN_ONCE = (
    "assignments_executionevent",
    "assignments_executionpast",
    "assignments_executionnote",
    "assignments_evidence",
    "assignments_answerwording",
    "assignments_seriesstep",
)
OF_AN_ITEM = (
    "id",
    "protocol_id",
    "code",
    "number",
    "position",
    "text",
    "expected_result",
    "weight",
    "due_on",
    "addressee",
)
OF_RULES = ("id", "version", "tz_offset_minutes", "min_lead_days", "max_request_extensions")


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0001_initial"),
        ("accounts", "0002_initial"),
        ("clusters", "0001_initial"),
        ("regions", "0001_initial"),
    ]

    operations = [
        *(append_only_table(table) for table in WRITTEN_ONCE),
        # A version that a methodology names is kept from deletion by its key.
        frozen_columns("assignments_controlrules", OF_RULES, once="OLD.id IS NOT NULL"),
        frozen_columns("assignments_assignment", OF_AN_ITEM, once="OLD.code IS NOT NULL"),
        # With pg_trgm where it may be created; nothing on SQLite.
        search_indexes(),
    ]
