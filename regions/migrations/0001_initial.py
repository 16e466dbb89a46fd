import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FederalDistrict',
            fields=[
                ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                ('name_ru', models.CharField(max_length=100, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
                ('short_ru', models.CharField(max_length=20, verbose_name='short name')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
            ],
            options={
                'verbose_name': 'federal district',
                'verbose_name_plural': 'federal districts',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('code', models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name='code')),
                ('iso', models.CharField(blank=True, max_length=6, verbose_name='ISO 3166-2')),
                ('name_ru', models.CharField(max_length=120, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=120, verbose_name='name in English')),
                ('short_ru', models.CharField(max_length=16, verbose_name='short name for a tile')),
                ('brief_ru', models.CharField(max_length=60, verbose_name='short name in Russian')),
                ('brief_en', models.CharField(max_length=60, verbose_name='short name in English')),
                ('genitive_ru', models.CharField(max_length=140, verbose_name='genitive')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regions', to='regions.federaldistrict', verbose_name='federal district')),
                ('timezone', models.CharField(max_length=40, verbose_name='time zone')),
                ('tile_column', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='column on the tile map')),
                ('tile_row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='row on the tile map')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('name_key', models.CharField(db_index=True, editable=False, max_length=120)),
                ('search_key', models.TextField(editable=False)),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'ordering': ['name_key'],
                'constraints': [models.UniqueConstraint(fields=('tile_column', 'tile_row'), name='region_one_per_tile')],
            },
        ),
        migrations.CreateModel(
            name='RegionalAuthority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='authority', to='regions.region', verbose_name='region')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='telephone')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'regional authority',
                'verbose_name_plural': 'regional authorities',
            },
        ),
        migrations.CreateModel(
            name='AuthorityHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='heads', to='regions.regionalauthority', verbose_name='regional authority')),
                ('post_title', models.CharField(max_length=300, verbose_name='post')),
                ('post_title_dative', models.CharField(max_length=300, verbose_name='post in the dative')),
                ('last_name', models.CharField(max_length=100, verbose_name='last name')),
                ('first_name', models.CharField(max_length=100, verbose_name='first name')),
                ('patronymic', models.CharField(blank=True, max_length=100, verbose_name='patronymic')),
                ('name_dative', models.CharField(help_text='Petrovoy A. S.', max_length=150, verbose_name='name in the dative')),
                ('salutation', models.CharField(max_length=200, verbose_name='salutation')),
                ('emails', models.JSONField(blank=True, default=list, verbose_name='e-mails')),
                ('starts_on', models.DateField(verbose_name='in office from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='in office until')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'head of the authority',
                'verbose_name_plural': 'heads of the authorities',
                'ordering': ['authority', '-starts_on'],
                'constraints': [models.UniqueConstraint(fields=('authority', 'starts_on'), name='head_one_per_start'), models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('authority',), name='head_one_in_office'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='head_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('is_working', models.BooleanField(verbose_name='working day')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendar_days', to='regions.region', verbose_name='region')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'day of the calendar',
                'verbose_name_plural': 'days of the calendar',
                'ordering': ['-day', 'region', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None), ('region', None)), fields=('day',), name='calendar_one_national_day'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('region__isnull', False)), fields=('day', 'region'), name='calendar_one_day_of_region')],
            },
        ),
        migrations.CreateModel(
            name='SharingConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sharing_consents', to='regions.region', verbose_name='region')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by')),
                ('given_by_centre', models.BooleanField(default=False, verbose_name='recorded by the centre')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('withdrawn_by_centre', models.BooleanField(default=False, verbose_name='withdrawal recorded by the centre')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'consent to be shown as an example',
                'verbose_name_plural': 'consents to be shown as an example',
                'ordering': ['region', '-given_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('region',), name='sharing_one_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='sharing_withdrawn_after_given')],
            },
        ),
    ]
