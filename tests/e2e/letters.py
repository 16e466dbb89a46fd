"""Reading the letters that the portal has written into a folder."""

from base64 import b64encode
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
    return _with_pictures(str(body.get_content()), letter)


def _with_pictures(text: str, letter: EmailMessage) -> str:
    """The text with its pictures in place, as a mail program shows them."""
    for part in letter.walk():
        if part["Content-ID"]:
            content = b64encode(part.get_payload(decode=True)).decode()
            address = f"data:{part.get_content_type()};base64,{content}"
            text = text.replace(f"cid:{part['Content-ID'].strip('<>')}", address)
    return text
