"""Named places where a process may die or a network may fail; tests stop the world there.

A hit is one comparison unless a test has installed a hook.
"""

from collections.abc import Callable

MAIL_POINTS = (
    "mail.before_claim",
    "mail.after_claim",
    "mail.before_data",
    "mail.after_data",
    "mail.before_commit",
    "mail.after_commit",
)
"""Every point of sending, in the order in which a mail passes them."""

Hook = Callable[[str], None]
_hook: Hook | None = None


def install(hook: Hook | None) -> None:
    """Call `hook` at every point from now on; None removes it."""
    global _hook
    _hook = hook


def hit(point: str) -> None:
    """Pass a named point."""
    if _hook is not None:
        _hook(point)
