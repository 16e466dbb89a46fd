"""Where a stored file lies: `MEDIA_ROOT/ab/abcdef…`, outside everything that a web server publishes."""

from pathlib import Path

from django.conf import settings

CHUNK = 64 * 1024


def path_of(key: str) -> Path:
    """The place of the file with this key."""
    return Path(settings.MEDIA_ROOT) / key[:2] / key


def folder_of_parts() -> Path:
    """Files that are still being written; a rename moves them to their place in one step."""
    return Path(settings.MEDIA_ROOT) / "parts"
