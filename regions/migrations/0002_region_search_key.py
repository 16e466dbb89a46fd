from typing import Any

from django.db import migrations, models

from common.names import name_key


def fill(apps: Any, _schema_editor: Any) -> None:
    Region = apps.get_model("regions", "Region")
    rows = list(Region.objects.all())
    for row in rows:
        names = (row.name_ru, row.name_en, row.brief_ru, row.brief_en, row.genitive_ru)
        row.search_key = name_key(" ".join((*names, row.code)))
    Region.objects.bulk_update(rows, ["search_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="region",
            name="search_key",
            field=models.TextField(default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
