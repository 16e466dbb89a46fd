"""Links, openings and receipts of letters; a letter says whether it is a copy."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit.append_only import append_only_table, create_triggers, drop_triggers, frozen_columns
from common.migrating import OnDatabase

WRITTEN_ONCE = ("rating_letteropening", "rating_letterreceipt")
LINK = ("slice_id", "region_id", "head_id", "number", "jti", "issued_at", "expires_at")


def protect_letters_again(editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes the table anew to add a column, and its triggers are gone with the old one."""
    if editor.connection.vendor == "sqlite":
        create_triggers(editor, "rating_ratingletter")


def open_letters(editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back the column is dropped from a table without triggers."""
    if editor.connection.vendor == "sqlite":
        drop_triggers(editor, "rating_ratingletter")


class Migration(migrations.Migration):

    dependencies = [
        ('rating', '0002_closed_months'),
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='ratingletter',
            name='kind',
            field=models.CharField(choices=[('letter', 'letter to the head'), ('new_link', 'new link for the head'), ('copy', 'copy for the coordinator')], default='letter', max_length=10, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='LetterLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('jti', models.CharField(editable=False, max_length=32, unique=True)),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.authorityhead', verbose_name='head of the authority')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_links', to='regions.region', verbose_name='region')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
                ('slice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_links', to='rating.slice', verbose_name='slice')),
            ],
            options={
                'verbose_name': 'link of a letter',
                'verbose_name_plural': 'links of letters',
                'ordering': ['slice', 'region', 'number'],
            },
        ),
        migrations.CreateModel(
            name='LetterOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('is_automatic', models.BooleanField(default=False, verbose_name='by a program')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='rating.letterlink', verbose_name='link')),
            ],
            options={
                'verbose_name': 'opening of a letter',
                'verbose_name_plural': 'openings of letters',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='LetterReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(verbose_name='confirmed')),
                ('way', models.CharField(choices=[('link', 'by the button on the page of the letter'), ('signed_in', 'by the head, signed in'), ('centre', 'recorded by the centre')], max_length=10, verbose_name='how')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.authorityhead', verbose_name='head of the authority')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_receipts', to='regions.region', verbose_name='region')),
                ('slice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_receipts', to='rating.slice', verbose_name='slice')),
            ],
            options={
                'verbose_name': 'receipt of a letter',
                'verbose_name_plural': 'receipts of letters',
                'ordering': ['slice', 'region'],
            },
        ),
        migrations.AddConstraint(
            model_name='letterlink',
            constraint=models.UniqueConstraint(fields=('slice', 'region', 'head', 'number'), name='letter_link_number'),
        ),
        migrations.AddConstraint(
            model_name='letterlink',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('slice', 'region', 'head'), name='letter_link_one_open'),
        ),
        migrations.AddConstraint(
            model_name='letterlink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='letter_link_expires_later'),
        ),
        migrations.AddIndex(
            model_name='letteropening',
            index=models.Index(fields=['link', 'is_automatic', 'at'], name='letter_opening_of_link'),
        ),
        migrations.AddConstraint(
            model_name='letterreceipt',
            constraint=models.UniqueConstraint(fields=('slice', 'region'), name='letter_receipt_once'),
        ),
        migrations.AddConstraint(
            model_name='letterreceipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'centre'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='letter_receipt_of_centre_has_note'),
        ),
        OnDatabase(protect_letters_again, open_letters),
        *(append_only_table(table) for table in WRITTEN_ONCE),
        frozen_columns("rating_letterlink", LINK, once="OLD.id IS NOT NULL"),
    ]
