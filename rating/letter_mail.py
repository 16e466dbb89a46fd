"""The whole letter as it leaves: the mail, with paper and workbook attached."""

from collections.abc import Sequence
from dataclasses import replace

from notifications.messages import Attachment
from rating.letter_paper import NationalTable, letter_pdf
from rating.letter_workbook import letter_workbook
from rating.letters import Letter, LetterSource, compose_letter
from rating.models import ScoreLoss

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def whole_letter(source: LetterSource, table: NationalTable, losses: Sequence[ScoreLoss]) -> Letter:
    """Mail, PDF and XLSX of one region; raises what `letter_pdf` raises when the page cannot be set."""
    period, revision = source.slice.period, source.slice.revision
    about = f"{source.score.region.name_ru}, {period}, редакция {revision}"
    return replace(
        compose_letter(source),
        attachments=(
            Attachment(f"Письмо о рейтинге, {about}.pdf", PDF, letter_pdf(source, table)),
            Attachment(f"Потери и поручения, {about}.xlsx", XLSX, letter_workbook(source, losses)),
        ),
    )
