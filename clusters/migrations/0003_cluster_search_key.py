from typing import Any

from django.db import migrations, models

from common.names import name_key


def fill(apps: Any, _schema_editor: Any) -> None:
    Cluster = apps.get_model("clusters", "Cluster")
    rows = list(Cluster.objects.select_related("base_college", "industry", "anchor_employer"))
    for row in rows:
        college, industry, employer = row.base_college, row.industry, row.anchor_employer
        parts = [
            row.name,
            college.name if college else "",
            f"{industry.name_ru} {industry.name_en}" if industry else row.industry_as_reported,
            employer.name if employer else "",
            row.code,
        ]
        row.search_key = name_key(" ".join(parts))
    Cluster.objects.bulk_update(rows, ["search_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("clusters", "0002_clusterimport")]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="search_key",
            field=models.TextField(default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
