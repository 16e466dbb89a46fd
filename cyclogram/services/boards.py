"""Regional supervisory boards (РНС): their composition, sessions and decisions, kept by the region."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from audit.services import audited
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from cyclogram.enums import BoardRole
from cyclogram.models import BoardDecision, BoardMember, BoardSession, SupervisoryBoard
from cyclogram.policies import can_keep_board
from cyclogram.rules import clean_line
from files.models import StoredFile
from files.services import file_store, stored_or_nothing
from regions.models import Region

LINE, SHORT, SUBJECT, NUMBER = 300, 200, 500, 40
"""Characters of a line, of a name, of what a session was about, of the number of its protocol."""


def _require_right(actor: Scope, region: str) -> None:
    if not can_keep_board(actor, region):
        raise NotAllowed(_("The board is kept by the coordinators of the region and by administrators."))


def _not_ahead(day: date | None, field: str) -> date | None:
    if day is not None and day > clock.today():
        raise InvalidInput({field: _("This day has not come yet.")})
    return day


def _stored(actor: Scope, upload: UploadedFile | None, field: str) -> StoredFile | None:
    if upload is None:
        return None
    try:
        return file_store(actor=actor, upload=upload)
    except InvalidInput as error:
        raise InvalidInput({field: [str(error)]}) from error


@audited
def board_save(
    *,
    actor: Scope,
    region: str,
    version: int | None,
    name: str,
    founded_on: date | None = None,
    founded_by: str = "",
    act: UploadedFile | None = None,
) -> SupervisoryBoard:
    """Enter the board of a region, or change what is known of it; without a new file the act stays.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    with stored_or_nothing(), transaction.atomic():
        Region.objects.fetch(actor, code=region)
        _require_right(actor, region)
        hold(f"cyclogram-board-{region}")
        board = SupervisoryBoard.objects.select_for_update().filter(region=region).first()
        if board is None:
            board = SupervisoryBoard(region_id=region, version=0)
        else:
            require_version(board, version)
        board.name = clean_line(name, field="name", limit=LINE, required=_("Give the name of the board."))
        board.founded_on = _not_ahead(founded_on, "founded_on")
        board.founded_by = clean_line(founded_by, field="founded_by", limit=LINE)
        board.act = _stored(actor, act, "act") or board.act
        board.version += 1
        board.save()
        return board


def _board(actor: Scope, region: str) -> SupervisoryBoard:
    """The board under its lock, so that its members change one after another. Raises Missing, NotAllowed."""
    board: SupervisoryBoard = SupervisoryBoard.objects.select_for_update().fetch(actor, region=region)
    _require_right(actor, region)
    return board


@audited
@transaction.atomic
def member_save(
    *,
    actor: Scope,
    region: str,
    member_id: int | None,
    version: int | None,
    name: str,
    role: str,
    side: str,
    starts_on: date,
    post: str = "",
    ends_on: date | None = None,
) -> BoardMember:
    """Enter a member from a day on, or change one; a board has one chair at a time. The same again is entered once.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    board = _board(actor, region)
    row = _of_board(actor, BoardMember, member_id, version, board=board)
    row.name = clean_line(name, field="name", limit=SHORT, required=_("Give the name of the member."))
    row.post, row.role, row.side = clean_line(post, field="post", limit=LINE), role, side
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput({"ends_on": _("The membership would end before it begins.")})
    row.starts_on, row.ends_on = starts_on, ends_on
    again = _entered(row, "board", "name", "role", "starts_on")
    if again:
        return again
    _one_chair(row)
    row.save()
    return row


def _entered(row: Any, *fields: str) -> Any:
    """What a second press of the same button would enter once more; None for a change and for something new."""
    if row.pk is not None:
        return None
    return type(row).objects.filter(**{name: getattr(row, name) for name in fields}).first()


def _one_chair(row: BoardMember) -> None:
    if row.role != BoardRole.CHAIR:
        return
    chairs = BoardMember.objects.filter(board=row.board, role=BoardRole.CHAIR).exclude(pk=row.pk)
    other = chairs.overlapping(row.starts_on, row.ends_on).first()
    if other:
        message = _("%(name)s is the chair in these days: end that first.")
        raise InvalidInput({"role": message % {"name": other.name}})


def _of_board(actor: Scope, model: Any, pk: int | None, version: int | None, **place: Any) -> Any:
    """The row to change under its lock, or a new one of this place."""
    if pk is None:
        return model(**place)
    row = model.objects.select_for_update().fetch(actor, pk=pk, **place)
    require_version(row, version)
    row.version += 1
    return row


@audited
def session_save(
    *,
    actor: Scope,
    region: str,
    session_id: int | None,
    version: int | None,
    held_on: date,
    subject: str,
    protocol_number: str = "",
    protocol: UploadedFile | None = None,
) -> BoardSession:
    """Enter a session that was held, or change it; without a new file the protocol stays. Raises as `member_save`."""
    with stored_or_nothing(), transaction.atomic():
        board = _board(actor, region)
        row: BoardSession = _of_board(actor, BoardSession, session_id, version, board=board)
        row.held_on = _not_ahead(held_on, "held_on") or held_on
        row.subject = clean_line(
            subject, field="subject", limit=SUBJECT, required=_("Say what the session was about.")
        )
        row.protocol_number = clean_line(protocol_number, field="protocol_number", limit=NUMBER)
        same = BoardSession.objects.filter(
            board=board, held_on=row.held_on, protocol_number=row.protocol_number
        )
        if same.exclude(pk=row.pk).exists():
            raise InvalidInput({"held_on": _("This session is entered already.")})
        row.protocol = _stored(actor, protocol, "protocol") or row.protocol
        row.save()
        return row


@audited
@transaction.atomic
def decision_save(
    *,
    actor: Scope,
    region: str,
    session_id: int,
    decision_id: int | None,
    version: int | None,
    text: str,
    responsible: str = "",
    due_on: date | None = None,
    done_on: date | None = None,
) -> BoardDecision:
    """Enter a decision of a session, change it, or say when it was carried out. Raises as `member_save`."""
    board = _board(actor, region)
    session: BoardSession = BoardSession.objects.fetch(actor, pk=session_id, board=board)
    row: BoardDecision = _of_board(actor, BoardDecision, decision_id, version, session=session)
    row.text = clean_text(text, field="text", limit=MAX_REMARK_LENGTH, required=_("Write what was decided."))
    row.responsible = clean_line(responsible, field="responsible", limit=LINE)
    if due_on is not None and due_on < session.held_on:
        raise InvalidInput({"due_on": _("The term lies before the session.")})
    if done_on is not None and done_on < session.held_on:
        raise InvalidInput({"done_on": _("It cannot be carried out before the session.")})
    row.due_on, row.done_on = due_on, _not_ahead(done_on, "done_on")
    again = _entered(row, "session", "text", "due_on")
    if again:
        return again
    if decision_id is None:
        row.position = session.decisions.count() + 1
    row.save()
    return row
