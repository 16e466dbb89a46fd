import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import append_only_table


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=100, verbose_name='event')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('payload', models.BinaryField()),
                ('state', models.CharField(choices=[('queued', 'waits'), ('sending', 'being sent'), ('taken', 'taken'), ('failed', 'given up')], default='queued', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('created_at', models.DateTimeField(verbose_name='queued')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='taken')),
            ],
            options={
                'verbose_name': 'message to another system',
                'verbose_name_plural': 'messages to other systems',
                'ordering': ['-id'],
            },
        ),
        migrations.AlterField(
            model_name='stafftask',
            name='kind',
            field=models.CharField(choices=[('head_without_address', 'the head of the authority has no e-mail address'), ('no_head', 'the region has no head in office'), ('mail_failed', 'a letter was refused'), ('mail_uncertain', 'it is not known whether a letter was taken'), ('month_not_closed', 'a month could not be closed'), ('address_bad', 'letters to an e-mail address are refused'), ('not_issued', 'a protocol did not issue itself at its hour'), ('nobody_fits', 'a recurring item is addressed to nobody'), ('webhook_failed', 'another system does not take the messages of the portal')], max_length=40, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='notifications.webhookdelivery')),
            ],
            options={
                'verbose_name': 'try of a message',
                'verbose_name_plural': 'tries of messages',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='whose system it is')),
                ('url', models.CharField(max_length=500, unique=True, verbose_name='address')),
                ('secret', models.CharField(editable=False, max_length=100)),
                ('previous_secret', models.CharField(blank=True, editable=False, max_length=100)),
                ('previous_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='messages are sent')),
                ('off_reason', models.CharField(blank=True, max_length=300, verbose_name='why it is switched off')),
                ('created_at', models.DateTimeField(verbose_name='added')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'receiver of messages',
                'verbose_name_plural': 'receivers of messages',
                'ordering': ['title', 'id'],
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notifications.webhookendpoint', verbose_name='receiver of messages'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['state', 'next_attempt_at'], name='webhook_by_state'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('event_id', 'endpoint'), name='webhook_event_once'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), ('taken_at__isnull', False), _connector='OR'), name='webhook_taken_has_instant'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='webhook_sending_has_lease'),
        ),
        append_only_table('notifications_webhookattempt'),
    ]
