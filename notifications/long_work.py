"""Kinds of long work. The rooms above register theirs in `apps.py`: this room runs the work and knows none of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.errors import StrOrPromise
from notifications.models import LongTask

Watch = Callable[[str, int, int], None]
"""`watch(stage, done, total)`: how far the work is; `total` is 0 where a stage cannot be counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader is offered when the work is done: a sentence, where to go, the words on the button."""

    text: str
    url: str = ""
    label: str = ""
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class LongWork:
    """One kind of long work.

    `run` does it, outside of any transaction, and returns the ids of its result; it must be idempotent, for a dead
    worker's task is begun anew. The other members make words in the language of whoever reads. `back` is the page
    from which the work was asked for, where somebody goes on after a failure. `counted` says by stage what is counted:
    «54 из 89 регионов». `section` is the place of the menu to which the work belongs, as the name of its address, and
    `trail` the two pages above it, each as label and address.
    """

    run: Callable[[LongTask, Watch], Mapping[str, Any]]
    title: Callable[[LongTask], str]
    stages: Mapping[str, StrOrPromise]
    outcome: Callable[[LongTask], Outcome]
    back: Callable[[LongTask], str]
    counted: Mapping[str, Callable[[int, int], str]] = field(default_factory=dict)
    section: str = ""
    trail: Callable[[], Sequence[tuple[str, str]]] = tuple


_kinds: dict[str, LongWork] = {}


def register(kind: str, work: LongWork) -> None:
    """Make a kind known; once, at the start of the process."""
    _kinds[kind] = work


def work_of(task: LongTask) -> LongWork:
    """The kind of a task. Raises KeyError for one that nobody has registered."""
    return _kinds[task.kind]
