import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import append_only_table, frozen_columns


class Migration(migrations.Migration):

    dependencies = [
        ('rating', '0004_letter_template'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MethodologyDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=20, verbose_name='version')),
                ('params', models.JSONField(verbose_name='parameters')),
                ('reason', models.TextField(verbose_name='what changes and why')),
                ('state', models.CharField(choices=[('open', 'under work'), ('approved', 'approved'), ('withdrawn', 'withdrawn')], default='open', max_length=10, verbose_name='state')),
                ('saves', models.PositiveIntegerField(default=1)),
                ('makers', models.JSONField(default=list, editable=False)),
                ('created_at', models.DateTimeField(verbose_name='begun')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='approved or withdrawn')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who decided')),
                ('methodology', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='rating.methodology', verbose_name='methodology')),
            ],
            options={
                'verbose_name': 'draft of a version',
                'verbose_name_plural': 'drafts of versions',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='MethodologyTrial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the parameters')),
                ('rows', models.JSONField()),
                ('national', models.JSONField()),
                ('at', models.DateTimeField(verbose_name='computed')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='rating.methodologydraft', verbose_name='draft')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who asked')),
                ('slice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rating.slice', verbose_name='slice')),
            ],
            options={
                'verbose_name': 'trial of a draft',
                'verbose_name_plural': 'trials of drafts',
                'ordering': ['draft', '-slice__period', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='methodologydraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('methodology__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('methodology', None)), _connector='OR'), name='draft_approved_is_a_version'),
        ),
        migrations.AddConstraint(
            model_name='methodologydraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='draft_closed_has_instant'),
        ),
        migrations.AddConstraint(
            model_name='methodologytrial',
            constraint=models.UniqueConstraint(fields=('draft', 'slice', 'digest'), name='trial_once_per_parameters'),
        ),
        append_only_table("rating_methodologytrial"),
        append_only_table("rating_methodology"),
        frozen_columns(
            "rating_methodologydraft",
            ("version", "params", "reason", "author_id", "changed_by_id", "methodology_id", "state"),
            once="OLD.state <> 'open'",
        ),
    ]
