from django.db import migrations

from common.text_search import search_indexes


class Migration(migrations.Migration):
    """Indexes of the search over all rooms on PostgreSQL, with pg_trgm where it may be created; nothing on SQLite."""

    dependencies = [
        ("assignments", "0012_as_of"),
        ("accounts", "0002_initial"),
        ("clusters", "0003_cluster_search_key"),
        ("regions", "0002_region_search_key"),
    ]

    operations = [migrations.RunPython(search_indexes, migrations.RunPython.noop)]
