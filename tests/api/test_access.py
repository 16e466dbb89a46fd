"""Who reads what: every resource for every role, own, foreign and none."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from accounts.models import Membership
from accounts.services import api_token_create, audit_token_create
from assignments.models import Assignment, Execution, ExecutionRequest, Protocol
from clusters.models import Cluster
from common import clock
from common.scope import SYSTEM
from rating.models import Slice
from regions.models import Region
from tests.api.world import CENTRE, EVERYBODY, PERIOD, V1, World, get, refusal, rows

Sign = Callable[[str], Client]

LISTS: dict[str, tuple[Any, str]] = {
    "regions/": (Region, "code"),
    "clusters/": (Cluster, "code"),
    "protocols/": (Protocol, "id"),
    "assignments/": (Assignment, "id"),
    "executions/": (Execution, "id"),
    "requests/": (ExecutionRequest, "id"),
}
STRANGERS = ("newcomer", "public")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_exactly_what_a_person_may_see(world: World, api: Sign, path: str) -> None:
    model, key = LISTS[path]
    attribute = "pk" if key == "id" else key
    for name in EVERYBODY:
        if name in STRANGERS:
            status = 401 if name == "public" else 403
            get(api(name), path, status)
            continue
        visible = {getattr(row, attribute) for row in model.objects.visible_to(world.cast.scope(name))}
        assert {row[key] for row in rows(api(name), path)} == visible, name


def test_one_object_is_shown_to_those_who_see_it_in_the_list_and_to_nobody_else(
    world: World, api: Sign
) -> None:
    for path, (model, key) in LISTS.items():
        attribute = "pk" if key == "id" else key
        keys = list(model.objects.values_list(attribute, flat=True))
        for name in set(EVERYBODY) - set(STRANGERS):
            client = api(name)
            visible = set(model.objects.visible_to(world.cast.scope(name)).values_list(attribute, flat=True))
            for value in keys:
                answer = client.get(f"{V1}{path}{value}/")
                assert answer.status_code == (200 if value in visible else 404), (name, path, value)


def test_a_foreign_object_looks_like_none(world: World, api: Sign) -> None:
    client = api("tomsk_coordinator")
    for path in (f"executions/{world.omsk.pk}/", f"protocols/{world.draft.pk}/"):
        none = path.rsplit("/", 2)[0] + "/999999/"
        assert client.get(V1 + path).content == client.get(V1 + none).content


def test_a_region_reads_of_a_protocol_only_the_items_addressed_to_it(world: World, api: Sign) -> None:
    numbers = {
        name: [item["number"] for item in get(api(name), f"protocols/{world.issued.pk}/")["items"]]
        for name in ("controller", "tomsk_coordinator")
    }
    assert numbers == {"controller": ["1", "2", "3"], "tomsk_coordinator": ["1", "2"]}


def test_the_rule_of_an_audience_is_for_the_centre(world: World, api: Sign) -> None:
    Assignment.objects.update(audience={"everyone": True})
    assert rows(api("controller"), "assignments/")[0]["audience"] == {"everyone": True}
    assert rows(api("tomsk_coordinator"), "assignments/")[0]["audience"] is None


def test_evidence_follows_its_execution(world: World, api: Sign) -> None:
    own = f"executions/{world.tomsk.pk}/evidence/{world.evidence.pk}/"
    under_another = f"executions/{world.omsk.pk}/evidence/{world.evidence.pk}/"
    for name in (*CENTRE, "tomsk_coordinator", "tomsk_deputy", "tomsk_minister"):
        answer = api(name).get(V1 + own, headers={"Accept": "application/pdf"})
        assert answer.status_code == 200, name
        assert answer["Content-Type"] == "application/pdf"
        assert "attachment" in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert api("omsk_coordinator").get(V1 + own).status_code == 404
    assert api("chair").get(V1 + own).status_code == 404
    assert api("controller").get(V1 + under_another).status_code == 404
    assert api("public").get(V1 + own).status_code == 401


def test_the_address_of_a_file_in_the_log_downloads_it(world: World, api: Sign) -> None:
    client = api("tomsk_coordinator")
    events = get(client, f"executions/{world.tomsk.pk}/")["events"]
    (file,) = events[-1]["evidence"]
    assert file["name"] == "приказ.pdf"
    answer = client.get(file["url"])
    assert len(answer.content) == file["size"]


def test_every_address_refuses_people_who_are_not_signed_in(
    world: World, month: Slice, client: Client
) -> None:
    open_to_all = {
        "slices",
        "slice",
        "slice-region",
        "slice-districts",
        "slice-changes",
        "slice-items",
        "columns",
    }
    of_regions = {"slice-item", "slice-clusters"}  # parts of an open month that belong to a region
    paths = {
        "pk": world.tomsk.pk,
        "evidence_id": world.evidence.pk,
        "code": "70",
        "period": PERIOD,
        "execution": world.tomsk.code,
    }
    resolver = dict(get_resolver().namespace_dict["api"][1].reverse_dict.items())
    for name, (possibilities, *_rest) in resolver.items():
        if not isinstance(name, str):
            continue
        template, parameters = possibilities[0]
        url = V1 + template % {parameter: paths[parameter] for parameter in parameters}
        if name == "nothing":
            url = f"{V1}nothing/at/all/"
        answer = client.post(url) if "/executions/" in url and name in ACTS else client.get(url)
        if name in open_to_all:
            assert answer.status_code == 200, name
        elif name in of_regions:
            assert answer.status_code == 404, name
        elif name == "docs":
            assert answer.status_code == 302
        else:
            assert answer.status_code == 401, name
            assert answer["WWW-Authenticate"]
            assert b"not_authenticated" in answer.content


ACTS = ("submit", "accept", "return", "extend", "cancel", "annul")


@pytest.mark.parametrize("path", ["nothing/", "executions/abc/", "executions/-1/", "rating/"])
def test_an_address_that_does_not_exist_is_a_standard_error(world: World, api: Sign, path: str) -> None:
    answer = api("controller").get(V1 + path)
    assert refusal(answer) == (404, "not_found")


def test_a_forgotten_slash_is_forgiven(world: World, api: Sign) -> None:
    answer = api("controller").get(f"{V1}regions")
    assert (answer.status_code, answer["Location"]) == (301, f"{V1}regions/")


def test_a_wrong_method_is_a_standard_error(world: World, api: Sign) -> None:
    client = api("controller")
    assert refusal(client.post(f"{V1}regions/")) == (405, "method_not_allowed")
    assert refusal(client.delete(f"{V1}executions/{world.tomsk.pk}/")) == (405, "method_not_allowed")


def test_options_is_refused_and_no_allow_promises_it(world: World, api: Sign) -> None:
    client, item = api("controller"), f"{V1}executions/{world.tomsk.pk}/"
    for path, allowed in (
        (item, "GET, HEAD"),
        (f"{V1}regions/", "GET, HEAD"),
        (f"{item}accept/", "POST"),
        (f"{V1}schema/", "GET, HEAD"),
    ):
        answer = client.options(path)
        assert (answer.status_code, answer["Allow"]) == (405, allowed), path


def test_answers_of_signed_in_people_are_kept_by_no_cache(world: World, api: Sign) -> None:
    answer = api("controller").get(f"{V1}executions/")
    assert answer["Cache-Control"] == "private, no-store"


# Tokens


def bearer(world: World, name: str) -> dict[str, str]:
    key = api_token_create(actor=world.cast.scope(name), days=30)[1]
    return {"Authorization": f"Bearer {key}"}


def test_a_token_has_the_rights_of_its_person(world: World, client: Client) -> None:
    tomsk = bearer(world, "tomsk_coordinator")
    found = get(client, "executions/", **tomsk)["results"]
    assert {row["region"] for row in found} == {"70"}
    get(client, f"executions/{world.omsk.pk}/", 404, **tomsk)
    assert len(get(client, "executions/", **bearer(world, "controller"))["results"]) == 6


def test_a_token_acts_for_its_person(world: World, client: Client) -> None:
    version = world.at(world.tomsk).version
    answer = client.post(
        f"{V1}executions/{world.tomsk.pk}/accept/",
        json.dumps({"version": version}),
        content_type="application/json",
        headers=bearer(world, "controller"),
    )
    assert answer.status_code == 200
    assert answer.json()["event"]["actor"] == world.cast.controller.pk


def test_a_role_that_ended_ends_in_the_token_at_once(world: World, client: Client) -> None:
    token = bearer(world, "tomsk_coordinator")
    yesterday = clock.today() - timedelta(days=1)
    Membership.objects.filter(user=world.cast.tomsk_coordinator).update(ends_on=yesterday)
    answer = client.get(f"{V1}executions/", headers=token)
    assert refusal(answer) == (403, "permission_denied")


def test_a_blocked_person_has_no_token(world: World, client: Client) -> None:
    token = bearer(world, "controller")
    world.cast.controller.is_active = False
    world.cast.controller.save()
    assert refusal(client.get(f"{V1}regions/", headers=token)) == (401, "authentication_failed")


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer wrong", "Bearer a b", "Bearer \xff\xfe", "Bearer a\x00b", "Bearer " + "a" * 500],
)
def test_a_malformed_token_is_401(world: World, client: Client, header: str) -> None:
    answer = client.get(f"{V1}regions/", headers={"Authorization": header})
    assert refusal(answer) == (401, "authentication_failed")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_of_staff_without_a_second_factor_is_refused_where_it_is_required(
    world: World, client: Client, settings: Settings
) -> None:
    centre, region = bearer(world, "controller"), bearer(world, "tomsk_coordinator")
    settings.SECOND_FACTOR_REQUIRED = True
    answer = client.get(f"{V1}executions/", headers=centre)
    assert refusal(answer) == (403, "second_factor_missing")
    get(client, "executions/", **region)
    Authenticator.objects.create(
        user=world.cast.controller, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    get(client, "executions/", **centre)


def test_a_session_of_staff_without_a_second_factor_does_not_reach_the_api(
    world: World, api: Sign, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    assert refusal(api("controller").get(f"{V1}executions/")) == (403, "second_factor_missing")


def test_an_audit_token_opens_audit_files_and_nothing_else(
    world: World, month: Slice, client: Client
) -> None:
    key = audit_token_create(actor=SYSTEM, holder="Счётная палата", days=30)[1]
    auditor = {"Authorization": f"Audit {key}"}
    assert client.get(f"{V1}rating/slices/{PERIOD}/audit.json", headers=auditor).status_code == 200
    for path in (
        "regions/",
        "clusters/",
        "protocols/",
        "executions/",
        f"executions/{world.tomsk.pk}/",
        "schema/",
    ):
        assert client.get(V1 + path, headers=auditor).status_code == 401, path
    wrong = {"Authorization": "Audit wrong"}
    assert client.get(f"{V1}rating/slices/{PERIOD}/audit.json", headers=wrong).status_code == 401


def test_a_session_needs_the_protection_key_to_change_anything(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cast.controller, backend="allauth.account.auth_backends.AuthenticationBackend")
    body = {"version": world.at(world.tomsk).version}
    url = f"{V1}executions/{world.tomsk.pk}/accept/"
    for content_type, data in (
        ("application/json", json.dumps(body)),
        ("text/plain", json.dumps(body)),
        ("multipart/form-data; boundary=x", "--x--"),
        ("multipart/form-data", "broken"),
    ):
        answer = client.post(url, data, content_type=content_type)
        assert answer.status_code in (400, 403), content_type
    russian = client.post(url, "{}", content_type="application/json", headers={"Accept-Language": "ru"})
    assert russian.json()["errors"][0]["detail"] == (
        "Ключ защиты сеанса (заголовок X-CSRFToken) не передан или неверен."
    )
    assert world.at(world.tomsk).state == "in_review"
