import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Industry',
            fields=[
                ('slug', models.SlugField(max_length=60, primary_key=True, serialize=False, verbose_name='key')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('name_ru', models.CharField(max_length=200, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=200, verbose_name='name in English')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('usual_kind', models.CharField(blank=True, choices=[('opc', 'education and production cluster'), ('educational', 'educational cluster')], max_length=20, verbose_name='usual kind of cluster')),
                ('evidence', models.CharField(blank=True, max_length=200, verbose_name='evidence')),
            ],
            options={
                'verbose_name': 'industry',
                'verbose_name_plural': 'industries',
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Process',
            fields=[
                ('slug', models.SlugField(max_length=60, primary_key=True, serialize=False, verbose_name='key')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('name_ru', models.CharField(max_length=200, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=200, verbose_name='name in English')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('kind', models.CharField(choices=[('cross_cutting', 'cross-cutting process'), ('first_year', 'first-year step')], max_length=20, verbose_name='kind')),
                ('start_month', models.PositiveSmallIntegerField(verbose_name='first month')),
                ('end_month', models.PositiveSmallIntegerField(verbose_name='last month')),
                ('months_basis', models.CharField(max_length=200, verbose_name='basis of the months')),
                ('group_confidence', models.CharField(max_length=20, verbose_name='confidence of the grouping')),
            ],
            options={
                'verbose_name': 'process',
                'verbose_name_plural': 'processes',
                'ordering': ['order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('college', 'college'), ('employer', 'employer')], max_length=20, verbose_name='kind')),
                ('name', models.CharField(max_length=400, verbose_name='name')),
                ('founder', models.CharField(blank=True, max_length=300, verbose_name='founder')),
                ('name_key', models.CharField(editable=False, max_length=400)),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['name_key'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'name_key'), name='organisation_one_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Association',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='key')),
                ('name_ru', models.CharField(max_length=300, verbose_name='name in Russian')),
                ('name_en', models.CharField(max_length=300, verbose_name='name in English')),
                ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                ('industries', models.ManyToManyField(related_name='associations', to='clusters.industry', verbose_name='industries')),
            ],
            options={
                'verbose_name': 'association',
                'verbose_name_plural': 'associations',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Cluster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clusters', to='regions.region', verbose_name='region')),
                ('name', models.CharField(blank=True, max_length=300, verbose_name='own name')),
                ('kind', models.CharField(blank=True, choices=[('opc', 'education and production cluster'), ('educational', 'educational cluster')], max_length=20, verbose_name='kind')),
                ('cohort_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='cohort')),
                ('cohort_basis', models.CharField(blank=True, max_length=40, verbose_name='basis of the cohort')),
                ('industry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clusters', to='clusters.industry', verbose_name='industry')),
                ('industry_as_reported', models.CharField(blank=True, max_length=300, verbose_name='industry as reported')),
                ('base_college', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_clusters', to='clusters.organisation', verbose_name='base college')),
                ('anchor_employer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='anchored_clusters', to='clusters.organisation', verbose_name='anchor employer')),
                ('confidence', models.CharField(blank=True, max_length=40, verbose_name='confidence')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('source_url', models.URLField(blank=True, max_length=600, verbose_name='source')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='left the project on')),
                ('title', models.CharField(blank=True, editable=False, max_length=400)),
                ('name_key', models.CharField(db_index=True, editable=False, max_length=400)),
                ('search_key', models.TextField(editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('network_colleges', models.ManyToManyField(blank=True, related_name='network_clusters', to='clusters.organisation', verbose_name='network colleges')),
                ('employers', models.ManyToManyField(blank=True, related_name='employer_clusters', to='clusters.organisation', verbose_name='employers')),
            ],
            options={
                'verbose_name': 'cluster',
                'verbose_name_plural': 'clusters',
                'ordering': ['region', 'code'],
            },
        ),
        migrations.CreateModel(
            name='AssociationMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('association', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='clusters.association', verbose_name='association')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='associations', to='clusters.cluster', verbose_name='cluster')),
                ('starts_on', models.DateField(verbose_name='member from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='member until')),
            ],
            options={
                'verbose_name': 'membership in an association',
                'verbose_name_plural': 'memberships in associations',
                'ordering': ['association', 'cluster', 'starts_on'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('association', 'cluster'), name='association_member_once'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='association_member_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='ClusterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200, verbose_name='file name')),
                ('rows', models.JSONField(editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('created_at', models.DateTimeField(verbose_name='uploaded')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='applied')),
                ('created', models.PositiveIntegerField(default=0, verbose_name='created')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('unchanged', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
            ],
            options={
                'verbose_name': 'import of clusters',
                'verbose_name_plural': 'imports of clusters',
                'ordering': ['-created_at', '-id'],
            },
        ),
    ]
