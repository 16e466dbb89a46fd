"""The protocol as DOCX, by a template that the centre edits in Word.

What a template may name is the context below, under Russian names. It can loop, ask and print; it cannot call, compute
or reach anything else: the tree of every part is checked before it runs, and it runs in a sandbox that escapes.
"""

import io
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from common.errors import Missing
from files.storage import path_of
from meetings.models import ProtocolTemplate
from meetings.papers.content import Paper, Signature
from meetings.papers.shipped import shipped_template

FILTERS = (
    "upper",
    "lower",
    "capitalize",
    "trim",
    "default",
    "length",
    "join",
    "first",
    "last",
    "e",
    "escape",
)
"""The filters of a template; `safe` and those that compute or repeat stay outside."""
TESTS = ("defined", "none")
NO_ITEMS = "Вопросы на совещании не рассматривались."


class TemplateFailed(Exception):
    """The template could not be filled; `str()` is the reason of the engine."""


def environment() -> ImmutableSandboxedEnvironment:
    """Jinja without loader, globals and most filters; a name that is not in the context is an error."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.globals.clear()
    env.filters = {name: env.filters[name] for name in FILTERS}
    env.tests = {name: env.tests[name] for name in TESTS}
    return env


def template_bytes() -> bytes:
    """The template in force: the newest version, or the shipped one. Raises Missing when the disk lost it."""
    newest: ProtocolTemplate | None = ProtocolTemplate.objects.newest()
    return template_read(newest) if newest else shipped_template()


def template_read(template: ProtocolTemplate) -> bytes:
    """The bytes of a version. Raises Missing when the disk lost them."""
    try:
        return path_of(template.file.key).read_bytes()
    except FileNotFoundError as error:
        raise Missing(_("The template of the protocol is lost: upload it anew.")) from error


def docx_of(paper: Paper, template: bytes) -> bytes:
    """The document; raises TemplateFailed when this template cannot take this paper."""
    from docxtpl import DocxTemplate  # costly import, only for a document

    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(context_of(paper), jinja_env=environment(), autoescape=True)
        _describe(document, paper)
        buffer = io.BytesIO()
        document.save(buffer)
    except (TemplateError, ValueError, KeyError, SyntaxError) as error:  # lxml's errors are SyntaxErrors
        raise TemplateFailed(str(error)) from error
    return buffer.getvalue()


def _describe(document: Any, paper: Paper) -> None:
    about = document.core_properties
    about.title = f"Протокол № {paper.number} от {paper.date}"
    about.author, about.language = " ".join(paper.body)[:255], "ru-RU"


def context_of(paper: Paper) -> dict[str, Any]:
    """What a template may print: plain texts, lists and names, nothing with methods of ours."""
    return {
        "орган": list(paper.body),
        "вид": paper.kind,
        "название": paper.title,
        "номер": paper.number,
        "дата": paper.date,
        "место": paper.place,
        "форма": paper.form,
        "председатель": _signature(paper.chair),
        "секретарь": _signature(paper.secretary),
        "присутствовали": paper.attendance,
        "участники": [] if paper.attendance_annex else _attendees(paper),
        "приглашённые": [] if paper.attendance_annex else list(paper.also_present),
        "отсутствовали": "; ".join(paper.absent) if not paper.attendance_annex else "",
        "вопросы": [
            {
                "номер": item.number,
                "тема": item.title,
                "докладчик": item.speaker,
                "содержание": item.text,
                "заметки": list(item.notes),
                "решения": [
                    {
                        "номер": decision.number,
                        "текст": decision.text,
                        "ответственные": decision.executors,
                        "срок": decision.term,
                        "результат": decision.result,
                    }
                    for decision in item.decisions
                ],
            }
            for item in paper.items
        ],
        "без_вопросов": "" if paper.items else NO_ITEMS,
        "контроль": paper.control,
        "рассылка": list(paper.distribution),
        "явка": _attendance_annex(paper),
        "перечни": [
            {
                "номер": row.annex,
                "пункт": row.item,
                "строки": [
                    {"номер": number, "кластер": cluster, "регион": region}
                    for number, cluster, region in row.rows
                ],
            }
            for row in paper.lists
        ],
    }


def _signature(who: Signature) -> Mapping[str, str]:
    return {"имя": who.name, "должность": who.post, "полностью": who.words}


def _attendees(paper: Paper) -> list[dict[str, Any]]:
    return [
        {"номер": row.number, "регион": row.region, "кто": row.person, "кластеры": row.clusters}
        for row in paper.attendees
    ]


def _attendance_annex(paper: Paper) -> dict[str, Any] | None:
    if not paper.attendance_annex:
        return None
    return {
        "номер": paper.attendance_annex,
        "строки": _attendees(paper),
        "приглашённые": list(paper.also_present),
        "отсутствовали": "; ".join(paper.absent),
    }
