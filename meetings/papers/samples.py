"""Invented protocols by which a template is proved: a short one and a long one, whose words can be found again."""

from meetings.papers.content import Attendee, ExecutorList, Paper, PaperDecision, PaperItem, Signature

MANY_ITEMS, MANY_REGIONS, MANY_CLUSTERS = 40, 89, 60
STRANGE = "«Ёлка & сыновья» <’№ 1’>"
"""Signs that a careless template breaks on."""


def _decision(number: str, annex: int = 0) -> PaperDecision:
    listed = f" (приложение {annex})" if annex else ""
    return PaperDecision(
        number,
        f"Обеспечить исполнение {number} {STRANGE}.",
        f"исполнители {number}{listed}",
        f"не позднее срока {number} включительно",
        f"отчёт {number}",
        1,
    )


def _item(place: int, decisions: int, annex: int = 0) -> PaperItem:
    heard = f"Содержание вопроса {place}.\nВторая строка вопроса {place}."
    made = tuple(_decision(f"{place}.{index}", annex) for index in range(1, decisions + 1))
    return PaperItem(
        0,
        f"№{place}",
        f"Тема вопроса {place}",
        f"Докладчик вопроса {place}",
        heard,
        (f"Заметка к вопросу {place}",),
        made,
    )


def _attendee(number: int) -> Attendee:
    return Attendee(
        number, f"Область {number}", f"Участник {number}", f"Кластер {number}-1 {STRANGE}; Кластер {number}-2"
    )


def _paper(items: tuple[PaperItem, ...], attendees: int, lists: tuple[ExecutorList, ...]) -> Paper:
    has_annex = attendees > 1
    return Paper(
        body=("ОРГАН-ОБРАЗЕЦ",),
        kind="вида-образца",
        title=f"Название-образец {STRANGE}",
        number="777-образец",
        date="31 февраля 2026 г.",
        place="Место-образец",
        form="форма-образец",
        chair=Signature("Должность председателя-образца", "П. П. Председателев"),
        secretary=Signature("Должность секретаря-образца", "С. С. Секретарёва"),
        attendance="присутствие-образец" if has_annex else "",
        attendees=tuple(_attendee(number) for number in range(1, attendees + 1)),
        also_present=("Приглашённый-образец",),
        absent=("Отсутствующая область-образец",),
        attendance_annex=int(has_annex),
        items=items,
        control="Контроль-образец возложить на центр.",
        distribution=("рассылка-образец",),
        lists=lists,
    )


def short_paper() -> Paper:
    """One question with one decision, one who attended."""
    return _paper((_item(1, 1),), 1, ())


def long_paper() -> Paper:
    """Many questions, an annex of attendance and one of executors."""
    rows = tuple((n, f"Кластер-исполнитель {n}", f"Область {n}") for n in range(1, MANY_CLUSTERS + 1))
    items = tuple(_item(place, 2, 2 if place == 1 else 0) for place in range(1, MANY_ITEMS + 1))
    return _paper(items, MANY_REGIONS, (ExecutorList(2, 1, "1.1", rows),))


def requisites(paper: Paper) -> dict[str, str]:
    """By the tag of a requisite a word that must stand in the document made of this sample."""
    item, last = paper.items[0], paper.items[-1]
    decision = last.decisions[-1]
    wanted = {
        "орган": paper.body[0],
        "вид": paper.kind,
        "название": paper.title,
        "номер": paper.number,
        "дата": paper.date,
        "место": paper.place,
        "форма": paper.form,
        "председатель.имя": paper.chair.name,
        "председатель.должность": paper.chair.post,
        "секретарь.имя": paper.secretary.name,
        "вопрос.номер": item.number,
        "вопрос.тема": last.title,
        "вопрос.докладчик": last.speaker,
        "вопрос.содержание": last.text.split("\n")[1],
        "вопрос.заметки": last.notes[0],
        "решение.номер": decision.number,
        "решение.текст": decision.text,
        "решение.ответственные": decision.executors,
        "решение.срок": decision.term,
        "решение.результат": decision.result,
        "контроль": paper.control,
        "рассылка": paper.distribution[0],
        "участники": paper.attendees[-1].person,
    }
    if paper.attendance_annex:
        del wanted["участники"]
        wanted |= {"присутствовали": paper.attendance, "явка.строки": paper.attendees[-1].clusters}
    if paper.lists:
        wanted["перечни"] = paper.lists[-1].rows[-1][1]
    return wanted
