"""What was handed in, the rules of the fold and the items of an issued protocol stand still.

An item has its code from the issue on; from then on the executions and the rating speak about it. Its short title is
a label, and whom it was addressed to is said by the executions: these two are not held.
"""

from django.db import migrations

from audit.append_only import append_only_table, frozen_columns

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
    dependencies = [("assignments", "0003_execution_request")]

    operations = [
        append_only_table("assignments_evidence"),
        # A version that a methodology names is kept from deletion by its key.
        frozen_columns("assignments_controlrules", OF_RULES, once="OLD.id IS NOT NULL"),
        frozen_columns("assignments_assignment", OF_AN_ITEM, once="OLD.code IS NOT NULL"),
    ]
