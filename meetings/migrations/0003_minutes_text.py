"""How a protocol writes its number, whether it carries notes, which text was approved; remarks at their places."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import frozen_columns
from common.migrating import OnDatabase

TABLE, ISSUED = "meetings_meetingprotocol", "OLD.state = 'issued'"
BEFORE = (
    "id", "meeting_id", "protocol_id", "year", "number", "state", "control_clause", "template_id", "docx_id", "pdf_id",
    "agreed_at", "signed_on", "issued_at",
)  # fmt: skip
ADDED = ("number_words", "with_notes", "digest")


def thawed(operation: OnDatabase) -> OnDatabase:
    """The operation the other way round: a table is rebuilt while nothing guards it."""
    return OnDatabase(operation.backwards, operation.forwards)


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0003_rules_by_date'),
        ('files', '0001_initial'),
        ('meetings', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        thawed(frozen_columns(TABLE, BEFORE, once=ISSUED)),
        migrations.CreateModel(
            name='ProtocolRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='remark')),
            ],
            options={
                'verbose_name': 'remark on a protocol',
                'verbose_name_plural': 'remarks on protocols',
                'ordering': ['approval', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='meetingprotocol',
            name='minutes_issued_has_instant',
        ),
        migrations.RemoveConstraint(
            model_name='protocolapproval',
            name='approval_remark_has_words',
        ),
        migrations.RemoveField(
            model_name='protocolapproval',
            name='remark',
        ),
        migrations.AddField(
            model_name='meetingprotocol',
            name='digest',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='meetingprotocol',
            name='number_words',
            field=models.CharField(default='', max_length=40, verbose_name='number as it is written'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='meetingprotocol',
            name='with_notes',
            field=models.BooleanField(default=False, verbose_name='the notes stand in the protocol'),
        ),
        migrations.AlterField(
            model_name='meetingevent',
            name='kind',
            field=models.CharField(choices=[('created', 'entered'), ('changed', 'changed'), ('opened', 'opened, invitations sent'), ('moved', 'moved'), ('cancelled', 'cancelled'), ('started', 'begun'), ('closed', 'closed'), ('mended', 'mended after its end'), ('protocol_made', 'protocol made'), ('protocol_sent', 'protocol sent for approval'), ('protocol_remarked', 'remark on the protocol'), ('protocol_agreed', 'protocol agreed'), ('protocol_reopened', 'protocol returned to its draft'), ('protocol_signed', 'protocol signed'), ('protocol_issued', 'protocol issued'), ('protocol_scanned', 'scan of the protocol attached')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='meetingprotocol',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', False), ('state', 'issued')), models.Q(models.Q(('state', 'issued'), _negated=True), ('issued_at', None)), _connector='OR'), name='minutes_issued_has_instant'),
        ),
        migrations.AddField(
            model_name='protocolremark',
            name='approval',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='meetings.protocolapproval', verbose_name='approval of a protocol'),
        ),
        migrations.AddField(
            model_name='protocolremark',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='remarks', to='meetings.agendaitem', verbose_name='agenda item'),
        ),
        migrations.AddConstraint(
            model_name='protocolremark',
            constraint=models.UniqueConstraint(fields=('approval', 'item'), name='remark_one_per_item'),
        ),
        migrations.AddConstraint(
            model_name='protocolremark',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_has_words'),
        ),
        frozen_columns(TABLE, (*BEFORE, *ADDED), once=ISSUED),
    ]
