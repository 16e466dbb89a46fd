"""The trail is written once; what older versions wrote into it of secrets and of other tables is taken out before.

Half of the digest of a password stood there, the first letters of the key of a token, and the names of relations.
"""

from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit.append_only import append_only_table

TOKEN_SIGN_LENGTH = 8
NO_OBJECT = ".None"
"""How the manager of a reverse relation of an unsaved object was written down."""


def clean(apps: Any, _editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("auditlog", "LogEntry").objects
    for entry in entries.exclude(changes=None).iterator():
        if isinstance(entry.changes, dict) and tellable(entry.changes) != entry.changes:
            entry.changes = tellable(entry.changes)
            entry.save(update_fields=["changes"])


def tellable(changes: dict[str, Any]) -> dict[str, Any]:
    return {field: _told(field, values) for field, values in changes.items() if not _is_relation(values)}


def _told(field: str, values: Any) -> Any:
    if field == "password":
        return ["", "changed"]
    return [str(value)[:TOKEN_SIGN_LENGTH] for value in values] if field == "token" else values


def _is_relation(values: Any) -> bool:
    return isinstance(values, list) and any(str(value).endswith(NO_OBJECT) for value in values)


class Migration(migrations.Migration):
    dependencies = [
        ("auditlog", "0017_add_actor_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop), append_only_table("auditlog_logentry")]
