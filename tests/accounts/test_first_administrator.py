"""A new portal gets its first person from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.selectors import scope_for
from common.scope import Role

ADDRESS = {"email": "first@ministry.example", "last_name": "Первая", "first_name": "Анна"}


def invite(**options: str) -> str:
    output = StringIO()
    call_command("invite_administrator", **{**ADDRESS, **options}, stdout=output)
    return output.getvalue().strip()


def test_the_command_prints_a_link_that_sets_the_password_of_an_administrator(db: None) -> None:
    link = invite()
    user = User.objects.get(email=ADDRESS["email"])
    assert Role.ADMINISTRATOR in scope_for(user).roles
    assert not user.has_usable_password()
    page = Client().get(link.removeprefix("https://portal.example"), follow=True)
    assert page.status_code == 200


def test_running_it_again_invites_nobody_twice(db: None) -> None:
    invite()
    assert invite().startswith("https://portal.example/")
    assert User.objects.count() == 1


def test_a_malformed_address_is_refused_in_one_sentence(db: None) -> None:
    with pytest.raises(CommandError):
        invite(email="not an address")
    assert not User.objects.exists()
