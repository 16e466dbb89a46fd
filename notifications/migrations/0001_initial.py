import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import append_only_table


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboundMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(db_index=True, max_length=40, verbose_name='kind')),
                ('recipient_name', models.CharField(blank=True, max_length=200, verbose_name='recipient')),
                ('recipient_email', models.EmailField(max_length=254, verbose_name='address')),
                ('subject', models.CharField(max_length=300, verbose_name='subject')),
                ('payload', models.BinaryField()),
                ('message_id', models.CharField(max_length=320, unique=True)),
                ('link', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('claimed', 'being sent'), ('in_data', 'being handed over'), ('accepted', 'accepted by the server'), ('delivered', 'delivered'), ('bounced', 'bounced'), ('failed', 'failed'), ('uncertain', 'uncertain')], default='queued', max_length=12, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('created_at', models.DateTimeField(verbose_name='queued')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted by the server')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                ('server_reply', models.TextField(blank=True, verbose_name='answer of the server')),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(fields=['state', 'next_attempt_at'], name='mail_by_state'), models.Index(fields=['recipient_email', '-id'], name='mail_by_address')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'delivered', 'bounced']), _negated=True), ('accepted_at__isnull', False), _connector='OR'), name='mail_accepted_has_instant'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['claimed', 'in_data']), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='mail_claimed_has_lease')],
            },
        ),
        migrations.CreateModel(
            name='MailEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='notifications.outboundmail', verbose_name='mail')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('state', models.CharField(choices=[('queued', 'queued'), ('claimed', 'being sent'), ('in_data', 'being handed over'), ('accepted', 'accepted by the server'), ('delivered', 'delivered'), ('bounced', 'bounced'), ('failed', 'failed'), ('uncertain', 'uncertain')], max_length=12, verbose_name='state')),
                ('text', models.TextField(blank=True, verbose_name='answer of the server or note')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'step of a mail',
                'verbose_name_plural': 'steps of a mail',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=60, verbose_name='job')),
                ('period', models.CharField(max_length=40, verbose_name='period')),
                ('state', models.CharField(choices=[('running', 'running'), ('done', 'done'), ('failed', 'failed')], max_length=10, verbose_name='state')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('attempts', models.PositiveIntegerField(default=1, verbose_name='attempts')),
                ('error', models.TextField(blank=True, verbose_name='error')),
            ],
            options={
                'verbose_name': 'job run',
                'verbose_name_plural': 'job runs',
                'ordering': ['-started_at'],
                'constraints': [models.UniqueConstraint(fields=('job', 'period'), name='job_once_per_period'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='job_done_has_instant')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('data', models.JSONField(default=dict)),
                ('link', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['person', '-created_at', '-id'], name='notice_of_person'), models.Index(condition=models.Q(('read_at', None)), fields=['person', '-created_at', '-id'], name='notice_unread'), models.Index(fields=['read_at'], name='notice_old')],
            },
        ),
        migrations.CreateModel(
            name='StaffTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('head_without_address', 'the head of the authority has no e-mail address'), ('no_head', 'the region has no head in office'), ('mail_failed', 'a letter was refused'), ('mail_uncertain', 'it is not known whether a letter was taken'), ('month_not_closed', 'a month could not be closed'), ('address_bad', 'letters to an e-mail address are refused'), ('not_issued', 'a protocol did not issue itself at its hour'), ('nobody_fits', 'a recurring item is addressed to nobody')], max_length=40, verbose_name='kind')),
                ('object_key', models.CharField(max_length=120, verbose_name='object')),
                ('title', models.CharField(max_length=300, verbose_name='what it is about')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('link', models.CharField(blank=True, max_length=300)),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('outcome', models.TextField(blank=True, verbose_name='outcome')),
            ],
            options={
                'verbose_name': 'staff task',
                'verbose_name_plural': 'staff tasks',
                'ordering': ['-opened_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('kind', 'object_key'), name='staff_task_one_open')],
            },
        ),
        migrations.CreateModel(
            name='LongTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('key', models.CharField(max_length=120)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='queued', max_length=10, verbose_name='state')),
                ('stage', models.CharField(blank=True, max_length=40)),
                ('done', models.PositiveIntegerField(default=0, verbose_name='done')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='of')),
                ('result', models.JSONField(blank=True, default=dict)),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('created_at', models.DateTimeField(verbose_name='asked')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True, verbose_name='last heard of')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('people', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who watches it')),
            ],
            options={
                'verbose_name': 'long work',
                'verbose_name_plural': 'long work',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['state', 'created_at'], name='long_task_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('kind', 'key'), name='long_task_one_under_way'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('heartbeat_at__isnull', False), _connector='OR'), name='long_task_running_is_heard'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'failed']), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='long_task_ended_has_instant')],
            },
        ),
        migrations.CreateModel(
            name='MailSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('digest', models.BooleanField(default=True, verbose_name='send me the daily digest')),
                ('before_7', models.BooleanField(default=True, verbose_name='7 working days before the due date')),
                ('before_3', models.BooleanField(default=True, verbose_name='3 working days before the due date')),
                ('before_1', models.BooleanField(default=True, verbose_name='1 working day before the due date')),
                ('on_day', models.BooleanField(default=True, verbose_name='on the last day')),
                ('overdue', models.BooleanField(default=True, verbose_name='after the due date has passed')),
                ('quiet_from', models.DateField(blank=True, null=True, verbose_name='quiet days from')),
                ('quiet_until', models.DateField(blank=True, null=True, verbose_name='quiet days until')),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'settings of letters',
                'verbose_name_plural': 'settings of letters',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__gte', models.F('quiet_from'))), _connector='OR'), name='mail_settings_quiet_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days overdue')),
                ('rung', models.CharField(choices=[('coordinator', 'the coordinator'), ('deputy', 'the deputy coordinator'), ('coordinators', 'all coordinators of the region'), ('head', 'the head of the authority'), ('controllers', 'the controllers of the centre')], max_length=12, verbose_name='whom it reaches')),
            ],
            options={
                'verbose_name': 'step of the ladder of reminders',
                'verbose_name_plural': 'ladder of reminders',
                'ordering': ['days', 'id'],
                'constraints': [models.UniqueConstraint(fields=('days', 'rung'), name='escalation_step_once'), models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 365)), name='escalation_step_within_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('day', models.DateField(verbose_name='day')),
                ('mail', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='digest', to='notifications.outboundmail', verbose_name='mail')),
                ('created_at', models.DateTimeField(verbose_name='written')),
            ],
            options={
                'verbose_name': 'digest',
                'verbose_name_plural': 'digests',
                'ordering': ['-day', 'id'],
                'indexes': [models.Index(fields=['reader', 'kind', '-created_at'], name='digest_of_reader')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'digest')), fields=('reader', 'day'), name='digest_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='DigestLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('data', models.JSONField(default=dict)),
                ('is_urgent', models.BooleanField(default=False, verbose_name='at once')),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('digest', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='notifications.digest', verbose_name='told in')),
            ],
            options={
                'verbose_name': 'line of a digest',
                'verbose_name_plural': 'lines of digests',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('digest', None)), fields=['created_at'], name='digest_line_waiting'), models.Index(fields=['created_at', 'id'], name='digest_line_old')],
            },
        ),
        append_only_table('notifications_mailevent'),
    ]
