"""The letter on paper: one A4 page and its appendix as PDF, tagged and for the archive, the same bytes every time.

The sentences are those of the mail (`emails/rating_letter_parts.txt`), so paper and mail cannot contradict each other.
The page takes the roomiest of several variants that fits it; what a tighter variant leaves out it counts and refers to
the appendix.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import qrcode
from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from common import formatting
from common.charts import line_chart
from common.charts.picture import line_svg
from common.documents import printable
from common.names import bind_initials, clean_name
from rating.letter_press import said_on_page, set_letter
from rating.letter_words import LetterWords
from rating.letters import (
    LANGUAGE,
    Action,
    LetterSource,
    actions_of,
    has_line,
    history_points,
    letter_values,
    part_text,
    reason_words,
    short_digest,
)
from rating.models import RegionScore, ScoreLoss
from rating.presentation.words import places_words
from rating.templatetags.russian import forms

CHART_WIDTH, CHART_HEIGHT, CHART_HEAD = 330, 98, 14
LONG_ADDRESSEE = 150
"""Characters of a post from which the addressee is set smaller."""
COLUMNS = ("Место", "Диапазон", "Регион", "Балл", "Зона", "Изменение", "За 3 месяца")
ZONES = {"green": "● зелёная", "yellow": "▲ жёлтая", "red": "■ красная", "": formatting.NO_VALUE}


@dataclass(frozen=True, slots=True)
class Room:
    """How much one variant of the page says.

    Size of type in points; characters of the reason of a correction (the mail has all of it), of a title and of a
    cluster; rows of losses and of actions; whether lines and parts stand close.
    """

    size: float
    reason: int
    title: int
    cluster: int
    losses: int = 3
    actions: int = 3
    tight: bool = False


ROOMS = (
    Room(11.5, 250, 300, 120),
    Room(11, 250, 300, 120),
    Room(10.5, 250, 160, 90),
    Room(10, 250, 110, 70),
    Room(10, 250, 110, 70, tight=True),
    Room(10, 200, 70, 40, tight=True),
    Room(9.5, 200, 55, 28, tight=True),
    Room(9.5, 120, 40, 24, tight=True),
    Room(9, 120, 32, 18, tight=True),
    Room(9, 120, 32, 18, 2, 2, tight=True),
    Room(9, 120, 32, 18, 1, 1, tight=True),
)
"""From the roomiest to the tightest; the page takes the first that fits. Words grow short before a row is left out."""


@dataclass(frozen=True, slots=True)
class NationalTable:
    """The table of the month as it is printed in every letter about one slice."""

    rows: str
    regions: int


def national_table(scores: Sequence[RegionScore], three_months: Mapping[int, int]) -> NationalTable:
    """The rows of all regions in the order of the table; `three_months` has the window of a score by its id."""
    with translation.override(LANGUAGE):
        rows = [
            {
                "code": score.region_id,
                "cells": [
                    formatting.NO_VALUE if score.rank is None else str(score.rank),
                    places_words(score.rank_low, score.rank_high),
                    printable(score.region.name_ru),
                    formatting.score(score.score),
                    _zone_cell(score),
                    formatting.signed(score.delta),
                    formatting.score(three_months.get(score.pk)),
                ],
            }
            for score in scores
        ]
    return NationalTable(json.dumps(rows, ensure_ascii=False), len(rows))


def letter_pdf(source: LetterSource, table: NationalTable) -> bytes:
    """The letter with its appendix as PDF/A-2a and PDF/UA-1.

    The date inside is the day of the letter, so the same slice and the same version of the template give the same
    bytes. Raises LetterNotSet with the reason when the page cannot be set.
    """
    return set_letter(source.words.layout, _inputs(_data(source, table), table))


def page_text(source: LetterSource, table: NationalTable) -> str:
    """All texts of the page in their order, a space between. Raises LetterNotSet."""
    return said_on_page(source.words.layout, _inputs(_data(source, table), table))


def missing_requisites(source: LetterSource, table: NationalTable) -> list[str]:
    """What an official letter must have and the page of this one lacks, in words. Raises LetterNotSet."""
    data, page = _data(source, table), _squeezed(page_text(source, table))
    needed = {
        _("the head of the sheet"): data["letterhead"],
        _("date and outgoing number"): [data["number_line"]],
        _("addressee"): [data["post"], data["name"]],
        _("heading"): [data["title"]],
        _("salutation"): [data["salutation"]],
        _("the score in words"): [data["lead"]],
        _("the request"): data["after"],
        _("the list of enclosures"): [data["enclosures"]],
        _("signature"): [data["signer_post"], data["signer_name"]],
        _("executor and the way to check"): [*data["foot"], data["url_words"]],
    }
    lacking = [name for name, texts in needed.items() if not all(_squeezed(text) in page for text in texts)]
    if not any(all(_squeezed(text) in page for text in _texts_of(one)) for one in data["variants"]):
        lacking.append(_("losses and actions"))
    return lacking


def _texts_of(variant: Mapping[str, Any]) -> list[str]:
    """What one variant says, but for the sum of what it leaves out."""
    losses = [text for loss in variant["losses"] for text in (loss["item"], loss["reason"], loss["lost"])]
    actions = [text for action in variant["actions"] for text in (action["words"], action["worth"])]
    return [*variant["before"], *losses, *actions, variant["more_actions"]]


def _squeezed(text: str) -> str:
    """A text as it is compared: a layout may break lines and set capitals."""
    return "".join(text.split()).casefold()


def _inputs(data: Mapping[str, Any], table: NationalTable) -> dict[str, str]:
    return {"letter": json.dumps(data, ensure_ascii=False), "table": table.rows}


def _data(source: LetterSource, table: NationalTable) -> dict[str, Any]:
    """All that the layout may say, in Russian."""
    with translation.override(LANGUAGE):
        return _russian_data(source, table)


def _russian_data(source: LetterSource, table: NationalTable) -> dict[str, Any]:
    slice_, score, head, day = source.slice, source.score, source.head, source.facts.written_on
    month = formatting.month_name(slice_.period)
    words, values = source.words, letter_values(source)
    above = [line for line in words.letterhead.split("\n") if line.strip()]
    url = source.address
    outgoing_day = formatting.date_short(source.outgoing.day if source.outgoing else day)
    return _printable(
        {
            "title": f"О рейтинге эффективности регионального управления проектом за {month} года",
            "author": clean_name(words.own_name.replace("\n", " ")),
            "made": [day.year, day.month, day.day],
            "letterhead": [*above, *([""] if above else []), *words.own_name.split("\n")],
            "own_from": len(above),
            "number_line": f"от {outgoing_day} № {source.outgoing.number if source.outgoing else '_' * 14}",
            "post": head.post_title_dative,
            "name": bind_initials(head.name_dative),
            "addressee_size": 10 if len(head.post_title_dative) > LONG_ADDRESSEE else 11.5,
            "salutation": head.salutation,
            "figure": "" if score.score is None else formatting.score(score.score),
            "zone": _zone(score),
            "lead": part_text("lead", values),
            "chart": _chart(source),
            "chart_words": part_text("history", values) if has_line(source.facts) else "",
            "chart_key": _chart_key(source),
            "losses_title": f"Где потеряны {formatting.score(score.lost_total)} балла",
            "losses_columns": ["Поручение и кластер", "Причина", "Потеря"],
            "actions_title": f"Что больше всего влияет на балл за {formatting.month_only(values['next_period'])}",
            "variants": [_variant(room, source, values) for room in ROOMS],
            "after": _after(values),
            "enclosures": f"Приложение: 1. Рейтинг регионов ({table.regions}) за {month} года. "
            "2. Потери и предстоящие поручения региона (файл XLSX).",
            "signer_post": words.signer_post,
            "signer_name": bind_initials(words.signer_name) or "_" * 20,
            "foot": _foot(source, words),
            "url": url,
            "url_words": url,
            "qr": qr_svg(url),
            "qr_words": f"Код со ссылкой на страницу региона: {url}",
            "appendix": f"Приложение 1 к письму от {outgoing_day}"
            + (f" № {source.outgoing.number}" if source.outgoing else ""),
            "code": score.region_id,
            "table_title": f"Рейтинг эффективности регионального управления проектом за {month} года",
            "table_words": "Места внутри диапазона неотличимы от случайности: судить следует по зоне и по итогу за три "
            "месяца. Строка региона выделена знаком ▸.",
            "table_columns": list(COLUMNS),
            "table_foot": f"Срез за {month} г., редакция {slice_.revision}, контрольная сумма {short_digest(slice_)}",
            "page": "лист #",
        }
    )


def _printable(value: Any) -> Any:
    """The same data with nothing in its texts that no font draws; drawings stay as they are."""
    if isinstance(value, str):
        return value if value.startswith("<svg") else printable(value)
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return value


def _zone_cell(score: RegionScore) -> str:
    return ZONES[score.zone] + (", на границе" if score.zone_certain is False else "")


def _zone(score: RegionScore) -> str:
    if score.score is None:
        return ""
    return f"{ZONES[score.zone]} зона" + ("" if score.zone_certain else ", на границе")


def _chart(source: LetterSource) -> str:
    if not has_line(source.facts):
        return ""
    return line_svg(
        line_chart(history_points(source.facts), height=CHART_HEIGHT), width=CHART_WIDTH, head=CHART_HEAD
    )


def _chart_key(source: LetterSource) -> str:
    history = source.facts.history
    if not has_line(source.facts):
        return ""
    first, last = formatting.month_name(history[0].period), formatting.month_name(history[-1].period)
    return f"{first} — {last}; полоса вокруг линии — интервал 90 %"


def _before(room: Room, values: Mapping[str, Any], score: RegionScore) -> list[str]:
    reason = clean_name(score.slice.reason)
    correction = part_text("correction", values) if values["replaced"] else ""
    if reason:
        correction = correction.replace(reason, _cut(reason, room.reason))
    said = [values["opening"], correction, part_text("advice", values)]
    if values["rated"] and not values["losses"]:
        done = f"{score.executions} {forms(score.executions, 'поручение,поручения,поручений')}"
        said.append(f"В срок и без возвратов исполнено всё: {done} из {score.executions}. Потерь нет.")
    return [text for text in said if text]


def _after(values: Mapping[str, Any]) -> list[str]:
    nothing_due = not values["actions"] and not values["no_clusters"]
    ahead = (
        "Неисполненных поручений со сроком до конца "
        f"{formatting.month_genitive(values['next_period'])} года у кластеров региона нет."
    )
    asked = " ".join(text for text in (part_text("request", values), part_text("rules", values)) if text)
    return [text for text in (ahead if nothing_due else "", asked, values["closing"]) if text]


def _variant(room: Room, source: LetterSource, values: Mapping[str, Any]) -> dict[str, Any]:
    losses = list(source.facts.losses)[: room.losses]
    everything = actions_of(source.facts.stakes, source.facts.written_on)
    actions = everything[: room.actions]
    left = len(everything) - len(actions)
    return {
        "size": room.size,
        "tight": room.tight,
        "before": _before(room, values, source.score),
        "losses": [_loss(loss, room) for loss in losses],
        "others": _others(source, losses),
        "actions": [_action(action, room, values) for action in actions],
        "more_actions": f"Ещё {left} — в приложении 2." if left else "",
    }


def _others(source: LetterSource, shown: Sequence[ScoreLoss]) -> dict[str, str] | None:
    count = source.facts.loss_count - len(shown)
    if not count:
        return None
    lost = (source.score.lost_total or 0) - sum(loss.lost for loss in shown)
    words = forms(count, "поручение,поручения,поручений")
    return {
        "words": f"ещё {count} {words}; полный перечень — в приложении 2",
        "lost": f"−{formatting.score(lost)}",
    }


def _cut(text: str, most: int) -> str:
    """A text of at most so many characters, cut between words where there are any."""
    short = Truncator(text).chars(most)
    if short == text or " " not in short:
        return short
    return short.rpartition(" ")[0].rstrip(" .,;—-") + "…"


def _item(execution: Any, room: Room) -> str:
    assignment = execution.assignment
    protocol = assignment.protocol
    title = _cut(assignment.title, room.title)
    return f"п. {assignment.number} протокола № {protocol.number} от {protocol.held_on:%d.%m.%Y}, «{title}»"


def _loss(loss: ScoreLoss, room: Room) -> dict[str, str]:
    cluster = _cut(str(loss.execution.cluster), room.cluster)
    return {
        "item": f"{_item(loss.execution, room)}; {cluster}",
        "reason": reason_words(loss),
        "lost": f"−{formatting.score(loss.lost)}",
    }


def _action(action: Action, room: Room, values: Mapping[str, Any]) -> dict[str, str]:
    execution = action.stake.execution
    where = (
        _cut(str(execution.cluster), room.cluster)
        if action.clusters == 1
        else f"кластеров: {action.clusters}"
    )
    term = part_text("term", {**values, "action": action})
    return {
        "words": f"{term} — {_item(execution, room)}; {where}",
        "worth": f"до\u00a0{formatting.score(action.at_stake)}\u00a0балла",
    }


def _foot(source: LetterSource, words: LetterWords) -> list[str]:
    slice_ = source.slice
    month = formatting.month_name(slice_.period)
    base = settings.PORTAL_BASE_URL.rstrip("/")
    return [
        *(["Демонстрационные данные: люди и события вымышлены"] if settings.IS_DEMO else []),
        f"Исполнитель: {', '.join(part for part in (words.executor, words.phone) if part)}",
        f"Срез за {month} г., редакция {slice_.revision}, методика {slice_.methodology.version}",
        f"Контрольная сумма исходных данных {short_digest(slice_)}",
        f"Как проверить расчёт: {base}/rating/check/",
        "Страница региона с формулой и полным перечнем:",
    ]


@lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """The QR code of a text as SVG, one square a module, with the quiet zone that scanners need."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=2)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = "".join(
        f"M{column} {line}h1v1h-1z"
        for line, row in enumerate(rows)
        for column, dark in enumerate(row)
        if dark
    )
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">'
        f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{squares}" fill="#000000"/></svg>'
    )
