import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('clusters', '0001_initial'),
        ('files', '0001_initial'),
        ('notifications', '0001_initial'),
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('role', models.CharField(choices=[('administrator', 'administrator'), ('controller', 'controller'), ('methodologist', 'methodologist'), ('coordinator', 'regional coordinator'), ('association', 'association chair or curator'), ('minister', 'head of the regional authority')], max_length=20, verbose_name='role')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='regions.region', verbose_name='region')),
                ('association', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='clusters.association', verbose_name='association')),
                ('position', models.CharField(blank=True, choices=[('main', 'main'), ('deputy', 'deputy'), ('chair', 'chair'), ('curator', 'curator')], max_length=20, verbose_name='position')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('document', models.CharField(blank=True, max_length=300, verbose_name='order or letter of appointment')),
                ('document_on', models.DateField(blank=True, null=True, verbose_name='date of the order')),
                ('document_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file of the order')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['user', '-starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('association', None), ('position', ''), ('region', None), ('role__in', ['administrator', 'controller', 'methodologist'])), models.Q(('association', None), ('region__isnull', False), ('role', 'coordinator'), ('position__in', ('main', 'deputy'))), models.Q(('association', None), ('position', ''), ('region__isnull', False), ('role', 'minister')), models.Q(('association__isnull', False), ('region', None), ('role', 'association'), ('position__in', ('chair', 'curator'))), _connector='OR'), name='membership_place_fits_role'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_ends_after_start'), models.UniqueConstraint(condition=models.Q(('association', None), ('ends_on', None), ('region', None)), fields=('user', 'role'), name='membership_open_once_centre'), models.UniqueConstraint(condition=models.Q(('ends_on', None), ('region__isnull', False)), fields=('user', 'role', 'region'), name='membership_open_once_region'), models.UniqueConstraint(condition=models.Q(('association__isnull', False), ('ends_on', None)), fields=('user', 'role', 'association'), name='membership_open_once_association')],
            },
        ),
        migrations.CreateModel(
            name='AppointmentAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='accounts.appointmentcampaign', verbose_name='appointment campaign')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='region')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='reminded')),
                ('reminders', models.PositiveSmallIntegerField(default=0, verbose_name='reminders')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('membership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='accounts.membership', verbose_name='appointment')),
            ],
            options={
                'verbose_name': 'region of a campaign',
                'verbose_name_plural': 'regions of a campaign',
                'ordering': ['campaign', 'region'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'region'), name='ask_one_per_region'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('membership', None)), models.Q(('answered_at__isnull', False), ('membership__isnull', False)), _connector='OR'), name='ask_answered_has_appointment'), models.CheckConstraint(condition=models.Q(models.Q(('reminded_at', None), ('reminders', 0)), models.Q(('reminded_at__isnull', False), ('reminders__gte', 1)), _connector='OR'), name='ask_reminded_has_instant')],
            },
        ),
        migrations.CreateModel(
            name='AppointmentLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='accounts.appointmentask', verbose_name='region of a campaign')),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.authorityhead', verbose_name='head of the authority')),
                ('mail', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.outboundmail', verbose_name='mail')),
                ('is_reminder', models.BooleanField(default=False, verbose_name='reminder')),
            ],
            options={
                'verbose_name': 'letter of a campaign',
                'verbose_name_plural': 'letters of a campaign',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='accounts.membership', verbose_name='who is away')),
                ('stand_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to='accounts.membership', verbose_name='who stands in')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('document', models.CharField(blank=True, max_length=300, verbose_name='order')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'leave',
                'verbose_name_plural': 'leaves',
                'ordering': ['-starts_on', '-id'],
                'indexes': [models.Index(fields=['starts_on', 'ends_on'], name='leave_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='leave_ends_after_start'), models.CheckConstraint(condition=models.Q(('stand_in', models.F('membership')), _negated=True), name='leave_nobody_stands_in_for_himself')],
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handed_over', to='accounts.membership', verbose_name='who hands over')),
                ('new', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_over', to='accounts.membership', verbose_name='who takes over')),
                ('on', models.DateField(verbose_name='from')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('moved_at', models.DateTimeField(blank=True, null=True, verbose_name='work handed over')),
                ('moved', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'verbose_name': 'handover',
                'verbose_name_plural': 'handovers',
                'ordering': ['-on', '-id'],
                'indexes': [models.Index(condition=models.Q(('moved_at', None)), fields=['on'], name='handover_waiting')],
            },
        ),
    ]
