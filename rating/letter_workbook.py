"""Appendix 2 of the letter: all losses of the region and what is due next, as XLSX; the same bytes every time."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import pgettext

from common import formatting
from common.sheets import CODE, TERM, Column, content_of, made_workbook, write_table
from rating.letters import LANGUAGE, LetterSource, reason_words, short_digest
from rating.models import ScoreAtStake, ScoreLoss


def letter_workbook(source: LetterSource, losses: Sequence[ScoreLoss]) -> bytes:
    """`losses` are all of the region in the order of the slice. The date inside is the day of the letter."""
    day = source.facts.written_on
    about = _about(source)

    def fill(book: Any) -> None:
        created = datetime.combine(day, time())
        book.set_properties({"title": about[0], "author": "", "created": created})
        sheet = book.add_worksheet(pgettext("sheet", "Losses"))
        write_table(book, sheet, _loss_columns(), losses, about=about)
        ahead = book.add_worksheet(pgettext("sheet", "Ahead"))
        write_table(book, ahead, _stake_columns(), source.facts.stakes, about=about)

    with translation.override(LANGUAGE):
        return content_of(made_workbook(fill))


def _about(source: LetterSource) -> list[str]:
    slice_ = source.slice
    month = formatting.month_name(slice_.period)
    return [
        f"{source.score.region.name_ru}: потери и предстоящие поручения, {month} года",
        f"Срез за {month} г., редакция {slice_.revision}, методика {slice_.methodology.version}, "
        f"контрольная сумма исходных данных {short_digest(slice_)}",
    ]


def _execution_columns() -> list[Column]:
    return [
        Column("Протокол", lambda row: row.execution.assignment.protocol.number, 12, CODE),
        Column("Пункт", lambda row: row.execution.assignment.number, 8, CODE),
        Column("Поручение", lambda row: row.execution.assignment.title, 44),
        Column("Кластер", lambda row: str(row.execution.cluster or ""), 30),
        Column("Срок", lambda row: row.due_on, 18, TERM),
    ]


def _loss_columns() -> list[Column]:
    return [
        *_execution_columns(),
        Column("Представлено", lambda row: row.completed_on, 14),
        Column("Причина", reason_words, 40),
        Column("Потеря, баллов", lambda row: _points(row.lost), 12),
    ]


def _stake_columns() -> list[Column]:
    def worth(row: ScoreAtStake) -> Decimal:
        return _points(row.at_stake)

    return [*_execution_columns(), Column("Влияет на балл, до", worth, 14)]


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
