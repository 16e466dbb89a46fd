"""Versions of the template of the protocol: each is proved by trial documents before it may hold."""

import io

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.names import one_line
from common.scope import Scope
from files.enums import Accepted
from files.services import file_check, file_made, file_store, stored_or_nothing
from meetings.models import ProtocolTemplate
from meetings.papers.proving import template_proved
from meetings.papers.shipped import shipped_template
from meetings.policies import can_keep_template

LONGEST_NOTE = 300
SHIPPED_NAME = "Шаблон протокола.docx"


@audited
def template_upload(*, actor: Scope, upload: UploadedFile, note: str, based_on: int) -> ProtocolTemplate:
    """Store a DOCX as the next version of the template, which holds from now on.

    A short and a long document are made by it first: what cannot be read, names what the portal does not know, or
    leaves a requisite out is refused, and the version in force stays. `based_on` is the number of the version that the
    person saw (0: the shipped one). Raises NotAllowed, TooLarge, InvalidInput by field.
    """
    if not can_keep_template(actor):
        raise NotAllowed(_("The template of the protocol is kept by controllers and administrators."))
    note = one_line(note, field="note")
    if not note:
        raise InvalidInput({"note": _("Say what was changed and why.")})
    if len(note) > LONGEST_NOTE:
        raise InvalidInput({"note": _("At most %(limit)s characters fit here.") % {"limit": LONGEST_NOTE}})
    file_check(upload)
    if not (upload.name or "").lower().endswith(".docx"):
        raise InvalidInput({"file": _("The template is a document of Word, DOCX.")})
    upload.seek(0)
    template_proved(upload.read())
    proved_at = clock.now()
    with stored_or_nothing(), transaction.atomic():
        hold("protocol-template")
        newest = ProtocolTemplate.objects.newest()
        number = newest.number if newest else 0
        if number != based_on:
            raise InvalidInput(_("Another person saved version %(number)s meanwhile.") % {"number": number})
        return ProtocolTemplate.objects.create(
            number=number + 1,
            file=file_store(actor=actor, upload=upload),
            note=note,
            uploaded_by_id=actor.user_id,
            uploaded_at=clock.now(),
            proved_at=proved_at,
        )


def template_to_use(*, owner_id: int) -> ProtocolTemplate:
    """The version in force; the shipped one becomes the first version when nobody has uploaded any, in somebody's name.

    Called inside a transaction that cares for its files.
    """
    hold("protocol-template")
    newest: ProtocolTemplate | None = ProtocolTemplate.objects.newest()
    if newest:
        return newest
    now = clock.now()
    stored = file_made(
        owner_id=owner_id, name=SHIPPED_NAME, content=io.BytesIO(shipped_template()), kind=Accepted.DOCX
    )
    return ProtocolTemplate.objects.create(
        number=1,
        file=stored,
        note=_("Template of the portal"),
        uploaded_at=now,
        proved_at=now,
    )
