"""What the database itself keeps: the log and the templates are written once, an issued protocol stands still."""

from django.db import migrations

from audit.append_only import append_only_table, frozen_columns

OF_AN_ISSUED_PROTOCOL = (
    "id",
    "meeting_id",
    "protocol_id",
    "year",
    "number",
    "state",
    "control_clause",
    "template_id",
    "docx_id",
    "pdf_id",
    "agreed_at",
    "signed_on",
    "issued_at",
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [
        append_only_table("meetings_meetingevent"),
        append_only_table("meetings_protocoltemplate"),
        frozen_columns("meetings_meetingprotocol", OF_AN_ISSUED_PROTOCOL, once="OLD.state = 'issued'"),
    ]
