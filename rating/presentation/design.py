"""A mark of how pages look: it changes with templates and texts, so that no cache outlives a new version."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

PARTS = (
    ("templates/layout", "*.html"),
    ("templates/components", "*.html"),
    ("templates/rating", "**/*.html"),
    ("templates/rating", "*.svg"),
    ("rating", "*.py"),
    ("rating/presentation", "*.py"),
    ("rating/selectors", "*.py"),
    ("common", "*.py"),
    ("common/charts", "*.py"),
    ("locale", "*/LC_MESSAGES/django.mo"),
)


@lru_cache(maxsize=1)
def design_fingerprint() -> str:
    """Digest of the files that make the pages of the rating; read once per process."""
    digest = sha256()
    for folder, pattern in PARTS:
        for path in sorted((Path(settings.BASE_DIR) / folder).glob(pattern)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
