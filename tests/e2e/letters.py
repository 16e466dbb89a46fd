"""Reading the letters that the portal has written into a folder."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


def letters_in(folder: Path) -> list[EmailMessage]:
    """All letters of a folder and of those in it, in the order of their names."""
    paths = sorted(folder.rglob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def text_of(letter: EmailMessage, kind: str) -> str:
    """The part `plain` or `html` of a letter."""
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())
