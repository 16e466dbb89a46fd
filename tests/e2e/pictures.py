"""Pictures of what the browser tests see, for people to look at; nothing is judged by them."""

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "var" / "pictures"


def place_of(name: str) -> Path | None:
    """Where the picture of this name goes; None where `CI` is set: nobody looks there."""
    if os.environ.get("CI"):
        return None
    FOLDER.mkdir(parents=True, exist_ok=True)
    return FOLDER / name
