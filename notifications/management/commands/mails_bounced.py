"""`manage.py mails_bounced [PATH…]` reads the reports of mail servers about letters that came back or arrived.

A path is a message (.eml), a mailbox (mbox), a Maildir, or a folder of messages and mailboxes; without a path the
mailbox of BOUNCE_MAILBOX_URL is read, each message once. Nothing is deleted; reading the same again changes nothing, so
the clock may ring it over the mailbox that takes the reports.
"""

import mailbox
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from common.commands import PortalCommand
from notifications.mailboxes import LARGEST, MailboxError
from notifications.services import BounceOutcome, bounce_take, mailbox_read


def messages_in(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """Every message under a path with the name by which a person finds it; None for one that is too large."""
    if path.is_dir():
        if (path / "cur").is_dir() and (path / "new").is_dir():
            for folder in ("new", "cur"):
                yield from _files(path / folder)
            return
        yield from _files(path)
        return
    if path.stat().st_size > LARGEST and not _is_mbox(path):
        yield str(path), None
    elif _is_mbox(path):
        box = mailbox.mbox(path, create=False)
        try:
            for number, key in enumerate(box.keys(), 1):
                yield f"{path}:{number}", box.get_bytes(key)
        finally:
            box.close()
    else:
        yield str(path), path.read_bytes()


def _files(folder: Path) -> Iterator[tuple[str, bytes | None]]:
    for inside in sorted(folder.iterdir()):
        if not inside.name.startswith("."):
            yield from messages_in(inside)


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


class Command(PortalCommand):
    help = "Reads reports of mail servers, marks what came back and what arrived; names what it cannot read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            nargs="*",
            type=Path,
            help=".eml, mbox, Maildir or a folder of them; without any the mailbox of BOUNCE_MAILBOX_URL",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [str(path) for path in options["path"] if not path.exists()]
        if missing:
            raise CommandError(_("There is no such path: %(paths)s.") % {"paths": ", ".join(missing)})
        found = self._paths(options["path"]) if options["path"] else self._mailbox()
        for outcome, words in COUNTED.items():
            if found[outcome]:
                self.stdout.write(words() % {"count": found[outcome]})

    def _mailbox(self) -> Counter[BounceOutcome]:
        if not settings.BOUNCE_MAILBOX_URL:
            raise CommandError(_("Name a path, or a mailbox in BOUNCE_MAILBOX_URL."))
        try:
            return mailbox_read()
        except MailboxError as error:
            raise CommandError(_("The mailbox cannot be read: %(reason)s") % {"reason": error}) from error

    def _paths(self, paths: list[Path]) -> Counter[BounceOutcome]:
        found: Counter[BounceOutcome] = Counter()
        for path in paths:
            for name, content in messages_in(path):
                outcome = BounceOutcome.NO_REPORT if content is None else bounce_take(content=content)
                found[outcome] += 1
                if outcome in LEFT:
                    self.stderr.write(f"{name}: {LEFT[outcome]()}")
        return found


LEFT = {
    BounceOutcome.NO_REPORT: lambda: _("no report of a mail server"),
    BounceOutcome.UNKNOWN_MAIL: lambda: _("a report about a letter that the portal has not sent"),
}
"""What a person must look at, for the portal leaves it alone."""
COUNTED = {
    BounceOutcome.BOUNCED: lambda: _("letters that came back: %(count)s"),
    BounceOutcome.DELIVERED: lambda: _("letters that arrived: %(count)s"),
    BounceOutcome.NOTED: lambda: _("letters that are on their way: %(count)s"),
    BounceOutcome.REPEATED: lambda: _("reports that were read before: %(count)s"),
    BounceOutcome.OUTDATED: lambda: _("reports about an earlier sending or a settled letter: %(count)s"),
    BounceOutcome.OTHER_ADDRESS: lambda: _("reports about other addresses: %(count)s"),
    BounceOutcome.UNKNOWN_MAIL: lambda: _("reports about unknown letters: %(count)s"),
    BounceOutcome.NO_REPORT: lambda: _("messages that are no reports: %(count)s"),
}
