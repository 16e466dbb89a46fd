from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="association",
            name="wave",
            field=models.CharField(
                blank=True,
                choices=[("first", "first eight"), ("next", "next sixteen")],
                max_length=10,
                verbose_name="wave",
            ),
        ),
    ]
