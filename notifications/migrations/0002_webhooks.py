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
                ('payload', models.BinaryField()),
                ('state', models.CharField(choices=[('queued', 'queued'), ('claimed', 'being sent'), ('delivered', 'taken'), ('failed', 'given up')], default='queued', max_length=12, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('created_at', models.DateTimeField(verbose_name='queued')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='taken')),
            ],
            options={
                'verbose_name': 'notice of another system',
                'verbose_name_plural': 'notices of other systems',
                'ordering': ['-id'],
            },
        ),
        migrations.AlterField(
            model_name='stafftask',
            name='kind',
            field=models.CharField(choices=[('head_without_address', 'the head of the authority has no e-mail address'), ('no_head', 'the region has no head in office'), ('mail_failed', 'a letter was refused'), ('mail_uncertain', 'it is not known whether a letter was taken'), ('month_not_closed', 'a month could not be closed'), ('address_bad', 'letters to an e-mail address are refused'), ('not_issued', 'a protocol did not issue itself at its hour'), ('nobody_fits', 'a recurring item is addressed to nobody'), ('webhook_failed', 'another system takes no notices')], max_length=40, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='answer')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='what came of it')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='notifications.webhookdelivery', verbose_name='notice')),
            ],
            options={
                'verbose_name': 'attempt at a notice',
                'verbose_name_plural': 'attempts at a notice',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True, verbose_name='address')),
                ('note', models.CharField(max_length=200, verbose_name='whose it is')),
                ('turn', models.PositiveIntegerField(default=1)),
                ('is_active', models.BooleanField(default=True, verbose_name='switched on')),
                ('created_at', models.DateTimeField(verbose_name='added')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'address for notices of other systems',
                'verbose_name_plural': 'addresses for notices of other systems',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notifications.webhookendpoint', verbose_name='address'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['state', 'next_attempt_at'], name='webhook_by_state'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('endpoint', 'event_id'), name='webhook_event_once'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'delivered'), _negated=True), ('delivered_at__isnull', False), _connector='OR'), name='webhook_delivered_has_instant'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='webhook_claimed_has_lease'),
        ),
        append_only_table('notifications_webhookattempt'),
    ]
