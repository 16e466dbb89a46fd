"""The protocol as PDF: tagged (PDF/UA-1), for the archive (PDF/A-2a), the same bytes for the same text."""

import json
import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from meetings.papers.content import Paper, PaperDecision
from meetings.papers.docx import NO_ITEMS

TEMPLATE = "documents/protocol.typ"
LONGEST_WORD = 24
"""Characters without a space after which a line may end inside a word: addresses and codes would leave the page."""
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_ADDRESS = re.compile(r"[-/_.:?&=@]")


def pdf_of(paper: Paper, day: date) -> bytes:
    """Words travel as data, so that nothing in them is run; fonts are those inside typst. `day` is of the meeting."""
    content: bytes = typst.compile(
        _layout(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"paper": json.dumps(_breakable(_data(paper, day)), ensure_ascii=False)},
    )
    return content


@lru_cache(maxsize=1)
def _layout() -> bytes:
    return (Path(settings.BASE_DIR) / "templates" / TEMPLATE).read_bytes()


def _data(paper: Paper, day: date) -> dict[str, Any]:
    return {
        "head": f"Протокол № {paper.number} от {paper.date}",
        "author": " ".join(paper.body),
        "made": [day.year, day.month, day.day],
        "body": list(paper.body),
        "name": "ПРОТОКОЛ",
        "kind": paper.kind,
        "title": paper.title,
        "date": paper.date,
        "number": f"№\u00a0{paper.number}",
        "facts": _facts(paper),
        "present": _present(paper),
        "heard": "СЛУШАЛИ:",
        "decided": "РЕШИЛИ:",
        "items": [_item(item) for item in paper.items],
        "control": paper.control,
        "signatures": [
            [paper.chair.post or "Председательствующий", paper.chair.name],
            [paper.secretary.post or "Секретарь", paper.secretary.name],
        ],
        "sent": "Разослано:",
        "distribution": [f"— {line}" for line in paper.distribution],
        "of": f"к протоколу от {paper.date} № {paper.number}",
        "annexes": _annexes(paper),
    }


def _facts(paper: Paper) -> list[str]:
    lines = [
        ("Место проведения", paper.place),
        ("Форма проведения", paper.form),
        ("Председательствующий", paper.chair.words),
        ("Секретарь", paper.secretary.words),
    ]
    return [f"{name}: {words}" for name, words in lines if words]


def _present(paper: Paper) -> list[str]:
    absent = (
        [f"Отсутствовали: {'; '.join(paper.absent)}"] if paper.absent and not paper.attendance_annex else []
    )
    none = [] if paper.items else [NO_ITEMS]
    if paper.attendance:
        return [f"Присутствовали: {paper.attendance}", *absent, *none]
    people = [
        f"{row.number}. {row.region}{f' — {row.person}' if row.person else ''}"
        f"{f'; кластеры: {row.clusters}' if row.clusters else ''}"
        for row in paper.attendees
    ]
    return ["Присутствовали:", *people, *paper.also_present, *absent, *none]


def _item(item: Any) -> dict[str, Any]:
    heard = f"{item.speaker} — {item.title}" if item.speaker else item.title
    return {
        "title": f"{item.number}. {item.title}",
        "heard": [heard, *filter(None, (item.text, *item.notes))],
        "decisions": [
            {"text": f"{row.number}. {row.text}" if row.number else row.text, "about": _about(row)}
            for row in item.decisions
        ],
    }


def _about(decision: PaperDecision) -> list[str]:
    lines = (
        ("Ответственные", decision.executors),
        ("Форма отчёта", decision.result),
        ("Срок", decision.term),
    )
    return [f"{name}: {words}." for name, words in lines if words]


def _annexes(paper: Paper) -> list[dict[str, Any]]:
    annexes = []
    if paper.attendance_annex:
        guests = ["Приглашённые:", *paper.also_present] if paper.also_present else []
        absent = [f"Отсутствовали: {'; '.join(paper.absent)}"] if paper.absent else []
        annexes.append(
            {
                "number": f"Приложение {paper.attendance_annex}",
                "title": "Список присутствовавших",
                "columns": ["№", "Регион", "Представитель региона", "Кластеры"],
                "widths": [10, 42, 45, 0],
                "rows": [[str(row.number), row.region, row.person, row.clusters] for row in paper.attendees],
                "after": [*guests, *absent],
            }
        )
    for row in paper.lists:
        annexes.append(
            {
                "number": f"Приложение {row.annex}",
                "title": f"Перечень исполнителей по пункту {row.item}",
                "columns": ["№", "Кластер", "Регион"],
                "widths": [10, 0, 55],
                "rows": [[str(number), cluster, region] for number, cluster, region in row.rows],
                "after": [],
            }
        )
    return annexes


def _breakable(value: Any) -> Any:
    """The same data in which the lines of long words may end: after the signs of an address, or else anywhere."""
    if isinstance(value, str):
        return _LONG.sub(lambda found: _opened(found[0]), value)
    if isinstance(value, list):
        return [_breakable(one) for one in value]
    if isinstance(value, dict):
        return {key: _breakable(one) for key, one in value.items()}
    return value


def _opened(word: str) -> str:
    parted = _ADDRESS.sub(lambda found: f"{found[0]}\u200b", word)
    return "\u200b".join(
        piece[start : start + LONGEST_WORD]
        for piece in parted.split("\u200b")
        for start in range(0, len(piece), LONGEST_WORD)
    )
