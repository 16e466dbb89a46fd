"""Closed months stand still: the database itself refuses to change or delete what a slice says.

Scores, explanations and frozen inputs are written once. Of a slice only the publication may change, and only
forwards: draft → published → superseded. Nothing that has scores can be deleted, for these rows protect it. Who was
shown a month before its publication, and what its letters said, is written once too.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit.append_only import append_only_table
from common.migrating import OnDatabase

WRITTEN_ONCE = (
    "rating_auditfile",
    "rating_regionscore",
    "rating_scorewindow",
    "rating_scoreloss",
    "rating_scoregain",
    "rating_scoreatstake",
    "rating_itemshare",
    "rating_slicepreview",
    "rating_previewreading",
    "rating_ratingletter",
)
NUMBERS = (
    "id",
    "period",
    "revision",
    "as_of",
    "corrections_as_of",
    "methodology_id",
    "input_sha256",
    "ranked_regions",
    "executions",
    "weight_sum",
    "points_sum",
    "score",
    "median_review_days",
    "unreviewed",
    "reason",
    "author_id",
    "created_at",
)
FORWARDS = """
    (OLD.status = 'draft' AND NEW.status = 'published')
    OR (OLD.status = 'published' AND NEW.status = 'superseded'
        AND NEW.published_at {same} OLD.published_at AND NEW.published_by_id {same} OLD.published_by_id)
"""


def freeze_slices(editor: BaseDatabaseSchemaEditor) -> None:
    postgres = editor.connection.vendor == "postgresql"
    differs, same = ("IS DISTINCT FROM", "IS NOT DISTINCT FROM") if postgres else ("IS NOT", "IS")
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in NUMBERS)
    refused = f"{changed} OR NOT ({FORWARDS.format(same=same)})"
    if postgres:
        editor.execute(
            "CREATE FUNCTION profportal_frozen_slice() RETURNS trigger AS $$ "
            "BEGIN RAISE EXCEPTION 'a closed month never changes'; END $$ LANGUAGE plpgsql",
            params=None,
        )
        editor.execute(
            "CREATE TRIGGER rating_slice_frozen BEFORE UPDATE ON rating_slice FOR EACH ROW "
            f"WHEN ({refused}) EXECUTE FUNCTION profportal_frozen_slice()",
            params=None,
        )
    else:
        editor.execute(
            f"CREATE TRIGGER rating_slice_frozen BEFORE UPDATE ON rating_slice FOR EACH ROW WHEN {refused} "
            "BEGIN SELECT RAISE(ABORT, 'a closed month never changes'); END",
            params=None,
        )


def thaw_slices(editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER IF EXISTS rating_slice_frozen ON rating_slice", params=None)
        editor.execute("DROP FUNCTION IF EXISTS profportal_frozen_slice()", params=None)
    else:
        editor.execute("DROP TRIGGER IF EXISTS rating_slice_frozen", params=None)


class Migration(migrations.Migration):
    dependencies = [("rating", "0001_initial")]

    operations = [
        *(append_only_table(table) for table in WRITTEN_ONCE),
        OnDatabase(freeze_slices, thaw_slices),
    ]
