"""Kinds of long work. The rooms above register theirs in `apps.py`: this room runs the work and knows none of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    from which the work was asked for, where somebody goes on after a failure.
    """

    run: Callable[[LongTask, Watch], Mapping[str, Any]]
    title: Callable[[LongTask], str]
    stages: Mapping[str, StrOrPromise]
    outcome: Callable[[LongTask], Outcome]
    back: Callable[[LongTask], str]


_kinds: dict[str, LongWork] = {}


def register(kind: str, work: LongWork) -> None:
    """Make a kind known; once, at the start of the process."""
    _kinds[kind] = work


def work_of(task: LongTask) -> LongWork:
    """The kind of a task. Raises KeyError for one that nobody has registered."""
    return _kinds[task.kind]
