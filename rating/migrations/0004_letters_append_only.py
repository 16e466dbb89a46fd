from django.db import migrations

from audit.append_only import append_only_table


class Migration(migrations.Migration):
    dependencies = [("rating", "0003_preview_and_objections")]

    operations = [append_only_table("rating_ratingletter")]
