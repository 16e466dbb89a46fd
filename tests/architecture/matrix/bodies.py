"""What a browser or program sends to each address that changes something: a body that would do its work."""

import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AppointmentCampaign, Leave, Membership, User
from assignments.models import (
    Assignment,
    CannedRemark,
    Execution,
    ExecutionRequest,
    ItemRecall,
    ItemSeries,
    Protocol,
    SavedAudience,
)
from cyclogram.models import ClusterStage
from meetings.models import AgendaItem, Meeting, MeetingProtocol, MeetingSeries, ProtocolApproval
from meetings.papers.shipped import shipped_template
from rating.letter_words import LetterWords
from rating.models import Objection
from regions.models import AuthorityHead, CalendarDay, RegionalAuthority
from tests.architecture.matrix.associations import ASSOCIATION_BODIES
from tests.architecture.matrix.lane_bodies import LANE_BODIES
from tests.architecture.matrix.practice_bodies import PRACTICE_BODIES
from tests.architecture.matrix.supporting_bodies import SUPPORTING_BODIES
from tests.architecture.matrix.world import IMPORT, Address, World
from tests.assignments.sheets import saved
from tests.cast import PASSWORD
from tests.files.samples import PDF

Body = dict[str, Any]


def _item(**changes: Any) -> Body:
    return {
        "number": "9", "text": "Представить сведения.", "title": "", "due_on": "2026-05-28", "weight": 1,
        "expected_result": "", "process": "", "addressee": "clusters", "scope_of_rule": "everyone", **changes,
    }  # fmt: skip


def _series(**changes: Any) -> Body:
    """The form of a recurring item with the number and the audience that the world gives to its own."""
    return {
        "number": "9", "text": "Представлять сведения.", "title": "", "weight": 2, "expected_result": "",
        "process": "", "addressee": "clusters", "scope_of_rule": "everyone", "frequency": "weekly", "weekday": 3,
        "month_day": 5, "starts_on": "2026-04-22", "until": "2026-12-30", "visible_days": 3, **changes,
    }  # fmt: skip


def _series_whole(**changes: Any) -> Body:
    """The same for the API."""
    return {
        "number": "9", "text": "Представлять сведения.", "weight": 2, "audience": {"everyone": True},
        "frequency": "weekly", "weekday": 3, "starts_on": "2026-04-22", "until": "2026-12-30", "visible_days": 3,
        **changes,
    }  # fmt: skip


def _head(**changes: Any) -> Body:
    return {
        "post_title": "Министр", "post_title_dative": "Министру", "last_name": "Новая", "first_name": "Инна",
        "patronymic": "", "name_dative": "Новой И.", "salutation": "Уважаемая Инна!", "emails": "new@example.org",
        "starts_on": "2026-04-01", **changes,
    }  # fmt: skip


def _calendar_day(**changes: Any) -> Body:
    return {"day": "2026-12-19", "is_working": "yes", "region": "", "reason": "Постановление", **changes}


def _version(model: Any) -> Callable[[Address], int]:
    """The version in force, 1 where there is no such row: the answer must not depend on it."""

    def of(address: Address) -> int:
        row = model.objects.filter(pk=address["pk"]).values_list("version", flat=True).first()
        return row or 1

    return of


_user, _membership = _version(User), _version(Membership)
_campaign, _leave = _version(AppointmentCampaign), _version(Leave)
_remark = _version(CannedRemark)
_request = _version(ExecutionRequest)
_calendar_version, _audience = _version(CalendarDay), _version(SavedAudience)
_series_version, _recall = _version(ItemSeries), _version(ItemRecall)
_stage_version = _version(ClusterStage)
_protocol, _execution, _head_version = _version(Protocol), _version(Execution), _version(AuthorityHead)


def _agenda_version(pk: int) -> int:
    return _version(AgendaItem)({"pk": pk})


_meeting_version, _meetings_version = _version(Meeting), _version(MeetingSeries)


def _order(address: Address) -> str:
    """The agenda of a meeting the other way round."""
    rows = AgendaItem.objects.filter(meeting=address["pk"], state="on_agenda").order_by("-position")
    return ",".join(map(str, rows.values_list("pk", flat=True))) or "1"


def _meeting(**changes: Any) -> Body:
    return {
        "title": "Совещание", "duration_minutes": 60, "limit_minutes": 60, "form": "video", "addressee": "regions",
        "scope_of_rule": "everyone", **changes,
    }  # fmt: skip


def _meetings(**changes: Any) -> Body:
    return _meeting(
        weekday=3, starts_at="10:00", day_off="after", starts_on="2026-04-22", opens_days_before=6,
        **{"rows-TOTAL_FORMS": 0, "rows-INITIAL_FORMS": 0}, **changes,
    )  # fmt: skip


def _assignment(**changes: Any) -> Body:
    return {
        "text": "Представить сведения.", "due_on": "28.05.2026", "weight": 1, "addressee": "clusters",
        "scope_of_rule": "everyone", **changes,
    }  # fmt: skip


def _minutes(**more: Any) -> Callable[[World, Address], Body]:
    """An act on the protocol of a meeting, with the version in force."""

    def body(_world: World, address: Address) -> Body:
        found = (
            MeetingProtocol.objects.filter(meeting=address["pk"]).values_list("version", flat=True).first()
        )
        return {"version": found or 1, **more}

    return body


def _answer_to_minutes(**more: Any) -> Callable[[World, Address], Body]:
    """What an approver says, with the version of the protocol."""

    def body(_world: World, address: Address) -> Body:
        found = ProtocolApproval.objects.filter(pk=address["pk"]).values_list("minutes__version", flat=True)
        return {"version": found.first() or 1, **more}

    return body


def _template() -> SimpleUploadedFile:
    return SimpleUploadedFile("template.docx", shipped_template())


def _item_version(address: Address) -> int:
    return _version(Assignment)({"pk": address["item"]})


def _authority_version(address: Address) -> int:
    rows = RegionalAuthority.objects.filter(region=address["code"])
    return rows.values_list("version", flat=True).first() or 1


def _act(**more: Any) -> Callable[[World, Address], Body]:
    def body(_world: World, address: Address) -> Body:
        return {"version": _execution(address), "submission_key": uuid.uuid4().hex, **more}

    return body


def _answer(**more: Any) -> Callable[[World, Address], Body]:
    def body(_world: World, address: Address) -> Body:
        return {"version": _request(address), "submission_key": uuid.uuid4().hex, **more}

    return body


def _words(**more: Any) -> Callable[[World, Address], Body]:
    """A question or an answer: its text and the key of this sending."""

    def body(_world: World, _address: Address) -> Body:
        return {"text": "Достаточно скана с подписью.", "submission_key": uuid.uuid4().hex, **more}

    return body


def _confirmation(**more: Any) -> Callable[[World, Address], Body]:
    """The grant of a request until a day, or of a proposal as it stands."""

    def body(world: World, address: Address) -> Body:
        is_proposal = ExecutionRequest.objects.of_centre().filter(pk=address["pk"]).exists()
        return _answer(answer="Да.", **({} if is_proposal else more))(world, address)

    return body


def _annul(world: World, address: Address) -> Body:
    place = world.omsk if address["pk"] == world.omsk.reported.pk else world.tomsk
    return _act(event_id=place.report.pk, reason="Ошибка.")(world, address)


def _undo(world: World, address: Address) -> Body:
    place = world.omsk if address["pk"] == world.omsk.reported.pk else world.tomsk
    return {"event_id": place.report.pk, "submission_key": uuid.uuid4().hex}


def _dismissal(_world: World, address: Address) -> Body:
    found = Objection.objects.filter(pk=address["pk"]).values_list("execution__version", flat=True).first()
    return {"decision": "dismiss", "answer": "Отчёта не было.", "version": found or 1}


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("new.csv", IMPORT, "text/csv")


def _workbook() -> SimpleUploadedFile:
    content = saved([["Id", "Version"], [1, "x"]])
    return SimpleUploadedFile("register.xlsx", content)


def _letter(**changes: Any) -> Body:
    return {
        "title": "Третья", "outgoing_number": "", "outgoing_on": "2026-04-15", "answer_by": "2026-05-29",
        "text": "Прошу назначить.", "signatory_post": "Руководитель", "signatory_name": "И. И. Иванов",
        "reply_to": "answers@centre.example", **changes,
    }  # fmt: skip


def _coordinator(**changes: Any) -> Body:
    return {
        "email": "new@tomsk.example", "last_name": "Новая", "first_name": "Нина", "patronymic": "", "phone": "",
        "order_number": "приказ № 5", "order_on": "2026-04-14", **changes,
    }  # fmt: skip


def _away(world: World, address: Address, **changes: Any) -> Body:
    """A leave for which the other coordinator of the same region stands in."""
    held = Membership.objects.filter(pk=address["pk"]).first()
    others = Membership.objects.filter(role="coordinator", region=held.region_id if held else "70")
    stand_in = others.exclude(pk=address["pk"]).earliest("pk")
    return {"starts_on": "2026-05-04", "ends_on": "2026-05-15", "stand_in": stand_in.pk, **changes}


BODIES: dict[str, Callable[[World, Address], Body]] = {
    "assignments:protocol-create": lambda _w, _a: {
        "number": "99", "held_on": "2026-04-15", "meeting_title": "Совещание",
    },
    "assignments:audience-preview": lambda _w, _a: _item(),
    "assignments:protocol-edit": lambda _w, a: {
        "number": "99", "held_on": "2026-04-15", "meeting_title": "Совещание", "version": _protocol(a),
    },
    "assignments:item-table": lambda _w, _a: {"text": "Представить сведения.\t28.05.2026", "check": "1"},
    "assignments:protocol-copy": lambda _w, _a: {
        "number": "98", "held_on": "2026-04-15", "meeting_title": "Совещание",
    },
    "assignments:protocol-template": lambda _w, a: {"is_template": "yes", "version": _protocol(a)},
    "assignments:audience-edit": lambda _w, a: {"name": "Иная", "version": _audience(a)},
    "assignments:audience-delete": lambda _w, a: {"version": _audience(a)},
    "assignments:protocol-delete": lambda _w, a: {"version": _protocol(a)},
    "assignments:protocol-issue": lambda _w, a: {"version": _protocol(a)},
    "assignments:item-create": lambda _w, _a: _item(),
    "assignments:item-edit": lambda _w, a: _item(version=_item_version(a)),
    "assignments:item-delete": lambda _w, a: {"version": _item_version(a)},
    "assignments:item-move": lambda _w, _a: {"position": 2},
    "assignments:item-due": lambda _w, a: {"version": _item_version(a)},
    "assignments:late-cluster": lambda w, _a: {"cluster": w.cast.nameless.pk, "due": ""},
    "assignments:late-addressees": lambda w, _a: {"clusters": [w.cast.nameless.pk], "due": ""},
    "assignments:protocol-schedule": lambda _w, a: {"at": "20.04.2026 10:00", "version": _protocol(a)},
    "assignments:protocol-unschedule": lambda _w, a: {"version": _protocol(a)},
    "assignments:series-create": lambda _w, _a: _series(),
    "assignments:series-edit": lambda _w, a: _series(version=_series_version(a)),
    "assignments:series-delete": lambda _w, a: {"version": _series_version(a)},
    "assignments:series-stop": lambda _w, a: {"version": _series_version(a), "reason": "Программа завершена."},
    "assignments:item-recall": lambda _w, _a: {"reason": "Решение отменено.", "submission_key": uuid.uuid4().hex},
    "assignments:recall-confirm": lambda _w, a: {"version": _recall(a)},
    "assignments:recall-refuse": lambda _w, a: {"version": _recall(a), "answer": "Рано."},
    "assignments:recall-withdraw": lambda _w, a: {"version": _recall(a)},
    "api:protocol-schedule": lambda _w, a: {"at": "2026-04-20T10:00:00+03:00", "version": _protocol(a)},
    "api:protocol-unschedule": lambda _w, a: {"version": _protocol(a)},
    "api:protocol-series": lambda _w, _a: _series_whole(),
    "api:series-change": lambda _w, a: _series_whole(version=_series_version(a)),
    "api:series-stop": lambda _w, a: {"version": _series_version(a), "reason": "Программа завершена."},
    "api:item-recall": lambda _w, _a: {"reason": "Решение отменено.", "submission_key": uuid.uuid4().hex},
    "api:recall-confirm": lambda _w, a: {"version": _recall(a)},
    "api:recall-refuse": lambda _w, a: {"version": _recall(a), "answer": "Рано."},
    "api:recall-withdraw": lambda _w, a: {"version": _recall(a)},
    "meetings:protocol-make": lambda _w, a: {"version": _version(Meeting)(a)},
    "meetings:protocol-edit": _minutes(number=700, control_clause="Контроль — центру."),
    "meetings:protocol-send": lambda w, a: _minutes(approvers=[w.cast.administrator.pk])(w, a),
    "meetings:protocol-withdraw": _minutes(),
    "meetings:approval-agree": _answer_to_minutes(),
    "meetings:approval-remark": _answer_to_minutes(remark="Уточните срок."),
    "meetings:protocol-sign": _minutes(signed_on="15.04.2026"),
    "meetings:protocol-reopen": _minutes(reason="Ошибка в сроке."),
    "meetings:protocol-issue": _minutes(),
    "meetings:protocol-scan-attach": lambda w, a: _minutes(file=SimpleUploadedFile("scan.pdf", PDF))(w, a),
    "meetings:protocol-template": lambda _w, _a: {"file": _template(), "note": "Шрифт.", "based_on": 1},
    "clusters:imports": lambda _w, _a: {"file": _file()},
    "rating:letter-template": lambda _w, _a: {**asdict(LetterWords()), "note": "Короче.", "based_on": 1},
    "rating:letters-numbers": lambda _w, _a: {"pattern": "01-12/{n}", "first": 1, "dated_on": "15.04.2026"},
    "rating:letters-missing": lambda w, _a: {"slice": w.tomsk.uncertain.slice_id},
    "rating:mail-settle": lambda _w, _a: {"outcome": "accepted", "note": "Нашли в журнале сервера."},
    "rating:letter-receipt": lambda _w, _a: {"note": "Подтвердили по телефону."},
    "rating:letter-link-revoke": lambda _w, _a: {"reason": "Письмо переслано."},
    "rating:letter-resend": lambda _w, _a: {"note": "Просят ещё раз."},
    "rating:close": lambda _w, _a: {"period": "2026-03"},
    "rating:revise": lambda _w, _a: {"corrections_as_of": "2026-04-10T10:00", "reason": "Апелляция."},
    "rating:preview-open": lambda _w, _a: {"publishes_at": "2026-04-21T10:00"},
    "rating:object": lambda _w, _a: {"reason": "Отчёт сдан в срок."},
    "rating:objection-decide": _dismissal,
    "api:objections": lambda w, _a: {
        "period": "2026-01", "revision": 1, "execution": w.tomsk.missed.pk, "reason": "Отчёт сдан в срок.",
    },
    "api:objection-decide": lambda _w, _a: {"decision": "dismissed", "answer": "Отчёта не было."},
    "regions:calendar": lambda _w, _a: _calendar_day(),
    "regions:calendar-edit": lambda _w, a: _calendar_day(version=_calendar_version(a)),
    "regions:calendar-end": lambda _w, a: {"version": _calendar_version(a)},
    "regions:sharing": lambda _w, _a: {"agreed": "on"},
    "regions:sharing-withdraw": lambda _w, _a: {"version": 1},
    "regions:authority": lambda _w, a: {"name": "Министерство", "phone": "", "version": _authority_version(a)},
    "regions:head-add": lambda _w, _a: _head(end_previous="on"),
    "regions:head-edit": lambda _w, a: _head(version=_head_version(a)),
    "regions:head-end": lambda _w, a: {"ends_on": "2026-04-30", "version": _head_version(a)},
    "dashboard:display": lambda _w, _a: {"theme": "dark", "next": "/"},
    "dashboard:focus": lambda _w, _a: {"place": "region:70", "next": "/"},
    "dashboard:review-decide": lambda w, _a: {
        "action": "accept", "ids": f"{w.tomsk.reported.pk}:{w.tomsk.reported.version}", "key": uuid.uuid4().hex,
        "confirmed": "1", "remark": "",
    },
    "dashboard:review-accept": _act(),
    "dashboard:review-return": _act(remark="Приложите приказ."),
    "dashboard:review-claim": lambda _w, _a: {"take_over": "1"},
    "dashboard:execution-undo": _undo,
    "dashboard:remarks": lambda _w, _a: {"text": "Нет подписи."},
    "dashboard:remark-edit": lambda _w, a: {"text": "Нет печати.", "position": 1, "version": _remark(a)},
    "dashboard:requests-decide": lambda w, _a: {
        "action": "refuse", "ids": str(w.tomsk.asked.pk), "key": uuid.uuid4().hex, "confirmed": "1", "answer": "Нет.",
    },
    "dashboard:request-grant": _confirmation(granted_due="2026-05-27"),
    "dashboard:request-refuse": _answer(answer="Срок достаточен."),
    "dashboard:request-withdraw": _answer(),
    "dashboard:execution-ask-extension": _act(proposed_due="2026-06-15", reason="Просим продлить."),
    "dashboard:execution-ask-not_applicable": _act(reason="Неприменимо."),
    "dashboard:workbooks": lambda _w, _a: {"file": _workbook()},
    "dashboard:workbook-apply": lambda _w, _a: {"reports": "1"},
    "dashboard:execution-note": lambda _w, _a: {"version": 0, "text": "Идёт работа."},
    "dashboard:execution-ask-question": _words(),
    "dashboard:question-answer": _words(),
    "dashboard:question-rewrite": _words(version=1),
    "dashboard:staff-task-close": lambda _w, _a: {"outcome": "Руководитель назначен."},
    "dashboard:execution-submit": _act(text="Сделано."),
    "dashboard:execution-draft": _act(text="Начато."),
    "dashboard:hand-in": lambda w, _a: {
        "pick": f"{w.tomsk.waiting.pk}:{w.tomsk.waiting.version}", "key": uuid.uuid4().hex, "confirmed": "1",
        "text": "Сделано.",
    },
    "dashboard:assign": lambda w, _a: {"pick": f"{w.tomsk.waiting.pk}:1", "assignee": ""},
    "dashboard:saved-views": lambda _w, _a: {"page": "registry", "name": "Мои", "query": "state=open"},
    "dashboard:saved-view-rename": lambda _w, _a: {"name": "Другие"},
    "api:submit-many": lambda w, _a: {
        "executions": [f"{w.tomsk.waiting.pk}:{w.tomsk.waiting.version}"], "text": "Сделано.",
    },
    "dashboard:execution-accept": _act(),
    "dashboard:execution-return": _act(remark="Приложите приказ."),
    "dashboard:execution-extend": _act(new_due="2026-06-15", reason="Праздники."),
    "dashboard:execution-record": _act(text="По почте.", at="2026-04-10T10:00", late_reason="Не было связи."),
    "dashboard:execution-cancel": _act(reason="Кластер закрыт."),
    "dashboard:execution-annul": _annul,
    "account_login": lambda _w, _a: {"login": "newcomer@example.org", "password": PASSWORD},
    "account_reauthenticate": lambda _w, _a: {"password": PASSWORD},
    "account_change_password": lambda _w, _a: {
        "oldpassword": PASSWORD, "password1": "another long sentence", "password2": "another long sentence",
    },
    "account_reset_password": lambda _w, _a: {"email": "newcomer@example.org"},
    "account_reset_password_from_key": lambda _w, _a: {
        "password1": "another long sentence", "password2": "another long sentence",
    },
    "mfa_authenticate": lambda _w, _a: {"code": "000000"},
    "mfa_reauthenticate": lambda _w, _a: {"code": "000000"},
    "mfa_activate_totp": lambda _w, _a: {"code": "000000"},
    "accounts:invite": lambda _w, _a: {
        "email": "new@example.org", "last_name": "Новый", "first_name": "Пётр", "patronymic": "",
        "role": "controller", "starts_on": "2026-04-15",
    },
    "accounts:person-edit": lambda _w, a: {
        "email": "changed@example.org", "last_name": "Иная", "first_name": "Ольга", "version": _user(a),
    },
    "accounts:membership-add": lambda _w, _a: {"role": "methodologist", "starts_on": "2026-04-15"},
    "accounts:block": lambda _w, a: {"version": _user(a)},
    "accounts:unblock": lambda _w, a: {"version": _user(a)},
    "accounts:membership-end": lambda _w, a: {"ends_on": "2026-04-30", "version": _membership(a)},
    "dashboard:appointment-add": lambda _w, _a: _letter(),
    "dashboard:appointment-edit": lambda _w, a: _letter(version=_campaign(a)),
    "dashboard:appointment-send": lambda _w, a: {"version": _campaign(a)},
    "dashboard:appointment-remind": lambda _w, _a: {"region": ""},
    "dashboard:appointment-close": lambda _w, a: {"outcome": "Ответили.", "version": _campaign(a)},
    "dashboard:appointment-item": lambda _w, _a: {
        "protocol": "", "number": "97", "held_on": "2026-04-15", "meeting_title": "Совещание",
    },
    "dashboard:appointment-answer": lambda _w, _a: _coordinator(position="deputy", starts_on="2026-04-15"),
    "dashboard:coordinator-appoint": lambda _w, _a: _coordinator(position="deputy", starts_on="2026-04-15"),
    "dashboard:coordinator-hand-over": lambda _w, a: _coordinator(on="2026-04-15", version=_membership(a)),
    "dashboard:coordinator-leave": _away,
    "dashboard:coordinator-order": lambda _w, _a: {"order_number": "приказ № 7", "order_on": ""},
    "dashboard:leave-end": lambda _w, a: {"version": _leave(a)},
    "api:appointment-remind": lambda _w, _a: {},
    "api:coordinator-leave": _away,
    "api:leave-end": lambda _w, a: {"version": _leave(a)},
    "dashboard:ladder": lambda _w, _a: {"days": 21, "rung": "head"},
    "dashboard:ladder-remove": lambda _w, _a: {},
    "rating:versions": lambda _w, _a: version_form("3.0", ""),
    "rating:version-draft": lambda w, _a: version_form("2.0", w.version.saves),
    "rating:version-try": lambda _w, _a: {"months": ["2026-01"]},
    "rating:version-approve": lambda w, _a: {"saves": w.version.saves},
    "rating:version-withdraw": lambda _w, _a: {},
    "dashboard:webhooks": lambda _w, _a: {"url": "https://8.8.8.8/notices", "note": "Платформа мониторинга"},
    "dashboard:webhook-on": lambda _w, _a: {},
    "dashboard:webhook-off": lambda _w, _a: {},
    "dashboard:webhook-rotate": lambda _w, _a: {},
    "dashboard:webhook-ping": lambda _w, _a: {},
    "dashboard:webhook-again": lambda _w, _a: {},
    "meetings:answer": lambda _w, _a: {"version": 1, "own-answer": "will_attend"},
    "meetings:mark": lambda _w, _a: {"mark": "70::yes"},
    "meetings:marks-list": lambda _w, _a: {"text": "Томская область"},
    "meetings:check-in": lambda _w, _a: {"code": "000000"},
    "api:attendance-answer": lambda _w, _a: {"version": 1, "answers": [{"answer": "will_attend"}]},
    "api:attendance-marks": lambda _w, _a: {"marks": [{"region": "70", "present": True}]},
    "api:attendance-check-in": lambda _w, _a: {"code": "000000"},
    "accounts:mail-settings": lambda _w, _a: {"digest": "on", "version": 0},
    "accounts:profile": lambda _w, _a: {"language": "en", "phone": "", "version": 1},
    "accounts:token-create": lambda _w, _a: {"days": 30},
    "accounts:token-revoke": lambda w, _a: {"token": w.tokens["tomsk_coordinator"]},
    "accounts:audit-tokens": lambda _w, _a: {"holder": "Аудитор", "days": 30},
    **ASSOCIATION_BODIES,
    **PRACTICE_BODIES,
    **SUPPORTING_BODIES,
    **LANE_BODIES,
    "cyclogram:stage-begin": lambda _w, a: {"version": _stage_version(a), "actual_from": "01.03.2024"},
    "cyclogram:stage-propose": lambda _w, a: {
        "version": _stage_version(a), "actual_from": "01.03.2024", "actual_to": "20.03.2024", "text": "Готово.",
    },
    "cyclogram:stage-withdraw": lambda _w, a: {"version": _stage_version(a)},
    "cyclogram:stage-accept": lambda _w, a: {"version": _stage_version(a)},
    "cyclogram:stage-return": lambda _w, a: {"version": _stage_version(a), "reason": "Нет подписи."},
    "cyclogram:stage-close": lambda _w, a: {
        "version": _stage_version(a), "actual_from": "01.03.2024", "actual_to": "20.03.2024", "reason": "Письмо.",
    },
    "cyclogram:stage-settle": lambda _w, a: {"version": _stage_version(a)},
    "cyclogram:stage-skip": lambda _w, a: {"version": _stage_version(a), "reason": "Не нужен."},
    "cyclogram:stage-restore": lambda _w, a: {"version": _stage_version(a), "reason": "Нужен."},
    "cyclogram:stage-reopen": lambda _w, a: {"version": _stage_version(a), "reason": "Отозван."},
    "meetings:meeting-create": lambda _w, _a: _meeting(kind="ad_hoc", starts_at="23.04.2026 10:00"),
    "meetings:meeting-edit": lambda _w, a: _meeting(version=_meeting_version(a)),
    "meetings:meeting-record": lambda _w, _a: {
        "title": "Совещание победителей", "cohort_year": 2022, "starts_at": "13.09.2023 10:00",
        "duration_minutes": 60, "form": "video",
    },
    "meetings:meeting-open": lambda _w, a: {"version": _meeting_version(a)},
    "meetings:meeting-move": lambda _w, a: {"version": _meeting_version(a), "starts_at": "24.04.2026 10:00"},
    "meetings:meeting-cancel": lambda _w, a: {"version": _meeting_version(a), "reason": "Праздник."},
    "meetings:meeting-start": lambda _w, a: {"version": _meeting_version(a)},
    "meetings:meeting-close": lambda _w, a: {"version": _meeting_version(a)},
    "meetings:series-create": lambda _w, _a: _meetings(),
    "meetings:series-edit": lambda _w, a: _meetings(version=_meetings_version(a)),
    "meetings:series-stop": lambda _w, a: {"version": _meetings_version(a)},
    "meetings:series-resume": lambda _w, a: {"version": _meetings_version(a)},
    "meetings:source-remove": lambda _w, _a: {"source": "overdue"},
    "meetings:source-restore": lambda _w, _a: {"source": "overdue"},
    "meetings:proposal-create": lambda w, _a: {
        "place": "region:70", "title": "О целевом наборе", "text": "Просим обсудить.",
    },
    "meetings:proposal-withdraw": lambda _w, a: {"version": _agenda_version(a["pk"])},
    "meetings:proposal-decline": lambda _w, a: {"version": _agenda_version(a["pk"]), "reason": "Рассмотрено."},
    "meetings:agenda-order": lambda _w, a: {"order": _order(a)},
    "meetings:item-show": lambda _w, _a: {"item": "", "to": "screen"},
    "meetings:item-create": lambda _w, _a: {"title": "Новый вопрос", "minutes": 5},
    "meetings:item-edit": lambda _w, a: {
        "title": "Иной вопрос", "minutes": 7, "version": _agenda_version(a["item"]),
    },
    "meetings:item-move": lambda _w, _a: {"position": 2},
    "meetings:note": lambda _w, _a: {"version": 0, "text": "Запись."},
    "meetings:decide": lambda _w, _a: {"kind": "noted", "text": "Принять к сведению."},
    "meetings:assign": lambda _w, _a: _assignment(),
    "meetings:decision-edit": lambda _w, a: {"kind": "question", "text": "Когда?", "version": 1},
    "meetings:decision-delete": lambda _w, _a: {"version": 1},
    "meetings:decision-answer": lambda _w, _a: {"version": 1, "answer": "В мае."},
    "api:agenda-item-add": lambda _w, _a: {"title": "Новый вопрос"},
    "api:agenda-item-change": lambda _w, a: {
        "title": "Иной вопрос", "minutes": 7, "version": _agenda_version(a["pk"]),
    },
    "api:agenda-item-move": lambda _w, _a: {"position": 2},
    "set_language": lambda _w, _a: {"language": "en", "next": "/"},
    "api:submit": _act(text="Сделано."),
    "api:accept": _act(),
    "api:return": _act(remark="Приложите приказ."),
    "api:extend": _act(new_due="2026-06-15", reason="Праздники."),
    "api:cancel": _act(reason="Кластер закрыт."),
    "api:annul": _annul,
    "api:undo": _undo,
    "api:note": lambda _w, _a: {"version": 0, "text": "Идёт работа."},
    "api:ask": _act(kind="extension", proposed_due="2026-06-15", reason="Просим продлить."),
    "api:grant": _answer(answer="Продлено."),
    "api:refuse": _answer(answer="Срок достаточен."),
    "api:withdraw": _answer(),
    "api:question-ask": _words(),
    "api:question-answer": _words(),
    "api:question-rewrite": _words(version=1),
}  # fmt: skip


def body_of(world: World, name: str, address: Address) -> Body:
    """The body for an address; empty where nothing is to be said."""
    return BODIES[name](world, address) if name in BODIES else {}


def version_form(version: str, saves: int | str) -> dict[str, Any]:
    """What the page of a version sends."""
    return {
        "version": version, "effective_from": "2027-01", "reason": "Меньше потерь за небольшое опоздание.",
        "count_due_from": "2023-10-01", "days_0": 3, "points_0": 85, "late_steps": 20, "review_days": 5,
        "grace_days": 5, "return_penalty": 10, "min_lead_days": 1, "max_request_extensions": 1,
        "min_executed_points": 10, "n_min": 5, "zone_green": "90.00",
        "zone_yellow": "70.00", "z_interval": "1.645", "z_signal": "3.00", "icc": "0.10", "saves": saves,
    }  # fmt: skip
