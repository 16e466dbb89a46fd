import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('last_name', models.CharField(max_length=100, verbose_name='last name')),
                ('first_name', models.CharField(max_length=100, verbose_name='first name')),
                ('patronymic', models.CharField(blank=True, max_length=100, verbose_name='patronymic')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='telephone')),
                ('language', models.CharField(choices=[('ru', 'Russian'), ('en', 'English')], default='ru', max_length=5, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('created_at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='created')),
                ('name_key', models.CharField(db_index=True, editable=False, max_length=320)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['name_key'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentCampaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('outgoing_number', models.CharField(blank=True, max_length=40, verbose_name='outgoing number')),
                ('outgoing_on', models.DateField(verbose_name='date of the letter')),
                ('answer_by', models.DateField(verbose_name='answer by')),
                ('text', models.TextField(verbose_name='text of the letter')),
                ('signatory_post', models.CharField(max_length=200, verbose_name='post of the signatory')),
                ('signatory_name', models.CharField(max_length=100, verbose_name='name of the signatory')),
                ('reply_to', models.EmailField(max_length=254, verbose_name='address for answers')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('open', 'under way'), ('closed', 'closed')], default='draft', max_length=10, verbose_name='status')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('outcome', models.TextField(blank=True, verbose_name='outcome')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'appointment campaign',
                'verbose_name_plural': 'appointment campaigns',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='campaign_closed_has_instant'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'open'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='campaign_open_was_sent')],
            },
        ),
        migrations.CreateModel(
            name='AuditToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=200, verbose_name='holder')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
            ],
            options={
                'verbose_name': 'audit token',
                'verbose_name_plural': 'audit tokens',
                'ordering': ['-created_at'],
            },
        ),
    ]
