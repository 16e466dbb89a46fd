"""The preview of a slice with its first readings, which are append-only, and the objections of the regions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import append_only_table


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0002_append_only'),
        ('files', '0001_initial'),
        ('rating', '0002_closed_months'),
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SlicePreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('publishes_at', models.DateTimeField(verbose_name='announced publication')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('slice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='preview', to='rating.slice', verbose_name='slice')),
            ],
            options={
                'verbose_name': 'preview of a slice',
                'verbose_name_plural': 'previews of slices',
                'ordering': ['slice'],
            },
        ),
        migrations.CreateModel(
            name='PreviewReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='opened')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='region')),
                ('preview', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='rating.slicepreview', verbose_name='preview of a slice')),
            ],
            options={
                'verbose_name': 'reading of a preview',
                'verbose_name_plural': 'readings of previews',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='reason')),
                ('state', models.CharField(choices=[('open', 'under review'), ('upheld', 'upheld'), ('dismissed', 'dismissed'), ('withdrawn', 'withdrawn')], default='open', max_length=10, verbose_name='state')),
                ('filed_at', models.DateTimeField(verbose_name='filed')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objection', to='assignments.executionevent', verbose_name='correcting event')),
                ('execution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='assignments.execution', verbose_name='execution')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='filed by')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='regions.region', verbose_name='region')),
                ('slice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='rating.slice', verbose_name='slice')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['filed_at', 'id'],
                'indexes': [models.Index(fields=['state', 'filed_at'], name='objection_queue')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('slice', 'execution'), name='objection_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='objection_decided_has_instant'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'withdrawn']), models.Q(('answer', ''), _negated=True), _connector='OR'), name='objection_decided_has_answer'), models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', False), ('state', 'upheld')), models.Q(models.Q(('state', 'upheld'), _negated=True), ('event', None)), _connector='OR'), name='objection_upheld_has_event')],
            },
        ),
        migrations.AddConstraint(
            model_name='slicepreview',
            constraint=models.CheckConstraint(condition=models.Q(('publishes_at__gte', models.F('opened_at'))), name='preview_before_publication'),
        ),
        migrations.AddConstraint(
            model_name='previewreading',
            constraint=models.UniqueConstraint(fields=('preview', 'region', 'person'), name='reading_first_only'),
        ),
        append_only_table('rating_slicepreview'),
        append_only_table('rating_previewreading'),
    ]
