"""`manage.py invite_administrator`: the first person of a new portal; prints the link that sets the password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.links import password_link
from accounts.services import user_invite
from common import clock
from common.commands import PortalCommand
from common.errors import PortalError
from common.scope import SYSTEM, Role


class Command(PortalCommand):
    help = "Invite an administrator and print the one-use link; running it again prints a fresh link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--last-name", required=True)
        parser.add_argument("--first-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            invited = user_invite(
                actor=SYSTEM,
                email=options["email"],
                last_name=options["last_name"],
                first_name=options["first_name"],
                role=Role.ADMINISTRATOR,
                starts_on=clock.today(),
            )
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(password_link(invited.membership.user))
