"""The log of the relay (Postfix): what it says of each letter by its Message-ID.

Pure parsing. A queue id binds the lines of one message: `cleanup` names its Message-ID, `qmgr` says that the whole
message was taken into the queue, the delivering agents say what became of it. A Message-ID alone proves nothing: the
line is written while the text still comes in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from common.clock import MOSCOW

LINE = re.compile(
    r"^(?P<at>\S+T\S+|\w{3} [ \d]\d \d\d:\d\d:\d\d) .*?"
    r"postfix\S*/(?P<part>[\w-]+)\[\d+\]: (?P<queue>\w+): (?P<rest>.*)$"
)
MESSAGE_ID = re.compile(r"(?:^|\s)message-id=(<[^<>\s]{3,300}>)")
STATUS = re.compile(r"status=(\w+)(?: \((.*)\))?")


class RelayState(IntEnum):
    """How far the relay has brought a letter."""

    TAKEN = 1
    SENT = 2
    BOUNCED = 3


@dataclass(frozen=True, slots=True)
class RelayAnswer:
    """What the log says last of one letter; `reply` are the words of the server behind the relay."""

    state: RelayState
    reply: str
    at: datetime | None


def read_log(lines: Iterable[str], now: datetime) -> dict[str, RelayAnswer]:
    """By Message-ID the answer of the newest passage of each letter; lines of others and damaged ones are passed over.

    `now` gives the year to dates that have none.
    """
    letters: dict[str, str] = {}
    found: dict[str, RelayAnswer] = {}
    for text in lines:
        line = LINE.match(text.rstrip("\r\n"))
        if line is None:
            continue
        queue, rest = line["queue"], line["rest"]
        named = MESSAGE_ID.search(rest)
        if line["part"] == "cleanup" and named:
            letters[queue] = named.group(1)
            continue
        letter = letters.get(queue)
        if letter is None:
            continue
        answer = _answer(line["part"], rest, _instant(line["at"], now))
        if answer is not None and not _is_behind(answer, found.get(letter), line["part"]):
            found[letter] = answer
    return found


def _answer(part: str, rest: str, at: datetime | None) -> RelayAnswer | None:
    if part == "qmgr":
        if rest.startswith("from=") and "status=expired" not in rest:
            return RelayAnswer(RelayState.TAKEN, rest, at)
        return RelayAnswer(RelayState.BOUNCED, rest, at) if "status=expired" in rest else None
    status = STATUS.search(rest)
    if status is None or not rest.startswith("to="):
        return None
    states = {"sent": RelayState.SENT, "bounced": RelayState.BOUNCED, "deferred": RelayState.TAKEN}
    state = states.get(status.group(1))
    return None if state is None else RelayAnswer(state, status.group(2) or rest, at)


def _is_behind(answer: RelayAnswer, known: RelayAnswer | None, part: str) -> bool:
    """A retry of the queue manager says no more than what is known of the same passage."""
    return (
        known is not None
        and part == "qmgr"
        and answer.state == RelayState.TAKEN
        and known.state == RelayState.TAKEN
    )


def _instant(text: str, now: datetime) -> datetime | None:
    """ISO with its offset, or the short form of syslog in Moscow time of the last twelve months."""
    try:
        if "T" in text:
            at = datetime.fromisoformat(text)
            return at if at.tzinfo else at.replace(tzinfo=MOSCOW)
        at = datetime.strptime(f"{now.astimezone(MOSCOW).year} {text}", "%Y %b %d %H:%M:%S").replace(
            tzinfo=MOSCOW
        )
    except ValueError:
        return None
    return at if at <= now + timedelta(days=1) else at.replace(year=at.year - 1)
