"""People who read the rating of a loaded case, and what a page says to them."""

import re
from datetime import date
from typing import Any

from django.test import Client

from accounts.enums import Position
from accounts.models import Membership, User
from common.scope import Role
from tests.cast import PASSWORD

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SINCE = date(2023, 9, 1)
READERS = {
    "coordinator": (Role.COORDINATOR, "R3"),
    "foreign": (Role.COORDINATOR, "R4"),
    "minister": (Role.MINISTER, "R3"),
    "controller": (Role.CONTROLLER, ""),
    "methodologist": (Role.METHODOLOGIST, ""),
    "second": (Role.METHODOLOGIST, ""),
    "administrator": (Role.ADMINISTRATOR, ""),
}


def reader(who: str) -> Client:
    """A client signed in as one of `READERS`, people of the worked examples; `public` is nobody."""
    client = Client()
    if who == "public":
        return client
    role, region = READERS[who]
    user = User.objects.filter(email=f"{who}@example.org").first()
    if user is None:
        user = User.objects.create_user(f"{who}@example.org", PASSWORD, last_name=who)
        where: dict[str, Any] = {"region_id": region} if region else {}
        if role == Role.COORDINATOR:
            where["position"] = Position.MAIN
        Membership.objects.create(user=user, role=role, starts_on=SINCE, **where)
    client.force_login(user, backend=BACKEND)
    return client


def html_of(client: Client, url: str, status: int = 200, **headers: str) -> str:
    """The HTML of a page with plain spaces."""
    answer = client.get(url, headers=headers)
    assert answer.status_code == status, (url, answer.status_code)
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " "))


def words_of(client: Client, url: str, status: int = 200) -> str:
    """What a reader sees of a page: its text without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html_of(client, url, status)))


def regions_in(html: str) -> list[str]:
    """The regions of the table in its order."""
    table = html.partition('id="rating-table"')[2]
    return re.findall(r'class="at-region"><a href="[^"]*/regions/([^/"]+)/"', table)
