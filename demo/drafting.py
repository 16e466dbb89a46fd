"""What the draft of the next meeting holds besides its items: a recurring one, until the end of the next year."""

from datetime import date

from assignments.enums import Frequency
from assignments.models import Protocol
from assignments.services.series import SeriesContent, series_save
from common.scope import Scope

TEXT = (
    "Ежемесячно, не позднее 5 числа, актуализировать на платформе мониторинга сведения о контингенте студентов "
    "кластера по состоянию на первое число месяца."
)
TITLE = "Контингент студентов на первое число"
RESULT = "Сведения на платформе мониторинга и ссылка на заполненную форму."
DAY, DAYS_BEFORE = 5, 10


def add_monthly(actor: Scope, protocol: Protocol) -> None:
    """A recurring item to all clusters, last in the draft."""
    held_on = protocol.held_on
    content = SeriesContent(
        number=f"2.{protocol.assignments.count() + 1}",
        text=TEXT,
        title=TITLE,
        expected_result=RESULT,
        audience={"everyone": True},
        frequency=Frequency.MONTHLY,
        month_day=DAY,
        starts_on=held_on,
        until=date(held_on.year + 1, 12, 31),
        visible_days=DAYS_BEFORE,
    )
    series_save(actor=actor, protocol_id=protocol.pk, content=content)
