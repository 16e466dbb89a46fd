"""Writes the shipped template of the protocol anew."""

from typing import Any

from django.core.management.base import BaseCommand

from meetings.papers.proving import template_proved
from meetings.papers.shipped import FILE, shipped_built


class Command(BaseCommand):
    help = "Builds meetings/data/protocol.docx from meetings/papers/shipped.py, after a trial."

    def handle(self, *args: Any, **options: Any) -> None:
        content = shipped_built()
        template_proved(content)
        FILE.write_bytes(content)
        self.stdout.write(str(FILE))
