"""The layout in the template of the letter, outgoing numbers of letters."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit.append_only import create_triggers, drop_triggers
from common.migrating import OnDatabase

WRITTEN_ONCE = ("rating_lettertemplate", "rating_ratingletter")


def protect_again(editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes a table anew to change its columns, and its triggers are gone with the old one."""
    if editor.connection.vendor == "sqlite":
        for table in WRITTEN_ONCE:
            create_triggers(editor, table)


def open_tables(editor: BaseDatabaseSchemaEditor) -> None:
    """The triggers leave before the table is made anew, in both directions."""
    if editor.connection.vendor == "sqlite":
        for table in WRITTEN_ONCE:
            drop_triggers(editor, table)


class Migration(migrations.Migration):

    dependencies = [
        ('rating', '0005_methodology_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OnDatabase(open_tables, protect_again),
        migrations.AddField(
            model_name='lettertemplate',
            name='layout',
            field=models.TextField(blank=True, verbose_name='layout of the page'),
        ),
        migrations.AddField(
            model_name='ratingletter',
            name='outgoing_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='outgoing number'),
        ),
        migrations.AddField(
            model_name='ratingletter',
            name='outgoing_on',
            field=models.DateField(blank=True, null=True, verbose_name='outgoing date'),
        ),
        migrations.CreateModel(
            name='LetterNumbering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pattern', models.CharField(max_length=40, verbose_name='pattern of the number')),
                ('first', models.PositiveIntegerField(verbose_name='first number')),
                ('dated_on', models.DateField(verbose_name='date of the letters')),
                ('changed_at', models.DateTimeField(verbose_name='saved')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('slice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter_numbering', to='rating.slice', verbose_name='slice')),
            ],
            options={
                'verbose_name': 'numbering of letters',
                'verbose_name_plural': 'numberings of letters',
                'ordering': ['slice'],
            },
        ),
        OnDatabase(protect_again, open_tables),
    ]
