"""`manage.py audit_token --holder NAME --days N` gives an auditor a key and prints it once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.services import audit_token_create
from common.commands import PortalCommand
from common.errors import PortalError
from common.formatting import date_time
from common.scope import SYSTEM


class Command(PortalCommand):
    help = "Create a key that downloads the audit files of published slices, and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--holder", required=True, help="the person or body that receives the key")
        parser.add_argument("--days", type=int, required=True, help="how many days the key is valid")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            token, key = audit_token_create(actor=SYSTEM, holder=options["holder"], days=options["days"])
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(key)
        self.stderr.write(f"{token.holder}: {date_time(token.expires_at)}. Authorization: Audit KEY")
