"""Files of the cyclogram's tests are kept apart."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """Where handed in files go."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
